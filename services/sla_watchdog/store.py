"""Where the watchdog keeps the clocks, and what it shows of them."""

from typing import Any

from services.sla_watchdog.clocks import Clock, Clocks
from services.sla_watchdog.upgrades import SCHEMA, upgrade
from shared.aggregate import Aggregate
from shared.storage import Database, Document
from shared.views import Query, limit_of

CLOCKS = Aggregate("clocks", Clocks, due=lambda held: held.next_due, schema=SCHEMA, upgrade=upgrade)
AGGREGATES = (CLOCKS,)
SHOWN = (
    "kind", "about", "state", "started_at", "warns_at", "warned", "due_at", "paused_s", "paused_since", "policy", "met_at", "stopped_at",
    "generation",
)  # fmt: skip
PAUSED = "paused"


async def clocks(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    where = {"_id": query.get("complaint_id", ""), "state": {"$exists": True}}
    found = await database.collection(CLOCKS.name).one(where, only={"schema": 1, "state": 1, "handled": 1})
    return [_shown(one, found["handled"]) for one in CLOCKS.load(found).clocks] if found else None


async def due(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    open_ = await database.collection(CLOCKS.name).find(
        {"next_due": {"$type": "date"}}, only={"next_due": 1}, sort=[("next_due", 1)], limit=limit_of(query)
    )
    return [{"complaint_id": one["_id"], "next_due_at": one["next_due"]} for one in open_]


def _shown(clock: Clock, handled: list[Document]) -> Document:
    """A pause covers what was told before; the deadline shown is the one that held when it began."""
    history = [{"at": one["at"], "what": one["what"], "cause": one["type"]} for one in handled]
    shown = {name: getattr(clock, name) for name in SHOWN}
    return {**shown, "state": PAUSED if clock.paused else clock.state, "history": history}


VIEWS = {"/clocks": clocks, "/due": due}
