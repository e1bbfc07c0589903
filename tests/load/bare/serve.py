"""Takes what waits in some queues as one batch, has it done, publishes what came of it, acknowledges."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aiormq import Channel, spec
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import InsertOne, WriteConcern
from pymongo.errors import BulkWriteError
from yarl import URL

from shared.envelope import Outgoing

BATCH = 128
PREFETCH = 256
PUMPS = 2
DUPLICATE_KEY = 11_000

Document = dict[str, Any]
Messages = Sequence[AbstractIncomingMessage]


@dataclass(frozen=True, slots=True)
class Done:
    events: Sequence[Outgoing] = ()
    settled: Messages = ()
    """To be acknowledged each for itself, once the events are out: of a hop that keeps some back, or kept back until now."""


Do = Callable[[Messages], Awaitable[Done]]


@dataclass(frozen=True, slots=True)
class Hop:
    """`one_by_one`: only what is said to be settled is acknowledged; the rest is kept back."""

    queues: Sequence[str]
    do: Do
    one_by_one: bool = False
    batch: int = BATCH


@dataclass(frozen=True, slots=True)
class Way:
    """Out to the broker, as one service, without aio-pika's objects around the frames: all confirms are in flight at once."""

    channel: AbstractChannel
    user: str
    service: str

    async def publish(self, events: Sequence[Outgoing]) -> None:
        channel = await self.channel.get_underlay_channel()
        assert isinstance(channel, Channel)
        await asyncio.gather(*[self._one(channel, event) for event in events])

    async def _one(self, channel: Channel, event: Outgoing) -> None:
        properties = spec.Basic.Properties(
            headers=dict(event.headers),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=event.message_id,
            message_type=event.type,
            app_id=self.service,
            user_id=self.user,
            correlation_id=event.correlation_id,
        )
        await channel.basic_publish(
            event.body, exchange=event.exchange, routing_key=event.routing_key, properties=properties, mandatory=True, wait=False
        )


def database(service: str) -> Any:
    client: Any = AsyncIOMotorClient(os.environ["REDRESS_MONGO_URL"], tz_aware=True)
    return client.get_database(f"{os.environ['REDRESS_DATABASE_PREFIX']}_{service}", write_concern=WriteConcern("majority", j=True))


async def insert_all(collection: Any, documents: Sequence[Document]) -> None:
    """What is there already came with an earlier delivery."""
    try:
        await collection.bulk_write([InsertOne(one) for one in documents], ordered=False)
    except BulkWriteError as error:
        if any(one["code"] != DUPLICATE_KEY for one in error.details["writeErrors"]):
            raise


async def way_out(service: str) -> Way:
    connection = await aio_pika.connect(os.environ["REDRESS_AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    return Way(channel, URL(os.environ["REDRESS_AMQP_URL"]).user or "guest", service)


async def serve(hops: Sequence[Hop], way: Way) -> None:
    connection = await aio_pika.connect(os.environ["REDRESS_AMQP_URL"])
    async with asyncio.TaskGroup() as group:
        for hop in hops:
            for _ in range(PUMPS):
                channel = await connection.channel()
                await channel.set_qos(PREFETCH)
                waiting: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
                for name in hop.queues:
                    await (await channel.get_queue(name)).consume(waiting.put)
                group.create_task(_pump(hop, waiting, way))


async def _pump(hop: Hop, waiting: "asyncio.Queue[AbstractIncomingMessage]", way: Way) -> None:
    while True:
        messages = [await waiting.get()]
        while len(messages) < hop.batch and not waiting.empty():
            messages.append(waiting.get_nowait())
        done = await hop.do(messages)
        await way.publish(done.events)
        for one in done.settled:
            await one.ack()
        if not hop.one_by_one:
            await messages[-1].ack(multiple=True)
