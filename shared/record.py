"""The record that each change leaves in its document: outbox, inbox and audit chain in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from shared.contracts import Message
from shared.envelope import AGGREGATE, SEQUENCE, TRACEPARENT, Envelope, Outgoing
from shared.storage import encode

NAMESPACE = UUID("6f1dfb39-7a5e-5b0e-9d0a-5d6c2d1f7c11")
"""Makes our uuid5 ids ours. It never changes: ids that were given stay."""

FIRST = b"\0" * 32
"""What stands before the first record of a chain."""

Document = dict[str, Any]


def event_id(service: str, aggregate_id: str, cause_id: str, kind: str, position: int) -> str:
    """The same cause always gives the same ids, so whoever hears an event twice can drop it."""
    return str(uuid5(NAMESPACE, "\0".join((service, aggregate_id, cause_id, kind, str(position)))))


@dataclass(frozen=True, slots=True)
class Cause:
    """What made the change: a message, or the time that came."""

    id: str
    type: str
    who: str
    at: datetime
    traceparent: str | None = None
    replica: str = ""
    """Which process handled it: of two that decide the same message at once, one wins, and each must know which."""

    @classmethod
    def of(cls, envelope: Envelope, replica: str = "") -> "Cause":
        return cls(envelope.cause_id or envelope.message_id, envelope.type, envelope.sender, envelope.at, envelope.headers.get(TRACEPARENT), replica)


def outgoing(service: str, aggregate_id: str, sequence: int, cause: Cause, emit: Sequence[Message]) -> list[Outgoing]:
    """The messages of one decision, with ids, order and trace context."""
    trace = {TRACEPARENT: cause.traceparent} if cause.traceparent else {}
    return [
        Outgoing(
            message_id=message.fixed_id or event_id(service, aggregate_id, cause.id, message.key, position),
            exchange=message.exchange,
            routing_key=message.routing_key,
            type=message.key,
            body=message.model_dump_json(exclude_none=True).encode(),
            correlation_id=message.subject_id or aggregate_id,
            headers={AGGREGATE: aggregate_id, SEQUENCE: sequence, **trace},
        )
        for position, message in enumerate(emit)
    ]


def record(
    cause: Cause, sequence: int, what: str, state: Document, events: Sequence[Outgoing], before: bytes, carrier: str | None = None
) -> tuple[Document, bytes]:
    """One link of the chain and its hash. The hash covers the state after the change, so a change behind our back shows.

    `carrier` names the message whose delivery brings this one's events again, where that is another one.
    """
    link: Document = {
        "id": cause.id,
        "type": cause.type,
        "who": cause.who,
        "replica": cause.replica,
        "at": cause.at,
        "sequence": sequence,
        "what": what,
        "events": [_stored(event) for event in events],
        "state": sha256(encode(state)).digest(),
        "before": before,
    }
    if carrier:
        link["carrier"] = carrier
    return link, sha256(before + encode(link)).digest()


def republished(link: Document) -> list[Outgoing]:
    """The events of a record, exactly as they went out the first time."""
    return [
        Outgoing(
            message_id=event["id"],
            exchange=event["exchange"],
            routing_key=event["key"],
            type=event["type"],
            body=bytes(event["body"]),
            correlation_id=event["correlation"],
            headers=event["headers"],
        )
        for event in link["events"]
    ]


def _stored(event: Outgoing) -> Document:
    return {
        "id": event.message_id,
        "exchange": event.exchange,
        "key": event.routing_key,
        "type": event.type,
        "body": event.body,
        "correlation": event.correlation_id,
        "headers": dict(event.headers),
    }
