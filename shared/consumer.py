"""From a queue to the write path and back: take what waits, have it handled, move what failed, acknowledge once for all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import ChannelInvalidStateError

from shared.broker import Source, delivery_of
from shared.clock import Clock
from shared.dead import DeadLetters, Failure, returned
from shared.envelope import ATTEMPT, FIRST_FAILED, LAST_ERROR, Delivery, Outgoing, once_more
from shared.errors import BrokerAway, DatabaseAway, slug_of, where
from shared.record import Cause
from shared.task import End, Task
from shared.telemetry import Metrics, log, tell
from shared.topology import JITTER_LANES, retry_exchange

LONGEST_PAUSE_S = 5.0
FIRST_PAUSE_S = 0.1

Handle = Callable[[Sequence[Delivery]], Awaitable[list[Task]]]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a message waits before its next attempt."""

    delays_ms: Sequence[int]

    def step(self, delivery: Delivery, error: BaseException, at: str) -> Outgoing | None:
        """None when all steps are used up."""
        attempt = delivery.envelope.attempt
        if attempt >= len(self.delays_ms):
            return None
        lane = crc32(delivery.envelope.message_id.encode()) % len(JITTER_LANES)
        first = delivery.envelope.headers.get(FIRST_FAILED) or at
        back = returned(delivery, {ATTEMPT: attempt + 1, FIRST_FAILED: first, LAST_ERROR: slug_of(error)})
        exchange = retry_exchange(self.delays_ms[attempt], lane)
        return Outgoing(back.message_id, exchange, back.routing_key, back.type, back.body, back.correlation_id, back.headers)


@dataclass
class Consumer:
    """One for each queue. `receive` is what FastStream calls; `run` works off what it has put aside."""

    source: Source
    handle: Handle
    publish: Callable[[Sequence[Outgoing]], Awaitable[None]]
    dead: DeadLetters
    ladder: Ladder
    clock: Clock
    metrics: Metrics
    batch_size: int
    paused_for: str | None = None
    _waiting: "asyncio.Queue[AbstractIncomingMessage]" = field(default_factory=asyncio.Queue)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def queue(self) -> str:
        return self.source.queue

    def receive(self, message: AbstractIncomingMessage) -> None:
        self._idle.clear()
        self._waiting.put_nowait(message)

    async def run(self) -> None:
        """No timer: a batch is what came while the last one was worked off."""
        while True:
            if self._waiting.empty():
                self._idle.set()
            await self._until_done(await self._batch())

    async def _batch(self) -> "list[AbstractIncomingMessage]":
        """What waits, and what still comes turn by turn of the event loop: it lies in the socket already, so nobody is kept waiting."""
        messages = [await self._waiting.get()]
        while len(messages) < self.batch_size:
            await asyncio.sleep(0)
            if self._waiting.empty():
                break
            while len(messages) < self.batch_size and not self._waiting.empty():
                messages.append(self._waiting.get_nowait())
        return messages

    async def drained(self) -> None:
        """When everything that was received is acknowledged."""
        while not (self._waiting.empty() and self._idle.is_set()):
            await self._idle.wait()

    async def _until_done(self, messages: list[AbstractIncomingMessage]) -> None:
        """Burns no attempt while database or broker is away: the batch stays unacknowledged and the consumer pauses."""
        pause, tried = FIRST_PAUSE_S, False
        while True:
            messages = [one for one in messages if _is_open(one)]
            if not messages:
                self._go_on()
                return
            try:
                await self._once(messages, tried=tried)
            except Exception as error:  # noqa: BLE001 - whatever it is, these messages are not done: hold them, tell it, try again
                tried = True
                self._pause(slug_of(error), where(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                self._go_on()
                return

    async def _once(self, messages: Sequence[AbstractIncomingMessage], *, tried: bool) -> None:
        started = time.perf_counter()
        at = self.clock.now()
        deliveries = [delivery_of(one, self.source, at) for one in messages]
        tasks = await self._handled([once_more(one) for one in deliveries] if tried else deliveries)
        await self._move(tasks)
        await _acknowledge(messages)
        self.metrics.batch_done(self.queue, tasks, time.perf_counter() - started)
        tell(self.queue, tasks)

    async def _handled(self, deliveries: Sequence[Delivery]) -> list[Task]:
        """A batch that fails as a whole is tried one by one, so that the bad message is found and its neighbours go on."""
        try:
            return await self.handle(deliveries)
        except (DatabaseAway, BrokerAway):
            raise
        except Exception as error:  # noqa: BLE001 - the message that raises it is moved to the ladder with the error's slug
            if len(deliveries) > 1:
                return [task for one in deliveries for task in await self._handled([once_more(one)])]
            task = Task(Cause.of(deliveries[0].envelope), deliveries[0])
            task.fails(error)
            log.warning("message failed in the write path", queue=self.queue, error=type(error).__name__)
            return [task]

    async def _move(self, tasks: Sequence[Task]) -> None:
        """To the retry ladder or to the dead letters, both durable before anything is acknowledged."""
        at = self.clock.now()
        again: list[Outgoing] = []
        parked: list[Failure] = []
        for task in tasks:
            if task.end not in (End.RETRY, End.DEAD) or task.delivery is None or task.error is None:
                continue
            step = self.ladder.step(task.delivery, task.error, at.isoformat()) if task.end is End.RETRY else None
            if step is not None:
                again.append(step)
            else:
                task.end = End.DEAD
                parked.append(Failure(task.delivery, task.error))
        await self.publish(again)
        await self.dead.file(parked, at)
        for failure in parked:
            self.metrics.dead.labels(self.queue, slug_of(failure.error)).inc()

    def _pause(self, reason: str, at: str) -> None:
        if self.paused_for is None:
            log.warning("consumer paused", queue=self.queue, reason=reason, where=at)
        self.paused_for = reason
        self.metrics.paused.labels(self.queue).set(1)

    def _go_on(self) -> None:
        if self.paused_for is not None:
            log.info("consumer goes on", queue=self.queue, after=self.paused_for)
            self.paused_for = None
            self.metrics.paused.labels(self.queue).set(0)


def _is_open(message: AbstractIncomingMessage) -> bool:
    """Of a channel that is gone, aio-pika does not tell `is_closed`: it raises."""
    try:
        return not message.channel.is_closed
    except ChannelInvalidStateError:
        return False


async def _acknowledge(messages: Sequence[AbstractIncomingMessage]) -> None:
    """One `multiple` ack for each channel: everything up to the last tag was done. A closed channel redelivers; its records wait."""
    last: dict[int, tuple[Any, int]] = {}
    for message in messages:
        if _is_open(message):
            last[id(message.channel)] = (message.channel, message.delivery_tag or 0)
    for channel, tag in last.values():
        try:
            await channel.basic_ack(tag, multiple=True)
        except (ChannelInvalidStateError, ConnectionError):
            log.info("channel closed before the acknowledgement; the broker delivers again")
