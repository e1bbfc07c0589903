"""Publishing to the broker, with confirms: as one of the adapters, or as the operator."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPError, DeliveryError
from aiormq.exceptions import ChannelAccessRefused, ProbableAuthenticationError
from yarl import URL

from deploy.adapter_kit import AdapterKit, Identity, NotTaken, Refusal
from deploy.cli.place import UP
from deploy.management import NobodyAnswersError
from deploy.problem import SetupError
from deploy.trust import refused_certificate
from shared import access
from shared.contracts import Message
from shared.contracts.vocabulary import Channel
from shared.envelope import Outgoing
from shared.settings import OPERATOR, HouseSettings
from shared.topology import Adapter

CONNECT_WITHIN_S = 10.0
PATIENCE_S = 30.0
"""How long nothing more may be confirmed before a command gives up."""
APPLY = "run `redress topology apply`."


def as_operator(settings: HouseSettings) -> URL:
    if not settings.secret_key.get_secret_value():
        raise SetupError("REDRESS_SECRET_KEY is empty.", cure="set it, or REDRESS_SECRET_KEY_FILE, to the deployment's secret.")
    return access.broker_url(settings, OPERATOR)


def as_adapter(settings: HouseSettings, name: str) -> URL:
    return access.broker_url_of_adapter(settings, name)


@asynccontextmanager
async def kit_of(settings: HouseSettings, adapter: Adapter, sent: Path | None = None) -> AsyncIterator[AdapterKit]:
    """For a command whose files keep the messages: connected, or a sentence at once."""
    url = as_adapter(settings, adapter.name)
    identity = Identity(adapter.name, Channel(adapter.channel), str(url), settings.bodies_url, settings.body_limit_bytes)
    async with AdapterKit(identity, sent=sent) as kit:
        async with answering(url):
            await kit.connect()
        yield kit


async def settled(kit: AdapterKit) -> None:
    """When the broker has confirmed everything that the kit was given."""
    try:
        await kit.settled(patience_s=PATIENCE_S)
    except NotTaken as left:
        name = kit.identity.name
        if left.reason is Refusal.FORBIDDEN:
            raise SetupError(f"the broker does not let {name!r} do that.", cure=APPLY) from None
        raise SetupError(
            f"the broker did not take {left.left} messages of {name!r} ({left.reason}).", cure="see `redress status`."
        ) from None


@asynccontextmanager
async def answering(url: URL) -> AsyncIterator[None]:
    """Connecting, with a time limit; failures come as sentences."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            yield
    except ProbableAuthenticationError:
        raise SetupError(f"the broker does not know {url.user!r} with our password.", cure=APPLY) from None
    except (OSError, AMQPError, TimeoutError) as error:
        raise refused_certificate("the broker", error) or NobodyAnswersError("the broker does not answer.", cure=UP) from None


@asynccontextmanager
async def channel_at(url: URL, what: str) -> AsyncIterator[AbstractChannel]:
    """A channel with confirms; what nobody listens to raises. Failures come as sentences."""
    async with answering(url):
        connection = await aio_pika.connect(url, client_properties={"connection_name": what})
    async with connection:
        try:
            yield await connection.channel(publisher_confirms=True, on_return_raises=True)
        except ChannelAccessRefused:
            raise SetupError(f"the broker does not let {url.user!r} do that.", cure=APPLY) from None
        except (DeliveryError, AMQPError) as error:
            raise SetupError(f"the broker did not take a message ({type(error).__name__}).", cure="see `redress status`.") from None


async def publish(channel: AbstractChannel, url: URL, app_id: str, messages: Sequence[Outgoing], at: datetime) -> None:
    """Returns when the broker has confirmed every one."""
    await asyncio.gather(*[_publish(channel, str(url.user), app_id, one, at) for one in messages])


async def say(settings: HouseSettings, message: Message, at: datetime, message_id: str | None = None) -> None:
    """An operator's event or command. Who gives it an id can say it twice, and it is heard once."""
    async with channel_at(as_operator(settings), "redress command") as channel:
        await publish(channel, as_operator(settings), "redress", [_outgoing(message, message_id)], at)


async def say_all(settings: HouseSettings, messages: AsyncIterator[Message], at: datetime) -> None:
    """One after the other, as they come, over one connection."""
    async with channel_at(as_operator(settings), "redress command") as channel:
        async for message in messages:
            await publish(channel, as_operator(settings), "redress", [_outgoing(message)], at)


def _outgoing(message: Message, message_id: str | None = None) -> Outgoing:
    return Outgoing(
        message_id=message_id or message.fixed_id or str(uuid4()),
        exchange=message.exchange,
        routing_key=message.routing_key,
        type=message.key,
        body=message.encoded(),
        correlation_id=message.subject_id,
    )


async def _publish(channel: AbstractChannel, user: str, app_id: str, message: Outgoing, at: datetime) -> None:
    exchange: Any = await channel.get_exchange(message.exchange, ensure=False)
    await exchange.publish(
        aio_pika.Message(
            message.body,
            message_id=message.message_id,
            type=message.type,
            app_id=app_id,
            user_id=user,
            timestamp=at,
            correlation_id=message.correlation_id or None,
            headers=dict(message.headers),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        ),
        message.routing_key,
        mandatory=True,
    )
