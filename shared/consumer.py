"""From a queue to the write path and back: take what waits, have it handled, move what failed, acknowledge once for all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aio_pika.abc import AbstractIncomingMessage

from shared.acks import acknowledge, acknowledge_alone
from shared.broker import Source, deliveries_of, events_in
from shared.clock import Clock
from shared.dead import DeadLetters, Failure, returned
from shared.envelope import Delivery, Outgoing, Publish, once_more
from shared.errors import BrokerAway, DatabaseAway, slug_of
from shared.ladder import Ladder
from shared.record import Cause
from shared.switch import Switch
from shared.task import End, Task
from shared.telemetry import Metrics, log, tell

Handle = Callable[[Sequence[Delivery]], Awaitable[list[Task]]]


@dataclass
class Consumer:
    """One for each queue. `receive` is what FastStream calls; `run` works off what it has put aside."""

    source: Source
    handle: Handle
    publish: Publish
    dead: DeadLetters
    ladder: Ladder
    clock: Clock
    metrics: Metrics
    batch_size: int
    switch: Switch
    _waiting: "asyncio.Queue[AbstractIncomingMessage]" = field(default_factory=asyncio.Queue)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    at_hand: int = 0
    """Messages that were delivered here and are not acknowledged: what a stop would give back."""

    @property
    def queue(self) -> str:
        return self.source.queue

    @property
    def paused_for(self) -> str | None:
        return self.switch.paused_for

    def receive(self, message: AbstractIncomingMessage) -> None:
        if message.redelivered:
            self.metrics.redelivered.labels(self.queue).inc()
        self._idle.clear()
        self.at_hand += 1
        self._waiting.put_nowait(message)

    async def run(self) -> None:
        """No timer: a batch is what came while the last one was worked off."""
        while True:
            if self._waiting.empty():
                self._idle.set()
            await self.switch.until_done(await self._batch(), self)

    async def _batch(self) -> "list[AbstractIncomingMessage]":
        """What waits, and what still comes turn by turn of the event loop: it lies in the socket already, so nobody is kept waiting."""
        messages = [await self._waiting.get()]
        size = events_in(messages[0], self.source)
        while size < self.batch_size:
            await asyncio.sleep(0)
            if self._waiting.empty():
                break
            while size < self.batch_size and not self._waiting.empty():
                messages.append(self._waiting.get_nowait())
                size += events_in(messages[-1], self.source)
        return messages

    async def drained(self) -> None:
        """When everything that was received is acknowledged. What a paused consumer holds goes back to the broker."""
        while not (self._waiting.empty() and self._idle.is_set()) and self.paused_for is None:
            await self._idle.wait()

    async def once(self, messages: Sequence[AbstractIncomingMessage], tried: bool) -> None:  # noqa: FBT001 - the switch calls it
        started = time.perf_counter()
        at = self.clock.now()
        deliveries = [each for one in messages for each in deliveries_of(one, self.source, at)]
        tasks = await self._handled([once_more(one) for one in deliveries] if tried else deliveries)
        self.switch.judge(tasks)
        await self._move(tasks)
        await acknowledge(messages)
        self.at_hand -= len(messages)
        self.metrics.batch_done(self.queue, tasks, time.perf_counter() - started)
        tell(self.queue, tasks)

    async def probe(self, message: AbstractIncomingMessage) -> list[Task]:
        return await self._handled([once_more(one) for one in deliveries_of(message, self.source, self.clock.now())])

    def one_more(self) -> list[AbstractIncomingMessage]:
        return [] if self._waiting.empty() else [self._waiting.get_nowait()]

    async def put_back(self, message: AbstractIncomingMessage) -> None:
        await self.publish([returned(one, {}) for one in deliveries_of(message, self.source, self.clock.now())])
        await acknowledge_alone(message)
        self.at_hand -= 1

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
