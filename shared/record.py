"""The record that each change leaves in its document: outbox, inbox and audit chain in one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared.contracts import Message
from shared.envelope import AGGREGATE, SEQUENCE, TRACEPARENT, Envelope, Outgoing
from shared.ids import event_id
from shared.storage import encode

FIRST = b"\0" * 32
"""What stands before the first record of a chain."""

Document = dict[str, Any]


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
        return cls(
            envelope.cause_id or envelope.message_id,
            envelope.type,
            envelope.sender,
            envelope.at,
            envelope.headers.get(TRACEPARENT),
            replica,
        )


def outgoing(service: str, aggregate_id: str, sequence: int, cause: Cause, emit: Sequence[Message]) -> list[Outgoing]:
    """The messages of one decision, with ids, order and trace context."""
    trace = {TRACEPARENT: cause.traceparent} if cause.traceparent else {}
    return [
        Outgoing(
            message_id=message.fixed_id or event_id(service, aggregate_id, cause.id, message.key, position),
            exchange=message.exchange,
            routing_key=message.routing_key,
            type=message.key,
            body=message.encoded(),
            correlation_id=message.subject_id or aggregate_id,
            headers={AGGREGATE: aggregate_id, SEQUENCE: sequence, **trace},
            at=cause.at,
        )
        for position, message in enumerate(emit)
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an aggregate: what was decided, and the state and events it left."""

    cause: Cause
    sequence: int
    what: str
    state: Document
    events: Sequence[Outgoing]
    carrier: str | None = None
    """The message whose delivery brings this one's events again, where that is another one."""
    erases: bool = False
    """What was personal is gone with this change: the bodies of the records before it may be missing."""


def record(change: Change, before: bytes) -> tuple[Document, bytes]:
    """One link of the chain and its hash. The hash covers the state after the change, so a change behind our back shows."""
    link: Document = {
        "id": change.cause.id,
        "type": change.cause.type,
        "who": change.cause.who,
        "replica": change.cause.replica,
        "at": change.cause.at,
        "sequence": change.sequence,
        "what": change.what,
        "events": [_stored(event) for event in change.events],
        "state": sha256(encode(change.state)).digest(),
        "before": before,
    }
    if change.carrier:
        link["carrier"] = change.carrier
    if change.erases:
        link["erases"] = True
    return link, hash_of(link)


def hash_of(link: Document) -> bytes:
    """Of an event's body its digest is covered, so that the chain holds when the body is erased (ADR-0025). Records of before that
    cover the body itself; one that was erased keeps the hash it had.
    """
    if "hash" in link:
        return bytes(link["hash"])
    events = [_without_body(one) if "sha256" in one else one for one in link["events"]]
    return sha256(bytes(link["before"]) + encode({**link, "events": events})).digest()


def shorn(link: Document) -> Document:
    """The same link of the chain without what its events said."""
    bare = [_without_body(one) for one in link["events"]]
    if all("body" not in one for one in link["events"]):
        return link
    covers_digests = all("sha256" in one for one in link["events"])
    return {**link, "events": bare, **({} if covers_digests else {"hash": hash_of(link)})}


def bodies_fit(link: Document) -> bool:
    """Whether each body that is there is the one that went out."""
    return all(sha256(bytes(one["body"])).digest() == bytes(one["sha256"]) for one in link["events"] if {"body", "sha256"} <= one.keys())


def links_of(cause_id: str, links: Iterable[Document]) -> list[Document]:
    """The record of this message, and those of the early messages that it carried."""
    return [one for one in links if cause_id in (one["id"], one.get("carrier"))]


def republished(link: Document) -> list[Outgoing]:
    """The events of a record, exactly as they went out the first time. What was erased goes out no more."""
    return [
        Outgoing(
            message_id=event["id"],
            exchange=event["exchange"],
            routing_key=event["key"],
            type=event["type"],
            body=bytes(event["body"]),
            correlation_id=event["correlation"],
            headers=event["headers"],
            at=link["at"],
        )
        for event in link["events"]
        if "body" in event
    ]


def _stored(event: Outgoing) -> Document:
    return {
        "id": event.message_id,
        "exchange": event.exchange,
        "key": event.routing_key,
        "type": event.type,
        "body": event.body,
        "sha256": sha256(event.body).digest(),
        "correlation": event.correlation_id,
        "headers": dict(event.headers),
    }


def _without_body(event: Document) -> Document:
    return {name: value for name, value in event.items() if name != "body"}
