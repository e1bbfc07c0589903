"""One connection of an adapter to the broker: publishing with confirms, and every way in which that fails, as one word."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import AMQPError, DeliveryError, PublishError
from aiormq.exceptions import (
    AuthenticationError,
    ChannelAccessRefused,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    ProbableAuthenticationError,
)
from yarl import URL

from shared.contracts import INBOUND

ANSWER_WITHIN_S = 10.0


class Refusal(StrEnum):
    """Why a message is still here. Every one may pass; the kit tries again."""

    FULL = "queue-full"
    """The queue has no room left."""
    UNROUTABLE = "unroutable"
    """No exchange of that name, or no queue that listens: the topology was not applied."""
    FORBIDDEN = "forbidden"
    """This user may not publish there."""
    UNKNOWN = "unknown-user"
    """The broker does not know this user with this password."""
    AWAY = "broker-away"
    """No answer; or the broker blocks publishers, for it is short of memory or disk."""
    STORE_AWAY = "body-store-away"
    """The store of bodies does not take a large one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it leaves."""

    id: str
    key: str
    type: str
    body: bytes
    headers: Mapping[str, str]


class Link:
    """Connects when it is needed, and again after a loss."""

    def __init__(self, url: str, what: str) -> None:
        self._url = URL(url)
        self._what = what
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._turn = asyncio.Lock()

    async def channel(self) -> AbstractChannel:
        """Open, with confirms. Raises what the broker or the network says."""
        async with self._turn:
            if self._channel is None or not await _is_alive(self._channel):
                await self.close()
                self._connection = await aio_pika.connect(self._url, client_properties={"connection_name": self._what})
                self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
            return self._channel

    async def publish(self, letter: Letter) -> Refusal | None:
        """None once the broker has confirmed it. Writes nothing while the broker blocks, so that no copies pile up here."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                channel = await self.channel()
                await _unblocked(channel)
                exchange = await channel.get_exchange(INBOUND, ensure=False)
                await exchange.publish(self._message(letter), letter.key, mandatory=True)
        except (PublishError, ChannelNotFoundEntity):
            return Refusal.UNROUTABLE
        except DeliveryError:
            return Refusal.FULL
        except (ChannelAccessRefused, ChannelPreconditionFailed):
            return Refusal.FORBIDDEN
        except (AuthenticationError, ProbableAuthenticationError):
            return Refusal.UNKNOWN
        except (AMQPError, OSError, RuntimeError):
            return Refusal.AWAY
        return None

    async def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection:
            with suppress(AMQPError, OSError, RuntimeError):
                await connection.close()

    def _message(self, letter: Letter) -> aio_pika.Message:
        return aio_pika.Message(
            letter.body,
            message_id=letter.id,
            type=letter.type,
            app_id=self._url.user,
            user_id=self._url.user,
            timestamp=datetime.now(UTC),
            headers=dict(letter.headers),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )


async def _is_alive(channel: AbstractChannel) -> bool:
    """Asked of the connection underneath: after a loss, aio-pika's own objects may say that they are open."""
    if channel.is_closed:
        return False
    try:
        under = await channel.get_underlay_channel()
    except (AMQPError, RuntimeError):
        return False
    return not under.is_closed and not under.connection.is_closed


async def _unblocked(channel: AbstractChannel) -> None:
    await (await channel.get_underlay_channel()).connection.ready()
