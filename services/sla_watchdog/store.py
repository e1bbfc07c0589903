"""Where the watchdog keeps the clocks, and what it shows of them."""

from typing import Any

from services.sla_watchdog.rules import Clocks
from shared.aggregate import Aggregate
from shared.storage import Database, Document
from shared.views import Query, limit_of

CLOCKS = Aggregate("clocks", Clocks, due=lambda held: held.next_due)
AGGREGATES = (CLOCKS,)


async def clocks(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    where = {"_id": query.get("complaint_id", ""), "state": {"$exists": True}}
    found = await database.collection(CLOCKS.name).one(where, only={"state": 1, "handled": 1})
    return [_shown(one, found["handled"]) for one in found["state"]["clocks"]] if found else None


async def due(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    open_ = await database.collection(CLOCKS.name).find(
        {"next_due": {"$type": "date"}}, only={"next_due": 1}, sort=[("next_due", 1)], limit=limit_of(query)
    )
    return [{"complaint_id": one["_id"], "next_due_at": one["next_due"]} for one in open_]


def _shown(clock: Document, handled: list[Document]) -> Document:
    history = [{"at": one["at"], "what": one["what"], "cause": one["type"]} for one in handled]
    shown = {name: clock[name] for name in ("kind", "state", "started_at", "due_at", "policy", "met_at", "generation")}
    return {**shown, "paused_s": 0, "history": history}


VIEWS = {"/clocks": clocks, "/due": due}
