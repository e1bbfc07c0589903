"""Opens sealed originals for who says what for, and keeps a list of it; finds a customer's other complaints."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

from services.intake.originals import Originals
from services.intake.store import COMPLAINTS
from shared.blanking import ERASED
from shared.sealing import Sealer
from shared.storage import Database, Document, insert
from shared.views import BadQuery, Query

OPENINGS = "openings"
ASKED = ("complaint_id", "by", "reason")
View = Callable[[Database, Query], Awaitable[Any]]


def views_with(seal: bytes) -> Mapping[str, View]:
    async def original(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
        """The message as it came, `number` of so many, in the order of arrival. On record before it is shown."""
        if missing := [name for name in ASKED if len(query.get(name, "")) < 3]:
            raise BadQuery(f"an original is opened for a complaint, by somebody, for a reason: {', '.join(missing)}")
        arrivals = await _arrivals(database, query["complaint_id"])
        number = query.get("number", "1")
        if not (number.isascii() and number.isdecimal() and 1 <= int(number[:6]) <= len(arrivals)):
            return None
        return await _opened(database, Sealer(seal), arrivals[int(number) - 1], query)

    return {"/original": original, "/same-customer": same_customer}


async def same_customer(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """All complaints that share an identity with this one, itself among them. It looks through all: not for every day."""
    of = database.collection(COMPLAINTS.name)
    found = await of.one(
        {"_id": query.get("complaint_id", ""), "state": {"$exists": True}}, only={"state.identities": 1, "state.number": 1}
    )
    if found is None:
        return None
    theirs = {"state.identities": {"$in": [one for one in found["state"]["identities"] if one != ERASED]}}
    numbers = {one["_id"]: one["state"]["number"] async for one in of.search(theirs, only={"state.number": 1})}
    everything = {found["_id"]: found["state"]["number"]} | numbers
    return [{"complaint_id": key, "number": number} for key, number in everything.items()]


async def _arrivals(database: Database, complaint_id: str) -> list[Document]:
    only = {"state.follow_ups.inbound_id": 1}
    found = await database.collection(COMPLAINTS.name).one({"_id": complaint_id, "state": {"$exists": True}}, only=only)
    ids = [complaint_id, *(one["inbound_id"] for one in found["state"].get("follow_ups", ()))] if found else []
    theirs = {"$or": [{"_id": {"$in": ids}}, {"beside": {"$in": ids}}]}
    return await database.collection("arrivals").find(theirs, sort=[("arrived_at", 1), ("_id", 1)])


async def _opened(database: Database, sealer: Sealer, arrival: Document, query: Query) -> Document:
    told = {name: arrival.get(name) for name in ("adapter", "channel", "source_id", "arrived_at")}
    if "body_key" not in arrival:
        return {**told, "content_b64": None}
    at = await database.local_time()
    who = {name: query[name] for name in ASKED}
    await database.collection(OPENINGS).write([insert({"_id": str(uuid4()), **who, "inbound_id": arrival["_id"], "at": at})])
    content = await Originals(database.collection("arrival_parts"), sealer).opened(arrival)
    return {**told, "content_b64": b64encode(content).decode()}
