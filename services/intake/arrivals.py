"""The ledger of deliveries: every message's exact bytes, sealed, before anything looks inside. ADR-0004."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from services.intake.fetching import Fetching, header_of, is_by_reference, reference_in
from services.intake.identity import complaint_id_of
from services.intake.originals import LARGE_BYTES, Originals
from shared.bodies import PLACEHOLDER, Bodies, BodyMismatch, BodyStoreAway
from shared.clock import Clock
from shared.envelope import ATTEMPT, ROUTING_KEY, SENDER, Delivery, Outgoing
from shared.errors import DatabaseAway, UnstorableState
from shared.keeper import Told
from shared.storage import DUPLICATE_KEY, Collection, Document, InsertOne, UpdateOne, Written, insert
from shared.topology import RETURN

EXPIRE_EVERY_S = 3_600.0
FILLED = ("about", "body", "body_key", "parts", "parts_count", "sha256", "bytes", "body_ref", "kept_until")
"""What the entry of a message lacks until its body is there."""
LEFT_BEHIND_AFTER = timedelta(days=1)
"""A body that still lies in the store then was left by a crash, or its message never came."""
REFUSED_FOR_GOOD = frozenset({2, 121, 10_334, 17_280})
"""BadValue, DocumentValidationFailure, BSONObjectTooLarge, KeyTooLong: the same document will always meet them."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    ledger: Collection
    originals: Originals
    fetching: Fetching
    bodies: Bodies
    clock: Clock
    kept: timedelta

    async def whole(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """With the bodies that travel by reference, or why they cannot be had."""
        return await self.fetching.whole(deliveries)

    async def keep(self, deliveries: Sequence[Delivery]) -> Mapping[str, str]:
        """One bulk for all. Who came before is counted and told; other bytes under a known id are kept beside the first."""
        arrivals = [await self._arrival(one) for one in deliveries]
        done = await self.ledger.write([insert(one) for one in arrivals])
        _only_duplicates(done)
        again = [(arrivals[index], deliveries[index].envelope.is_first_try) for index in done.failed]
        await self._complete([arrival for arrival, _ in again if "body_ref" in arrival])
        known = await self._known([arrival["_id"] for arrival, _ in again])
        others = [arrival for arrival, counts in again if _differs(arrival, known) and (counts or "body_ref" in arrival)]
        _only_duplicates(await self.ledger.write([self._beside(one) for one in others]))
        await self._count([arrival for arrival, counts in again if counts])
        await self._drop([arrival["body_ref"] for arrival in arrivals if "body_ref" in arrival])
        firsts = {index: known[arrivals[index]["_id"]] for index in done.failed}
        same = [index for index, first in firsts.items() if _same(arrivals[index], first)]
        return {deliveries[index].envelope.cause_id: str(firsts[index].get("of", firsts[index]["_id"])) for index in same}

    async def _arrival(self, delivery: Delivery) -> Document:
        envelope = delivery.envelope
        channel, _, adapter = envelope.routing_key.partition(".")
        content = delivery.fetched if isinstance(delivery.fetched, bytes) else delivery.body
        arrival = {
            "_id": inbound_id_of(delivery),
            "schema": 1,
            "channel": channel,
            "adapter": adapter,
            "source_id": envelope.message_id,
            "sender": envelope.sender,
            "cause_id": envelope.cause_id,
            "arrived_at": envelope.at,
            "kept_until": envelope.at + self.kept,
            "sha256": sha256(content).digest(),
            "bytes": len(content),
            **_how_it_travelled(delivery),
        }
        if len(content) > LARGE_BYTES and await self._holds(arrival):
            return arrival
        return {**arrival, **await self.originals.sealed(arrival["_id"], content, arrival["kept_until"])}

    async def _holds(self, arrival: Document) -> bool:
        """Whether these bytes are kept already: sealing large ones once more would be for nothing."""
        ids = [arrival["_id"], _beside_id(arrival)]
        return await self.ledger.count({"_id": {"$in": ids}, "sha256": arrival["sha256"], "body_key": {"$exists": True}}) > 0

    async def _complete(self, arrivals: Sequence[Document]) -> None:
        """The body of a message that came before its body: now the ledger holds it as well."""
        filled = [one for one in arrivals if "body" in one]
        await self.ledger.write([UpdateOne({"_id": one["_id"], "awaits_body": True}, _filled(one)) for one in filled])

    async def _known(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """What the ledger has under these ids: the hash, unless it still waits for a body; the complaint, where that was erased."""
        found = await self.ledger.find({"_id": {"$in": list(ids)}}, only={"sha256": 1, "of": 1}) if ids else []
        return {one["_id"]: one for one in found}

    async def _count(self, arrivals: Sequence[Document]) -> None:
        counted: list[Any] = [UpdateOne({"_id": one["_id"]}, {"$inc": {"resent": 1}}) for one in arrivals]
        _only_duplicates(await self.ledger.write(counted))

    async def _drop(self, refs: Sequence[str]) -> None:
        """The plain bytes, now that the sealed ones are durable. What stays behind is dropped later."""
        for ref in refs:
            with suppress(BodyStoreAway):
                await self.bodies.drop(ref)

    @staticmethod
    def _beside(arrival: Document) -> InsertOne[Any]:
        return insert({**arrival, "_id": _beside_id(arrival), "beside": arrival["_id"]})

    async def told(self, after: str, limit: int) -> list[Told]:
        """In the order of ids. What lies beside another's entry ends with it."""
        only = {"channel": 1, "adapter": 1, "cause_id": 1, "arrived_at": 1}
        found = await self.ledger.find({"_id": {"$gt": after}, "beside": {"$exists": False}}, only=only, sort=[("_id", 1)], limit=limit)
        return [(_type(one), _key(one), one["cause_id"], one["_id"], one["arrived_at"]) for one in found]

    async def as_it_came(self, ids: Sequence[str]) -> list[Outgoing]:
        """The exact bytes once more, vouched for like a message out of the retry ladder. What has expired stays away."""
        found = await self.ledger.find({"_id": {"$in": list(ids)}, "body_key": {"$exists": True}, **_HAS_ITS_HEADER})
        return [_as_it_came(one, PLACEHOLDER if _by_reference(one) else await self.originals.opened(one)) for one in found]

    async def expire(self) -> None:
        """Drop keys and bytes whose time is over; that something came stays known for ever."""
        while True:
            with suppress(DatabaseAway):
                await self.ledger.update_all({"kept_until": {"$lt": self.clock.now()}}, _ERASED)
                await self.originals.expire(self.clock.now())
                with suppress(BodyStoreAway):
                    await self.sweep()
            await asyncio.sleep(EXPIRE_EVERY_S)

    async def sweep(self) -> None:
        """Bodies left in the store: at once where the ledger holds them, else when their time is over."""
        now = self.clock.now()
        async for ref in self.bodies.left_before(now - LEFT_BEHIND_AFTER):
            if await self.ledger.count({"body_ref": ref}):
                await self.bodies.drop(ref)
        async for ref in self.bodies.left_before(now - self.kept):
            await self.bodies.drop(ref)


def _how_it_travelled(delivery: Delivery) -> Document:
    if not is_by_reference(delivery.envelope):
        return {}
    if isinstance(delivery.fetched, bytes):
        return {"body_ref": reference_in(delivery.envelope).ref}
    with suppress(BodyMismatch):
        return {"awaits_body": True, "promised": reference_in(delivery.envelope).model_dump()}
    return {"awaits_body": True}


def _by_reference(arrival: Document) -> bool:
    return "body_ref" in arrival or "awaits_body" in arrival


def _filled(arrival: Document) -> Document:
    return {"$set": {name: arrival[name] for name in FILLED if name in arrival}, "$unset": {"awaits_body": "", "promised": ""}}


def _beside_id(arrival: Document) -> str:
    return f"{arrival['_id']}/{arrival['sha256'].hex()[:16]}"


def _differs(arrival: Document, known: Mapping[str, Document]) -> bool:
    """Nothing of it is lost: it is kept beside the first one. Of what was erased nothing is kept any more, whatever it says."""
    first = known[arrival["_id"]]
    return "of" not in first and first.get("sha256") not in (None, arrival["sha256"])


def _same(arrival: Document, known: Document) -> bool:
    return "of" in known or known.get("sha256") == arrival["sha256"]


def _only_duplicates(done: Written) -> None:
    """Anything else that failed is not kept, and what is not kept must not be acknowledged."""
    codes = {*done.failed.values()} - {DUPLICATE_KEY}
    if refused := codes & REFUSED_FOR_GOOD:
        raise UnstorableState(f"the ledger refuses the message: MongoDB code {min(refused)}")
    if codes:
        raise DatabaseAway(f"the ledger did not take the message: MongoDB code {min(codes)}")


def _as_it_came(arrival: Document, body: bytes) -> Outgoing:
    headers: Document = {SENDER: arrival.get("sender", arrival["adapter"]), ROUTING_KEY: _key(arrival), ATTEMPT: 0}
    headers |= header_of(arrival) if _by_reference(arrival) else {}
    return Outgoing(arrival["source_id"], RETURN, f"intake.{arrival['channel']}", _type(arrival), body, headers=headers)


def _key(arrival: Document) -> str:
    return f"{arrival['channel']}.{arrival['adapter']}"


def _type(arrival: Document) -> str:
    return f"inbound.{arrival['channel']}.v1"


_HAS_ITS_HEADER: Document = {"$or": [{"awaits_body": {"$exists": False}}, {"promised": {"$exists": True}}]}
"""Without the header that announced its body, a message would be read as an empty one. A header that nobody can read parked it."""
_ERASED: Document = {"$unset": {"body": "", "body_key": "", "parts": "", "kept_until": ""}, "$set": {"erased": True}}


def inbound_id_of(delivery: Delivery) -> str:
    """The id of the complaint it may become. Somebody else's message under an adapter's name gets an id of its own."""
    envelope = delivery.envelope
    adapter = envelope.routing_key.partition(".")[2]
    if envelope.sender in ("", adapter):
        return complaint_id_of(adapter, envelope.message_id)
    return complaint_id_of(f"{envelope.sender}/as/{adapter}", envelope.message_id)
