"""Messages that came before the one that creates their aggregate: kept sealed in a stub, folded in when it is created."""

from typing import Any

from shared.envelope import Delivery, Envelope
from shared.record import Cause
from shared.sealing import Sealed, Sealer
from shared.storage import Document
from shared.task import Task


def kept(task: Task, sealer: Sealer) -> Document | None:
    if task.delivery is None or task.carrier is not None:
        return None
    envelope = task.delivery.envelope
    sealed = sealer.seal(task.delivery.body, f"early/{task.cause.id}")
    return {
        "id": task.cause.id,
        "message_id": envelope.message_id,
        "type": envelope.type,
        "queue": envelope.queue,
        "key": envelope.routing_key,
        "sender": envelope.sender,
        "correlation": envelope.correlation_id,
        "headers": dict(envelope.headers),
        "at": envelope.at,
        "body": sealed.body,
        "body_key": sealed.key,
    }


def taken_up(entry: dict[str, Any], sealer: Sealer, carrier: Cause) -> Task:
    body = sealer.open(Sealed(bytes(entry["body"]), bytes(entry["body_key"])), f"early/{entry['id']}")
    envelope = Envelope(
        queue=entry["queue"],
        message_id=entry["message_id"],
        cause_id=entry["id"],
        type=entry["type"],
        routing_key=entry["key"],
        sender=entry["sender"],
        at=entry["at"],
        correlation_id=entry["correlation"],
        headers=entry["headers"],
    )
    return Task(Cause.of(envelope, carrier.replica), Delivery(envelope, body), carrier=carrier.id)
