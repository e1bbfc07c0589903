"""The ledger of deliveries: every message's exact bytes, sealed, before anything looks inside. ADR-0004."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any

from services.intake.identity import complaint_id_of
from shared.clock import Clock
from shared.envelope import Delivery
from shared.errors import DatabaseAway, UnstorableState
from shared.sealing import Sealer
from shared.storage import DUPLICATE_KEY, Collection, Document, InsertOne, UpdateOne, Written, insert

EXPIRE_EVERY_S = 3_600.0
REFUSED_FOR_GOOD = frozenset({2, 121, 10_334, 17_280})
"""BadValue, DocumentValidationFailure, BSONObjectTooLarge, KeyTooLong: the same document will always meet them."""


class Arrivals:
    def __init__(self, ledger: Collection, sealer: Sealer, clock: Clock, kept: timedelta) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock
        self._kept = kept

    async def keep(self, deliveries: Sequence[Delivery]) -> None:
        """One bulk for all. Who came before is counted; other bytes under a known id are kept beside the first."""
        arrivals = [self._arrival(one) for one in deliveries]
        done = await self._ledger.write([insert(one) for one in arrivals])
        _only_duplicates(done)
        again = [(arrivals[index], deliveries[index]) for index in done.failed]
        await self._came_again([arrival for arrival, delivery in again if delivery.envelope.is_first_try])

    def _arrival(self, delivery: Delivery) -> Document:
        envelope = delivery.envelope
        channel, _, adapter = envelope.routing_key.partition(".")
        inbound_id = inbound_id_of(delivery)
        sealed = self._sealer.seal(delivery.body, f"arrival/{inbound_id}")
        return {
            "_id": inbound_id,
            "schema": 1,
            "channel": channel,
            "adapter": adapter,
            "source_id": envelope.message_id,
            "cause_id": envelope.cause_id,
            "arrived_at": envelope.at,
            "kept_until": envelope.at + self._kept,
            "sha256": sha256(delivery.body).digest(),
            "bytes": len(delivery.body),
            "body": sealed.body,
            "body_key": sealed.key,
        }

    async def _came_again(self, arrivals: Sequence[Document]) -> None:
        """The source sent it once more. Should the bytes differ, nothing of them is lost: they stand beside the first ones."""
        if not arrivals:
            return
        counted: list[Any] = [UpdateOne({"_id": one["_id"]}, {"$inc": {"resent": 1}}) for one in arrivals]
        known = {
            one["_id"]: one["sha256"] for one in await self._ledger.find({"_id": {"$in": [a["_id"] for a in arrivals]}}, only={"sha256": 1})
        }
        others = [one for one in arrivals if bytes(known[one["_id"]]) != one["sha256"]]
        _only_duplicates(await self._ledger.write([*counted, *(self._beside(one) for one in others)]))

    @staticmethod
    def _beside(arrival: Document) -> InsertOne[Any]:
        return insert({**arrival, "_id": f"{arrival['_id']}/{arrival['sha256'].hex()[:16]}", "beside": arrival["_id"]})

    async def expire(self) -> None:
        """Drop keys and bytes whose time is over; that something came stays known for ever."""
        while True:
            with suppress(DatabaseAway):
                await self._ledger.update_all({"kept_until": {"$lt": self._clock.now()}}, _ERASED)
            await asyncio.sleep(EXPIRE_EVERY_S)


def _only_duplicates(done: Written) -> None:
    """Anything else that failed is not kept, and what is not kept must not be acknowledged."""
    codes = {*done.failed.values()} - {DUPLICATE_KEY}
    if refused := codes & REFUSED_FOR_GOOD:
        raise UnstorableState(f"the ledger refuses the message: MongoDB code {min(refused)}")
    if codes:
        raise DatabaseAway(f"the ledger did not take the message: MongoDB code {min(codes)}")


_ERASED: Document = {"$unset": {"body": "", "body_key": "", "kept_until": ""}, "$set": {"erased": True}}


def inbound_id_of(delivery: Delivery) -> str:
    """The id of the complaint it may become. Somebody else's message under an adapter's name gets an id of its own."""
    envelope = delivery.envelope
    adapter = envelope.routing_key.partition(".")[2]
    if envelope.sender in ("", adapter):
        return complaint_id_of(adapter, envelope.message_id)
    return complaint_id_of(f"{envelope.sender}/as/{adapter}", envelope.message_id)
