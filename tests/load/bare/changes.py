"""Messages that change a document which another message creates. What comes before it waits for it, unacknowledged."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from aio_pika.abc import AbstractIncomingMessage
from pymongo import UpdateOne

from shared.aggregate import Aggregate
from shared.contracts import Message
from shared.decision import Decision
from tests.load.bare.documents import Change, events_of, moved_on, now
from tests.load.bare.serve import Document, Done, Messages

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Heard:
    key: str
    event: Message
    message: AbstractIncomingMessage


@dataclass
class Changes(Generic[S]):
    """Of one service's documents. One batch after the other, and nobody else changes them: no write can lose against another."""

    service: str
    aggregate: Aggregate[S]
    documents: Any
    read: Callable[[AbstractIncomingMessage], Heard]
    decide: Callable[[S, Message, datetime], Decision[S]]
    beside: Callable[[S], Document] = lambda _: {}
    """What the document holds beside its state."""
    _early: dict[str, list[Heard]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def make(self, messages: Messages) -> Done:
        async with self._turn:
            return await self._make([self.read(one) for one in messages])

    async def after_creation(self, keys: Sequence[str]) -> Done:
        """What waited for these documents."""
        async with self._turn:
            return await self._make([one for key in keys for one in self._early.pop(key, ())])

    async def _make(self, heard: Sequence[Heard]) -> Done:
        """The first message of each document; then what is left of them."""
        if not heard:
            return Done()
        first = {one.key: one for one in reversed(heard)}
        left = [one for one in heard if first[one.key] is not one]
        found = await self.documents.find({"_id": {"$in": list(first)}}).to_list(None)
        done = await self._write([(document, first.pop(document["_id"])) for document in found])
        for one in first.values():
            self._early.setdefault(one.key, []).append(one)
        later = await self._make(left)
        return Done([*done.events, *later.events], [*done.settled, *later.settled])

    async def _write(self, pairs: Sequence[tuple[Document, Heard]]) -> Done:
        events, writes, at = [], [], now()
        for document, one in pairs:
            decision = self.decide(self.aggregate.load(document), one.event, at)
            change = Change(
                self.service, one.key, one.message, self.aggregate.dump(decision.state), decision.emit, decision.what, at,
                document["version"] + 1, document["head"], self.aggregate.schema,
            )  # fmt: skip
            of = events_of(change)
            moved = moved_on(change, of)
            moved["$set"] |= self.beside(decision.state)
            writes.append(UpdateOne({"_id": one.key, "version": document["version"]}, moved))
            events += of
        if writes:
            await self.documents.bulk_write(writes, ordered=False)
        return Done(events, [one.message for _, one in pairs])


def heard(contract: type[Message], message: AbstractIncomingMessage) -> Heard:
    """An event on a complaint."""
    event = contract.model_validate_json(message.body)
    return Heard(event.subject_id, event, message)
