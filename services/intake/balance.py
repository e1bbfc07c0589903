"""What came in and how each ended, counted from the records of each end. Nothing here is computed as a remainder. ADR-0004."""

from collections import Counter
from typing import Any

from services.intake.store import COMPLAINTS, DECLINED
from shared.contracts.vocabulary import Channel
from shared.storage import Database, Document
from shared.views import BadQuery, Query

ENDS = ("registered", "linked", "set_aside", "refused", "parked")
MOST_IDS = 500
QUEUES = [f"intake.{channel}" for channel in Channel]

End = tuple[str, str]
"""How a message ended, and on which channel it came: said by the record of that end."""


async def balance(database: Database, _: Query) -> Any:  # noqa: ANN401 - JSON
    """The ledger and the ends are counted apart, then compared by id: `unended` no end knows, `unarrived` the ledger does not know."""
    ended = await _ends(database)
    channels: dict[str, Counter[str]] = {}
    for end, channel in ended.values():
        channels.setdefault(channel, Counter())[end] += 1
    async for one in database.collection("arrivals").stream({"beside": {"$exists": False}}, only={"channel": 1, "resent": 1}):
        counts = channels.setdefault(one["channel"], Counter())
        counts["received"] += 1
        counts["duplicate"] += one.get("resent", 0)
        counts["unended"] += ended.pop(one["_id"], None) is None
    for _end, channel in ended.values():
        channels[channel]["unarrived"] += 1
    by_channel = {channel: _row(counts) for channel, counts in sorted(channels.items())}
    return {**_row(sum(channels.values(), Counter())), "by_channel": by_channel}


async def unknown(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """Which of these inbound ids, given with commas, the ledger does not hold."""
    asked = query.get("ids", "").split(",")
    if len(asked) > MOST_IDS:
        raise BadQuery(f"unknown takes {MOST_IDS} ids at once, not {len(asked)}")
    known = {one["_id"] for one in await database.collection("arrivals").find({"_id": {"$in": asked}}, only={"_id": 1})}
    return {"ids": [one for one in asked if one not in known]}


async def _ends(database: Database) -> dict[str, End]:
    """By id of the message. They are read before the ledger, which is written first: what is under way is unended, never unarrived."""
    ended = await _parked(database)
    async for one in database.collection(DECLINED.name).stream({}, only={"state.result": 1, "state.channel": 1}):
        ended[one["_id"]] = one["state"]["result"], one["state"]["channel"]
    of_follow_ups = {"state.follow_ups.inbound_id": 1, "state.follow_ups.channel": 1}
    async for one in database.collection(COMPLAINTS.name).stream({"state": {"$exists": True}}, only={"state.channel": 1, **of_follow_ups}):
        ended[one["_id"]] = "registered", one["state"]["channel"]
        ended |= {later["inbound_id"]: ("linked", later["channel"]) for later in one["state"].get("follow_ups", ())}
    return ended


async def _parked(database: Database) -> dict[str, End]:
    """A letter of which the ledger holds nothing goes by its own id, so that it is missed there."""
    letters = database.collection("dead_letters").stream(
        {"queue": {"$in": QUEUES}, "state": {"$ne": "replayed"}}, only={"cause_id": 1, "queue": 1}
    )
    by_cause = {one["cause_id"]: one async for one in letters}
    kept = {"cause_id": {"$in": list(by_cause)}, "beside": {"$exists": False}}
    ids = {cause: str(letter["_id"]) for cause, letter in by_cause.items()}
    ids |= {one["cause_id"]: str(one["_id"]) for one in await database.collection("arrivals").find(kept, only={"cause_id": 1})}
    return {ids[cause]: ("parked", letter["queue"].removeprefix("intake.")) for cause, letter in by_cause.items()}


def _row(counts: Counter[str]) -> Document:
    return {name: counts[name] for name in ("received", *ENDS, "duplicate", "unended", "unarrived")}
