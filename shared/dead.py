"""Dead letters: what could not be handled, kept sealed where an operator finds it, replays it or discards it with a reason."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid5

from shared.contracts import DiscardDeadLetter, ReplayDeadLetter
from shared.envelope import AGGREGATE, ATTEMPT, FIRST_FAILED, LAST_ERROR, ROUTING_KEY, SENDER, SEQUENCE, Delivery, Outgoing
from shared.errors import slug_of, told
from shared.ids import NAMESPACE
from shared.sealing import Sealed, Sealer
from shared.storage import Collection, Document, UpdateOne
from shared.topology import RETURN

Publish = Callable[[Sequence[Outgoing]], Awaitable[None]]

KEPT_HEADERS = (AGGREGATE, SEQUENCE, "traceparent")
LISTED = {"body": 0, "body_key": 0}


@dataclass(frozen=True, slots=True)
class Failure:
    delivery: Delivery
    error: BaseException


def returned(delivery: Delivery, extra: dict[str, Any]) -> Outgoing:
    """The same message on its way back to its own queue, with who first sent it and how."""
    envelope = delivery.envelope
    headers = {**envelope.headers, SENDER: envelope.sender, ROUTING_KEY: envelope.routing_key, **extra}
    return Outgoing(envelope.message_id, RETURN, envelope.queue, envelope.type, delivery.body, envelope.correlation_id, headers)


class DeadLetters:
    def __init__(self, service: str, letters: Collection, sealer: Sealer, publish: Publish) -> None:
        self._service = service
        self._letters = letters
        self._sealer = sealer
        self._publish = publish

    async def file(self, failures: Sequence[Failure], at: datetime) -> None:
        """Durable when this returns. The same message that dies again is the same letter, open once more."""
        await self._letters.write([self._upsert(one, at) for one in failures])

    def _upsert(self, failure: Failure, at: datetime) -> UpdateOne:
        envelope = failure.delivery.envelope
        dead_id = str(uuid5(NAMESPACE, f"dead/{envelope.queue}/{envelope.cause_id or envelope.message_id}"))
        sealed = self._sealer.seal(failure.delivery.body, f"dead/{dead_id}")
        first = envelope.headers.get(FIRST_FAILED) or at.isoformat()
        set_ = {
            "state": "open",
            "reason": slug_of(failure.error),
            "error": told(failure.error),
            "last_failed_at": at,
            "attempts": envelope.attempt + 1,
            "redelivered": envelope.redelivered,
            "body": sealed.body,
            "body_key": sealed.key,
            "bytes": len(failure.delivery.body),
        }
        once = {
            "service": self._service,
            "queue": envelope.queue,
            "message_id": envelope.message_id,
            "cause_id": envelope.cause_id or envelope.message_id,
            "type": envelope.type,
            "key": envelope.routing_key,
            "sender": envelope.sender,
            "correlation": envelope.correlation_id,
            "headers": {name: value for name, value in envelope.headers.items() if name in KEPT_HEADERS},
            "first_failed_at": datetime.fromisoformat(first) if isinstance(first, str) else first,
            "first_error": envelope.headers.get(LAST_ERROR) or slug_of(failure.error),
            "schema": 1,
        }
        return UpdateOne({"_id": dead_id}, {"$set": set_, "$setOnInsert": once}, upsert=True)

    async def listed(self, limit: int = 200) -> list[Document]:
        return await self._letters.find({"state": "open"}, only=LISTED, sort=[("last_failed_at", -1)], limit=limit)

    async def shown(self, dead_id: str) -> Document | None:
        return await self._letters.one({"_id": dead_id}, only=LISTED)

    async def replay(self, command: ReplayDeadLetter, at: datetime) -> str:
        """Back to the queue it came from, attempts forgotten. Repeating the command repeats a message that its reader drops."""
        letter = await self._letters.one({"_id": command.dead_id})
        if letter is None or letter["state"] == "discarded":
            return "nothing-to-replay"
        body = self._sealer.open(Sealed(bytes(letter["body"]), bytes(letter["body_key"])), f"dead/{command.dead_id}")
        await self._publish([_as_it_came(letter, body)])
        audit = {"what": "replayed", "by": command.by, "at": at}
        await self._letters.write([UpdateOne({"_id": command.dead_id}, {"$set": {"state": "replayed"}, "$push": {"audit": audit}})])
        return "replayed"

    async def discard(self, command: DiscardDeadLetter, at: datetime) -> str:
        audit = {"what": "discarded", "by": command.by, "at": at, "reason": command.reason}
        change = {"$set": {"state": "discarded"}, "$push": {"audit": audit}}
        done = await self._letters.write([UpdateOne({"_id": command.dead_id, "state": {"$ne": "discarded"}}, change)])
        return "discarded" if done.matched else "nothing-to-discard"


def _as_it_came(letter: Document, body: bytes) -> Outgoing:
    headers = {**letter["headers"], SENDER: letter["sender"], ROUTING_KEY: letter["key"], ATTEMPT: 0}
    return Outgoing(letter["message_id"], RETURN, letter["queue"], letter["type"], body, letter["correlation"], headers)
