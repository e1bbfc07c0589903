"""Takes away what lies beside an erased document: archived records, dead letters, and what its service names. ADR-0025."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.aggregate import AnyAggregate
from shared.chore import over_and_over
from shared.clock import Clock
from shared.record import shorn
from shared.storage import Database, Document, UpdateOne
from shared.telemetry import log

LOOK_EVERY_S = 1.0
AT_ONCE = 20
AGAIN_AFTER = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=23))
"""While we erase, another replica may be moving records to the archive, and a message that was retried for long may die yet."""

Beside = Callable[[Document], Awaitable[None]]
"""What a service itself keeps beside this document of its first aggregate. It is called more than once."""


async def nothing_beside(_: Document) -> None:
    """Most services keep nothing else."""


@dataclass(frozen=True)
class Eraser:
    database: Database
    aggregates: Sequence[AnyAggregate]
    clock: Clock
    beside: Beside = nothing_beside

    async def run(self) -> None:
        await over_and_over(self.look, LOOK_EVERY_S)

    async def look(self) -> int:
        """Safe on any number of replicas: each step may be repeated."""
        now, looked = self.clock.now(), 0
        for aggregate in self.aggregates:
            due = await self.database.collection(aggregate.name).find({"erasing.due": {"$lte": now}}, limit=AT_ONCE)
            for document in due:
                await self._take_away(aggregate, document)
                await self._done(aggregate, document, now)
            looked += len(due)
        return looked

    async def _take_away(self, aggregate: AnyAggregate, document: Document) -> None:
        archived = await self._archived(aggregate, document)
        await self._dead_letters(document["_id"], [*archived, *(one["id"] for one in document["handled"])])
        if aggregate is self.aggregates[0]:
            await self.beside(document)

    async def _archived(self, aggregate: AnyAggregate, document: Document) -> list[str]:
        """What was there before; a later record has nothing personal in it. Returns the ids of the messages."""
        archive = self.database.collection(aggregate.archive)
        found = await archive.find({"of": document["_id"], "sequence": {"$lt": document["erased"]}})
        await archive.write([_without_bodies(one) for one in found if any("body" in event for event in one["events"])])
        return [one["id"] for one in found]

    async def _dead_letters(self, key: str, causes: Sequence[str]) -> None:
        """Those about it, and its own messages: a letter stays on record, and opens no more."""
        letters = self.database.collection("dead_letters")
        about = [{"correlation": key}, {"headers.redress-aggregate": key}, {"cause_id": {"$in": list(causes)}}]
        theirs = [one async for one in letters.search({"$or": about, "body_key": {"$exists": True}}, only={"parts": 1})]
        parts = [f"{one['_id']}/{number}" for one in theirs for number in range(1, one["parts"])]
        await self.database.collection("dead_letter_parts").delete_all({"_id": {"$in": parts}})
        of = {"_id": {"$in": [one["_id"] for one in theirs]}}
        await letters.update_all({**of, "state": "open"}, {"$set": {"state": "discarded"}})
        gone = {"$unset": {"body": "", "body_key": "", "shape": ""}}
        await letters.update_all(of, {**gone, "$push": {"audit": {"what": "erased", "by": "erasing", "at": self.clock.now()}}})

    async def _done(self, aggregate: AnyAggregate, document: Document, now: datetime) -> None:
        passes = document["erasing"]["passes"]
        last = passes == len(AGAIN_AFTER)
        due = {"due": now + AGAIN_AFTER[passes], "passes": passes + 1} if not last else None
        change = {"$set": {"erasing": due}} if due else {"$unset": {"erasing": ""}}
        as_read = {"_id": document["_id"], "erasing.passes": passes}
        await self.database.collection(aggregate.name).write([UpdateOne(as_read, change)])
        log.info("erased beside", aggregate=aggregate.name, id=document["_id"], passes=passes + 1)


def _without_bodies(archived: Document) -> UpdateOne:
    plain = {name: value for name, value in archived.items() if name not in ("_id", "of")}
    bare = shorn(plain)
    gone = {name: bare[name] for name in ("events", "hash") if name in bare}
    return UpdateOne({"_id": archived["_id"]}, {"$set": gone})
