"""A message on its way in and on its way out: the AMQP properties, without any AMQP library."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.errors import RedressError

AGGREGATE = "redress-aggregate"
SEQUENCE = "redress-sequence"
ATTEMPT = "redress-attempt"
FIRST_FAILED = "redress-first-failed-at"
FIRST_ERROR = "redress-first-error"
LAST_ERROR = "redress-last-error"
SENDER = "redress-sender"
ROUTING_KEY = "redress-routing-key"
BUNDLED = "redress-bundled"
TRACEPARENT = "traceparent"
BODY = "redress-body"
"""Where the words lie that are too large to travel themselves (`shared/bodies.py`)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What travels beside the body. A handler that asks for it gets it."""

    queue: str
    message_id: str
    type: str
    routing_key: str
    sender: str
    """The RabbitMQ user that published, as the broker vouches for it; empty where the publisher did not say."""
    at: datetime
    """When this service took the message up, by the database's clock."""
    cause_id: str = ""
    """What tells this message from every other: its id, and for messages from outside also who sent it."""
    correlation_id: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    redelivered: bool = False
    """It came before, or we tried it before."""

    @property
    def attempt(self) -> int:
        return int(self.headers.get(ATTEMPT, 0))

    @property
    def is_first_try(self) -> bool:
        """Straight from its source: neither redelivered, nor out of the retry ladder, nor replayed."""
        return not self.redelivered and SENDER not in self.headers


@dataclass(frozen=True, slots=True)
class Delivery:
    envelope: Envelope
    body: bytes
    """As it came, and as it moves on: where the words travel by reference, it stays small."""
    fetched: bytes | RedressError | None = None
    """The words that the message refers to, or why they cannot be had."""

    @property
    def content(self) -> bytes:
        """What is to be read. Raises where it was sent by reference and cannot be had."""
        if isinstance(self.fetched, RedressError):
            raise self.fetched
        return self.body if self.fetched is None else self.fetched


def once_more(delivery: Delivery) -> Delivery:
    """For another try: like the broker's redelivery, it may have been handled before, and is no resend of its source."""
    return replace(delivery, envelope=replace(delivery.envelope, redelivered=True))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it is stored with its cause and published, byte for byte the same each time."""

    message_id: str
    exchange: str
    routing_key: str
    type: str
    body: bytes
    correlation_id: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    """When it was caused; the AMQP timestamp."""
    content_type: str = "application/json"


Publish = Callable[[Sequence[Outgoing]], Awaitable[None]]
"""Returns when the broker has confirmed every one."""
