"""The way out to RabbitMQ: publishing with confirms on a connection of its own. The way in is FastStream's (`shared/service.py`)."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel, AbstractRobustConnection
from aio_pika.exceptions import AMQPError, DeliveryError, PublishError
from aiormq import Channel, spec
from yarl import URL

from shared.access import distrust
from shared.bundle import CONTENT_TYPE, bundled, opened
from shared.contracts.vocabulary import HOUSE
from shared.envelope import (
    ATTEMPT,
    BODY,
    BUNDLED,
    FIRST_ERROR,
    FIRST_FAILED,
    LAST_ERROR,
    ROUTING_KEY,
    SENDER,
    TRACEPARENT,
    Delivery,
    Envelope,
    Outgoing,
)
from shared.errors import BrokerAway

CONFIRM_WITHIN_S = 10.0
FILLS_A_BATCH = 1_000_000
"""A message whose body is fetched ends its batch: a process holds one such body at a time for each queue."""
PERSISTENT = 2
OWN_HEADERS = frozenset({ATTEMPT, FIRST_ERROR, FIRST_FAILED, LAST_ERROR, SENDER, ROUTING_KEY})
"""Believed from the reader's own user alone: nobody else may skip the ladder or speak in another's name.

Every other header of a user of the house is believed (ADR-0017); of an adapter's, only `OF_OUTSIDERS`."""
OF_OUTSIDERS = frozenset({TRACEPARENT, BODY, "x-death"})
LONGEST_REFERENCE = 1_024
"""Characters. What is longer, or no text, is read as a reference to nothing."""
TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Publisher:
    """Returns when the broker has confirmed every message; raises `BrokerAway` when one may be missing."""

    def __init__(self, url: URL, app_id: str) -> None:
        self._url = url
        self._app_id = app_id
        self.user = url.user or "guest"
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractRobustChannel | None = None

    async def start(self) -> None:
        try:
            self._connection = await aio_pika.connect_robust(self._url, client_properties={"connection_name": f"{self._app_id} publisher"})
        except OSError as error:
            if (why := distrust(error)) is not None:
                raise BrokerAway(f"the broker's certificate is refused: {why}") from None
            raise
        channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        assert isinstance(channel, AbstractRobustChannel)
        self._channel = channel

    async def stop(self) -> None:
        if self._connection:
            await self._connection.close()

    @property
    def ready(self) -> bool:
        return bool(self._connection and self._connection.connected.is_set() and self._channel and not self._channel.is_closed)

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """All confirms are in flight at once; frames leave in the order given, so one aggregate's events of a kind keep theirs."""
        if not messages:
            return
        try:
            async with asyncio.timeout(CONFIRM_WITHIN_S):
                assert self._channel is not None
                channel = await self._channel.get_underlay_channel()
                assert isinstance(channel, Channel)
                # A broker that is short of memory or disk blocks its publishers and reads no more: what we wrote would pile up here.
                await channel.connection.ready()
                await asyncio.gather(*[self._one(channel, message) for message in bundled(messages)])
        except (AMQPError, DeliveryError, PublishError, ConnectionError, TimeoutError, RuntimeError) as error:
            raise BrokerAway(f"no confirm: {type(error).__name__}") from error
        except asyncio.CancelledError as error:
            # A connection that died of its heartbeat cancels the confirms it owes; only who cancelled us ourselves is obeyed.
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            raise BrokerAway("no confirm: the connection was given up") from error

    async def _one(self, channel: Channel, message: Outgoing) -> None:
        """Straight to aiormq: aio-pika would wait for the socket between two messages, which a batch need not (docs/performance.md)."""
        properties = spec.Basic.Properties(
            content_type=message.content_type,
            headers=dict(message.headers),
            delivery_mode=PERSISTENT,
            correlation_id=message.correlation_id,
            message_id=message.message_id,
            message_type=message.type,
            user_id=self.user,
            app_id=self._app_id,
            timestamp=message.at,
        )
        await channel.basic_publish(
            message.body, exchange=message.exchange, routing_key=message.routing_key, properties=properties, mandatory=True, wait=False
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A queue as its reader knows it. `from_outside`: ids are unique only together with who sent them."""

    queue: str
    user: str
    """As whom it is read."""
    from_outside: bool


def deliveries_of(message: AbstractIncomingMessage, source: Source, at: datetime) -> list[Delivery]:
    """One for each event: a bundle is believed from users of the house alone, like its header."""
    delivery = delivery_of(message, source, at)
    return opened(delivery) if BUNDLED in delivery.envelope.headers and message.content_type == CONTENT_TYPE else [delivery]


def events_in(message: AbstractIncomingMessage, source: Source) -> int:
    if BODY in message.headers:
        return FILLS_A_BATCH
    count = message.headers.get(BUNDLED) if message.user_id == source.user or _is_of_the_house(message) else None
    return count if isinstance(count, int) else 1


def delivery_of(message: AbstractIncomingMessage, source: Source, at: datetime) -> Delivery:
    """Our own re-publishing (ladder, replay) carries the first sender and key in headers; only our own user is believed that."""
    ours = message.user_id == source.user
    headers = dict(message.headers) if ours else _believed(message)
    if not TRACE.fullmatch(str(headers.get(TRACEPARENT, ""))):
        headers.pop(TRACEPARENT, None)
    sender = str(headers.get(SENDER, "")) if ours and SENDER in headers else message.user_id or ""
    routing_key = str(headers.get(ROUTING_KEY, "")) if ours and ROUTING_KEY in headers else message.routing_key or ""
    message_id = message.message_id or "sha256:" + sha256(message.body).hexdigest()
    envelope = Envelope(
        queue=source.queue,
        message_id=message_id,
        cause_id=f"{routing_key}/{message_id}" if source.from_outside else message_id,
        type=message.type or "",
        routing_key=routing_key,
        sender=sender,
        at=at,
        correlation_id=message.correlation_id or "",
        headers=headers,
        redelivered=bool(message.redelivered),
    )
    return Delivery(envelope, message.body)


def _believed(message: AbstractIncomingMessage) -> dict[str, Any]:
    """What else an adapter sends goes no further: no store and no other connection could be sure to take it."""
    if _is_of_the_house(message):
        return {name: value for name, value in message.headers.items() if name not in OWN_HEADERS}
    headers = {name: value for name, value in message.headers.items() if name in OF_OUTSIDERS}
    reference = headers.get(BODY, "")
    if not isinstance(reference, str) or len(reference) > LONGEST_REFERENCE:
        headers[BODY] = ""
    return headers


def _is_of_the_house(message: AbstractIncomingMessage) -> bool:
    """The broker vouches for `user_id`, and no adapter may be called like a service."""
    return (message.user_id or "").startswith(HOUSE)
