"""Dead letters: what could not be handled, kept sealed where an operator finds it, replays it or discards it with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid5

from shared.contracts import DiscardDeadLetter, ReplayDeadLetter
from shared.envelope import AGGREGATE, ATTEMPT, FIRST_ERROR, FIRST_FAILED, ROUTING_KEY, SENDER, SEQUENCE, Delivery, Outgoing, Publish
from shared.errors import DatabaseAway, described, slug_of, told
from shared.ids import NAMESPACE
from shared.sealing import Sealed, Sealer
from shared.shape import shape_of
from shared.storage import Database, Document, UpdateOne
from shared.topology import RETURN

PART_BYTES = 8 * 1024 * 1024
"""A message may be larger than a document: what one part cannot hold lies in the next ones."""

KEPT_HEADERS = (AGGREGATE, SEQUENCE, "traceparent", "redress-body")


@dataclass(frozen=True, slots=True)
class Failure:
    delivery: Delivery
    error: BaseException


@dataclass(frozen=True, slots=True)
class Origin:
    """What a letter says of the process that filed it."""

    replica: str = ""
    version: str = ""
    handlers: Mapping[str, str] = field(default_factory=dict)
    """queue → the function that failed on its messages"""


UNKNOWN = Origin()


def returned(delivery: Delivery, extra: dict[str, Any]) -> Outgoing:
    """The same message on its way back to its own queue, with who first sent it and how."""
    envelope = delivery.envelope
    headers = {**envelope.headers, SENDER: envelope.sender, ROUTING_KEY: envelope.routing_key, **extra}
    return Outgoing(
        envelope.message_id, RETURN, envelope.queue, envelope.type, delivery.body, envelope.correlation_id, headers, envelope.at
    )


class DeadLetters:
    def __init__(self, service: str, database: Database, sealer: Sealer, publish: Publish, origin: Origin = UNKNOWN) -> None:
        self._service = service
        self._origin = origin
        self.letters = database.collection("dead_letters")
        self._parts = database.collection("dead_letter_parts")
        self._sealer = sealer
        self._publish = publish

    async def file(self, failures: Sequence[Failure], at: datetime) -> None:
        """Durable when this returns. The same message that dies again is the same letter, open once more."""
        for failure in failures:
            dead_id = _id_of(failure.delivery)
            sealed = self._sealer.seal(failure.delivery.body, f"dead/{dead_id}")
            parts = [sealed.body[start : start + PART_BYTES] for start in range(0, len(sealed.body), PART_BYTES)]
            beside = await self._parts.write([_part(dead_id, number, part) for number, part in enumerate(parts[1:], 1)])
            done = await self.letters.write([self._upsert(failure, dead_id, Sealed(parts[0], sealed.key), len(parts), at)])
            if beside.failed or done.failed:
                raise DatabaseAway("the dead letter was not written")

    def _upsert(self, failure: Failure, dead_id: str, sealed: Sealed, parts: int, at: datetime) -> UpdateOne:
        envelope = failure.delivery.envelope
        first = envelope.headers.get(FIRST_FAILED) or at.isoformat()
        set_ = {
            "state": "open",
            "reason": slug_of(failure.error),
            "last_error": {**_error(described(failure.error)), "said": told(failure.error)},
            "last_failed_at": at,
            "attempts": envelope.attempt + 1,
            "handler": self._origin.handlers.get(envelope.queue, ""),
            "replica": self._origin.replica,
            "version": self._origin.version,
            "redelivered": envelope.redelivered,
            "body": sealed.body,
            "body_key": sealed.key,
            "parts": parts,
            "bytes": len(failure.delivery.body),
            "shape": shape_of(failure.delivery.body),
            "schema": 2,
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
            "first_error": _error(str(envelope.headers.get(FIRST_ERROR) or described(failure.error))),
        }
        return UpdateOne({"_id": dead_id}, {"$set": set_, "$setOnInsert": once}, upsert=True)

    async def replay(self, command: ReplayDeadLetter, at: datetime) -> str:
        """Back to the queue it came from, attempts forgotten. A letter that was replayed goes again only where that is asked for."""
        letter = await self.letters.one({"_id": command.dead_id})
        if letter is None or "body_key" not in letter or letter["state"] not in ("open", "replayed" if command.again else "open"):
            return "nothing-to-replay"
        body = self._sealer.open(await self._whole(letter), f"dead/{command.dead_id}")
        await self._publish([_as_it_came(letter, body)])
        audit = {"what": "replayed", "by": command.by, "at": at}
        # It may have died again already: then it is open, and stays so.
        as_read = {"_id": command.dead_id, "last_failed_at": letter["last_failed_at"]}
        marked = UpdateOne(as_read, {"$set": {"state": "replayed"}})
        await self.letters.write([marked, UpdateOne({"_id": command.dead_id}, {"$push": {"audit": audit}})])
        return "replayed"

    async def _whole(self, letter: Document) -> Sealed:
        ids = [f"{letter['_id']}/{number}" for number in range(1, letter["parts"])]
        found = {one["_id"]: bytes(one["body"]) for one in await self._parts.find({"_id": {"$in": ids}})}
        return Sealed(bytes(letter["body"]) + b"".join(found[one] for one in ids), bytes(letter["body_key"]))

    async def discard(self, command: DiscardDeadLetter, at: datetime) -> str:
        audit = {"what": "discarded", "by": command.by, "at": at, "reason": command.reason}
        change = {"$set": {"state": "discarded"}, "$push": {"audit": audit}}
        done = await self.letters.write([UpdateOne({"_id": command.dead_id, "state": {"$ne": "discarded"}}, change)])
        return "discarded" if done.matched else "nothing-to-discard"


def _id_of(delivery: Delivery) -> str:
    envelope = delivery.envelope
    return str(uuid5(NAMESPACE, f"dead/{envelope.queue}/{envelope.cause_id or envelope.message_id}"))


def _error(described_: str) -> Document:
    reason, _, rest = described_.partition(" ")
    kind, _, place = rest.partition(" ")
    return {"reason": reason, "type": kind, "where": place}


def _part(dead_id: str, number: int, body: bytes) -> UpdateOne:
    return UpdateOne({"_id": f"{dead_id}/{number}"}, {"$set": {"body": body}}, upsert=True)


def _as_it_came(letter: Document, body: bytes) -> Outgoing:
    headers = {**letter["headers"], SENDER: letter["sender"], ROUTING_KEY: letter["key"], ATTEMPT: 0}
    return Outgoing(letter["message_id"], RETURN, letter["queue"], letter["type"], body, letter["correlation"], headers)
