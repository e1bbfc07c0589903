"""Whether a process can do its work now: asked of the broker and the database, not of connections that believe in themselves."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.broker import Publisher
from shared.consumer import Consumer
from shared.errors import DatabaseAway
from shared.storage import Database

PING_WITHIN_S = 1.0


@dataclass(frozen=True)
class Health:
    subscribers: Mapping[str, Any]
    consumers: Mapping[str, Consumer]
    tasks: Sequence[asyncio.Task[None]]
    publisher: Publisher
    database: Database

    async def not_ready_because(self) -> str | None:
        """`ping()` of the connection would stay true with a dead channel; so each consumer is asked for."""
        if not self.consumers:
            return "not started yet"
        if not self.publisher.ready:
            return "the publisher has no channel"
        paused = next((f"{one.queue} is paused: {one.paused_for}" for one in self.consumers.values() if one.paused_for), None)
        ended = next((f"the task {one.get_name()!r} ended" for one in self.tasks if one.done()), None)
        return ended or paused or await self._broker() or await self._database()

    async def _broker(self) -> str | None:
        try:
            async with asyncio.timeout(PING_WITHIN_S):
                lost = [queue for queue, subscriber in self.subscribers.items() if not await consuming(subscriber)]
        except TimeoutError:
            return "the broker does not answer"
        return f"no consumer on {', '.join(lost)}" if lost else None

    async def _database(self) -> str | None:
        try:
            async with asyncio.timeout(PING_WITHIN_S):
                await self.database.local_time()
        except (DatabaseAway, TimeoutError):
            return "the database does not answer"
        return None


async def consuming(subscriber: Any) -> bool:  # noqa: ANN401 - FastStream's subscriber keeps these private
    """Whether the broker knows our consumer: an open channel that still holds the tag."""
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001
    if queue is None or tag is None or queue.channel.is_closed:
        return False
    return tag in (await queue.channel.get_underlay_channel()).consumers
