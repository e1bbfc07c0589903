"""Hands prepared messages to the broker, all at once or at a rate, over one connection for each user."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange
from yarl import URL

IN_FLIGHT = 400


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message, encoded before the clock starts. `id` finds it again at the other end."""

    id: str
    user: str
    exchange: str
    routing_key: str
    message: aio_pika.Message


@dataclass
class Publisher:
    channels: dict[str, AbstractChannel]
    exchanges: dict[tuple[str, str], AbstractExchange] = field(default_factory=dict)

    async def all_at_once(self, messages: Sequence[Prepared]) -> None:
        room = asyncio.Semaphore(IN_FLIGHT)

        async def send(one: Prepared) -> None:
            async with room:
                await self._send(one)

        await asyncio.gather(*[send(one) for one in messages])

    async def at_rate(self, messages: Sequence[Prepared], per_s: float) -> dict[str, float]:
        """Keeps to the timetable whatever the answer: a slow system gets no mercy. Returns when each was handed over."""
        sent_at: dict[str, float] = {}
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for position, one in enumerate(messages):
                await asyncio.sleep(max(0.0, started + position / per_s - time.monotonic()))
                sent_at[one.id] = time.time()
                group.create_task(self._send(one))
        return sent_at

    async def _send(self, one: Prepared) -> None:
        key = (one.user, one.exchange)
        if key not in self.exchanges:
            channel = self.channels[one.user]
            self.exchanges[key] = await channel.get_exchange(one.exchange, ensure=False) if one.exchange else channel.default_exchange
        await self.exchanges[key].publish(one.message, one.routing_key, mandatory=True)


@asynccontextmanager
async def publisher(users: dict[str, URL]) -> AsyncIterator[Publisher]:
    async with AsyncExitStack() as stack:
        channels = {}
        for user, url in users.items():
            connection = await stack.enter_async_context(await aio_pika.connect(url))
            channels[user] = await connection.channel(publisher_confirms=True, on_return_raises=True)
        yield Publisher(channels)
