"""Deliveries and causes with defaults, for the tests of the write path's parts."""

from datetime import UTC, datetime
from typing import Any

from shared.envelope import Delivery, Envelope
from shared.record import Cause

AT = datetime(2026, 11, 22, 2, 0, 7, 123_000, tzinfo=UTC)


def an_envelope(message_id: str = "m1", **changes: Any) -> Envelope:
    defaults: dict[str, Any] = {
        "queue": "intake.chat",
        "message_id": message_id,
        "type": "inbound.chat.v1",
        "routing_key": "chat.webchat",
        "sender": "webchat",
        "at": AT,
        "cause_id": f"chat.webchat/{message_id}",
        "correlation_id": "conversation-1",
    }
    return Envelope(**defaults | changes)


def a_delivery(message_id: str = "m1", body: bytes = b"{}", **changes: Any) -> Delivery:
    return Delivery(an_envelope(message_id, **changes), body)


def a_cause(name: str = "m1", **changes: Any) -> Cause:
    defaults: dict[str, Any] = {"id": name, "type": "added", "who": "neighbour", "at": AT, "replica": "r1"}
    return Cause(**defaults | changes)
