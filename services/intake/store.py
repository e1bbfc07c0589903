"""Where intake keeps what it knows, and what it shows of it."""

from typing import Any

from services.intake.complaint import Complaint, Declined
from services.intake.identity import complaint_id_of, number_name
from services.intake.numbers import read_number
from shared.aggregate import Aggregate
from shared.sight import state_of
from shared.storage import Database, Document, Index
from shared.views import BadQuery, Query, limit_of

COMPLAINTS = Aggregate(
    "complaints",
    Complaint,
    indexes=(
        Index((("state.follow_ups.inbound_id", 1),), where={"state.follow_ups.inbound_id": {"$exists": True}}),
        Index((("state.source_id", 1),)),
        Index((("state.follow_ups.source_id", 1),), where={"state.follow_ups.source_id": {"$exists": True}}),
        Index((("state.status", 1), ("created_at", -1))),
    ),
)
DECLINED = Aggregate("declined", Declined)
AGGREGATES = (COMPLAINTS, DECLINED)
LEDGER_INDEXES = (
    Index((("kept_until", 1),), where={"kept_until": {"$exists": True}}),
    Index((("cause_id", 1),)),
    Index((("body_ref", 1),), where={"body_ref": {"$exists": True}}),
)
COLLECTION_INDEXES = {"arrivals": LEDGER_INDEXES, "arrival_parts": (Index((("kept_until", 1),)),)}
"""Collections beside the aggregates that need indexes."""

INTERNAL = ("identities", "number_key")
SUMMARY = ("complaint_id", "number", "status", "category", "channel", "adapter", "regime", "language", "registered_at")


async def complaint(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    where = {**await _which(database, query), "state": {"$exists": True}}
    found = await database.collection(COMPLAINTS.name).one(where, only={"schema": 1, "state": 1, "handled": 1})
    return _shown(found, state_of(COMPLAINTS, found, query)) if found else None


async def _which(database: Database, query: Query) -> Document:
    if "complaint_id" in query:
        return {"_id": query["complaint_id"]}
    if "source_id" in query:
        # Of the first message or of a later one: both are the complaint's.
        return {"$or": [{name: query["source_id"]} for name in ("state.source_id", "state.follow_ups.source_id")]}
    number = read_number(query.get("number", ""))
    if number is None:
        raise BadQuery("number is not a complaint number: its check symbol does not fit")
    claim = await database.collection("claims").one({"_id": number_name(number)})
    # The number of an erased complaint is nobody's in a message; an operator still finds what is left.
    return {"_id": (claim["owner"] or claim.get("of", "")) if claim else ""}


async def complaints(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    where: Document = {"state.status": query["status"]} if "status" in query else {"state": {"$exists": True}}
    only = {f"state.{name}": 1 for name in SUMMARY}
    found = await database.collection(COMPLAINTS.name).find(where, only=only, sort=[("created_at", -1)], limit=limit_of(query))
    return [one["state"] for one in found]


async def arrival(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """How one inbound message ended, looked up where each end is recorded."""
    if not {"adapter", "source_id"} <= query.keys():
        raise BadQuery("arrival wants adapter and source_id")
    inbound_id = complaint_id_of(query["adapter"], query["source_id"])
    came = await database.collection("arrivals").one({"_id": inbound_id}, only={"resent": 1, "cause_id": 1})
    ended = await _end_of(database, inbound_id, came)
    return {"source_id": query["source_id"], "resent": (came or {}).get("resent", 0), **ended}


async def _end_of(database: Database, inbound_id: str, came: Document | None) -> Document:
    of = database.collection(COMPLAINTS.name)
    named = {"state.complaint_id": 1, "state.number": 1}
    if (found := await of.one({"_id": inbound_id, "state": {"$exists": True}}, only=named)) is not None:
        return {"result": "registered", **found["state"]}
    if (found := await of.one({"state.follow_ups.inbound_id": inbound_id}, only=named)) is not None:
        return {"result": "linked", **found["state"]}
    if (found := await database.collection(DECLINED.name).one({"_id": inbound_id}, only={"state": 1})) is not None:
        return {"result": found["state"]["result"], "reason": found["state"]["reason"]}
    parked = came and await database.collection("dead_letters").one(
        {"cause_id": came["cause_id"], "state": {"$ne": "replayed"}}, only={"reason": 1}
    )
    return {"result": "parked", "reason": parked["reason"]} if parked else {"result": "pending"}


def _shown(found: Document, seen: Document) -> Document:
    state = {name: value for name, value in seen.items() if name not in INTERNAL}
    timeline = [{"at": one["at"], "who": one["who"] or "adapter", "what": one["what"], "cause": one["type"]} for one in found["handled"]]
    return {**state, "timeline": timeline}
