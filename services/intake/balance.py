"""What came in and how each ended, counted from the records of each end. Nothing here is computed as a remainder. ADR-0004."""

from collections import Counter
from typing import Any

from services.intake.store import COMPLAINTS, DECLINED
from shared.storage import Database, Document
from shared.views import Query

ENDS = ("registered", "linked", "set_aside", "refused", "parked")


async def balance(database: Database, _: Query) -> Any:  # noqa: ANN401 - JSON
    """Streams the ids of the ledger past the ids of every end; `unended` are those that no end knows."""
    ended = await _ends(database)
    totals: Counter[str] = Counter()
    channels: dict[str, Counter[str]] = {}
    ledger = database.collection("arrivals")
    async for one in ledger.stream({"beside": {"$exists": False}}, only={"channel": 1, "resent": 1}):
        counts = channels.setdefault(one["channel"], Counter())
        end = ended.get(one["_id"], "unended")
        for counter in (totals, counts):
            counter["received"] += 1
            counter[end] += 1
            counter["duplicate"] += one.get("resent", 0)
    by_channel = {channel: _row(counts) for channel, counts in sorted(channels.items())}
    return {**_row(totals), "by_channel": by_channel}


async def _ends(database: Database) -> dict[str, str]:
    ended: dict[str, str] = {}
    parked = database.collection("dead_letters").stream(
        {"queue": {"$regex": "^intake\\."}, "state": {"$ne": "replayed"}}, only={"cause_id": 1}
    )
    causes = [one["cause_id"] async for one in parked]
    for one in await database.collection("arrivals").find({"cause_id": {"$in": causes}}, only={"_id": 1}):
        ended[one["_id"]] = "parked"
    async for one in database.collection(DECLINED.name).stream({}, only={"state.result": 1}):
        ended[one["_id"]] = one["state"]["result"]
    async for one in database.collection(COMPLAINTS.name).stream({"state": {"$exists": True}}, only={"state.follow_ups.inbound_id": 1}):
        ended[one["_id"]] = "registered"
        ended |= {later["inbound_id"]: "linked" for later in one.get("state", {}).get("follow_ups", ())}
    return ended


def _row(counts: Counter[str]) -> Document:
    return {name: counts[name] for name in ("received", *ENDS, "duplicate", "unended")}
