"""The product's documents, made by hand: state, record with its events, and the hashes that chain the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

import bson
from aio_pika.abc import AbstractIncomingMessage
from bson.raw_bson import RawBSONDocument

from shared.contracts import Message
from shared.envelope import AGGREGATE, SEQUENCE, Outgoing
from tests.load.bare.serve import Document

NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, slots=True)
class Change:
    """What one message does to one aggregate."""

    service: str
    key: str
    cause: AbstractIncomingMessage
    state: Document
    emit: Sequence[Message]
    what: str
    at: datetime
    version: int = 1
    before: bytes = NOTHING_BEFORE
    schema: int = 1


def now() -> datetime:
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1_000 * 1_000)


def events_of(change: Change) -> list[Outgoing]:
    headers = {AGGREGATE: change.key, SEQUENCE: change.version}
    cause = str(change.cause.message_id)
    return [
        Outgoing(
            one.fixed_id or str(uuid5(NAMESPACE_OID, f"{change.service}/{change.key}/{cause}/{position}")),
            one.exchange,
            one.routing_key,
            one.key,
            one.model_dump_json(exclude_none=True).encode(),
            one.subject_id or change.key,
            headers,
        )
        for position, one in enumerate(change.emit)
    ]


def written(change: Change, events: Sequence[Outgoing]) -> tuple[Document, RawBSONDocument]:
    """The body of the document and its newest record; each is encoded once, for its hash and for the wire."""
    state = RawBSONDocument(bson.encode(change.state))
    link = RawBSONDocument(bson.encode(_link(change, events, sha256(state.raw).digest())))
    head = sha256(change.before + link.raw).digest()
    return {"schema": change.schema, "version": change.version, "state": state, "head": head, "updated_at": change.at}, link


def created(change: Change, events: Sequence[Outgoing]) -> Document:
    body, link = written(change, events)
    return {"_id": change.key, **body, "created_at": change.at, "handled": [link], "embedded": 1}


def moved_on(change: Change, events: Sequence[Outgoing]) -> Document:
    body, link = written(change, events)
    return {"$set": body, "$push": {"handled": link}, "$inc": {"embedded": 1}}


def _link(change: Change, events: Sequence[Outgoing], state: bytes) -> Document:
    return {
        "id": change.cause.message_id,
        "type": change.cause.type,
        "who": change.cause.user_id or "",
        "replica": "bare",
        "at": change.at,
        "sequence": change.version,
        "what": change.what,
        "events": [_stored(event) for event in events],
        "state": state,
        "before": change.before,
    }


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
