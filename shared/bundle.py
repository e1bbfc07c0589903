"""Events of one batch for the same readers travel as one message: one frame, one confirm, one disk write for all. ADR-0014."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic_core import from_json, to_json

from shared.contracts import EVENTS
from shared.envelope import BUNDLED, Delivery, Outgoing

CONTENT_TYPE = "application/x-ndjson"
"""Two lines for each event: its own AMQP properties, then its body, byte for byte."""

AT_MOST = 64
LARGEST_BYTES = 4_096
"""A larger event travels alone, so that a bundle stays below 300 kB."""


def bundled(messages: Sequence[Outgoing]) -> list[Outgoing]:
    """Only our own events, and only where there are several: adapters read one by one, and one event alone is a plain message."""
    groups: dict[str, list[Outgoing]] = {}
    leaving: list[Outgoing] = []
    for message in messages:
        fits = message.exchange == EVENTS and len(message.body) <= LARGEST_BYTES and b"\n" not in message.body
        (groups.setdefault(message.routing_key, []) if fits else leaving).append(message)
    for group in groups.values():
        leaving += [_bundle(group[start : start + AT_MOST]) for start in range(0, len(group), AT_MOST)]
    return leaving


def opened(bundle: Delivery) -> list[Delivery]:
    """Each event as if it had come alone. A bundle that is none stays what it is: its reader will find it unreadable."""
    lines = bundle.body.split(b"\n")
    try:
        return [_alone(bundle, from_json(told), body) for told, body in zip(lines[::2], lines[1::2], strict=True)]
    except (ValueError, TypeError, KeyError):
        return [bundle]


def _bundle(events: Sequence[Outgoing]) -> Outgoing:
    if len(events) == 1:
        return events[0]
    body = b"\n".join(line for event in events for line in (_properties(event), event.body))
    return replace(events[0], body=body, headers={BUNDLED: len(events)}, correlation_id="", content_type=CONTENT_TYPE)


def _properties(event: Outgoing) -> bytes:
    return to_json([event.message_id, event.correlation_id, dict(event.headers)])


def _alone(bundle: Delivery, told: tuple[str, str, dict[str, object]], body: bytes) -> Delivery:
    message_id, correlation_id, headers = told
    headers = {name: value for name, value in bundle.envelope.headers.items() if name != BUNDLED} | headers
    envelope = replace(bundle.envelope, message_id=message_id, cause_id=message_id, correlation_id=correlation_id, headers=headers)
    return Delivery(envelope, body)
