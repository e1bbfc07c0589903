"""Where notification keeps what it said, and what it shows of it."""

from typing import Any

from services.notification.correspondence import Correspondence, IncidentNotice, RefusalNotice
from shared.aggregate import Aggregate
from shared.storage import Database, Document
from shared.views import Query

CORRESPONDENCE = Aggregate("correspondence", Correspondence)
REFUSALS = Aggregate("refusals", RefusalNotice)
INCIDENT_NOTICES = Aggregate("incident_notices", IncidentNotice)
AGGREGATES = (CORRESPONDENCE, REFUSALS, INCIDENT_NOTICES)


async def notices(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    return await _told(database, query, "notices")


async def team_notices(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    return await _told(database, query, "team_notices")


async def _told(database: Database, query: Query, which: str) -> list[Document] | None:
    where = {"_id": query.get("complaint_id", ""), "state": {"$exists": True}}
    found = await database.collection(CORRESPONDENCE.name).one(where, only={f"state.{which}": 1})
    return found["state"][which] if found else None


VIEWS = {"/notices": notices, "/team-notices": team_notices}
