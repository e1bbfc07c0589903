"""Where routing keeps who has which complaint, and what it shows of it."""

from typing import Any

from services.routing.rules import Assignment
from shared.aggregate import Aggregate
from shared.sight import state_of
from shared.storage import Database, Document, Index
from shared.views import Query, limit_of

ASSIGNMENTS = Aggregate("assignments", Assignment, indexes=(Index((("state.team", 1), ("created_at", -1))),))
AGGREGATES = (ASSIGNMENTS,)
SHOWN = {"state": 1}


async def assignment(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    where = {"_id": query.get("complaint_id", ""), "state": {"$exists": True}}
    found = await database.collection(ASSIGNMENTS.name).one(where, only={**SHOWN, "schema": 1})
    return state_of(ASSIGNMENTS, found, query) if found else None


async def assignments(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    where: Document = {"state.team": query["team"]} if "team" in query else {"state": {"$exists": True}}
    newest = [("created_at", -1)]
    return [one["state"] for one in await database.collection(ASSIGNMENTS.name).find(where, only=SHOWN, sort=newest, limit=limit_of(query))]


VIEWS = {"/assignment": assignment, "/assignments": assignments}
