"""The kill switch of one consumer: it stops taking messages while they cannot be handled, feels its way back, and tells.

Two reasons: database or broker are away, or most messages fail (`shared/failing.py`). While it is off, what was taken stays
unacknowledged and uses up no attempt.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from aio_pika.abc import AbstractIncomingMessage

from shared.acks import is_open
from shared.errors import MostFail, slug_of, where
from shared.failing import Batch, Bound, Probes, Recent
from shared.task import End, Task
from shared.telemetry import Metrics, log

AWAY = Probes(first_s=0.1, longest_s=5.0)
Messages = list[AbstractIncomingMessage]


class Worker(Protocol):
    async def once(self, messages: Sequence[AbstractIncomingMessage], tried: bool) -> None:  # noqa: FBT001 - of one caller
        """Handles and acknowledges them all; raises where none of them may be acknowledged. `tried`: not for the first time."""

    async def probe(self, message: AbstractIncomingMessage) -> list[Task]:
        """Handles one; neither moves nor acknowledges it."""

    def one_more(self) -> Messages:
        """The next one that waits, if any does."""

    async def put_back(self, message: AbstractIncomingMessage) -> None:
        """To the end of its own queue, without using up an attempt."""


@dataclass
class Switch:
    queue: str
    metrics: Metrics
    bound: Bound
    probes: Probes
    paused_for: str | None = None
    _recent: Recent = field(default_factory=Recent)
    _trusting: bool = False

    async def until_done(self, messages: Messages, worker: Worker) -> None:
        tried = False
        for number in count():
            messages = [one for one in messages if is_open(one)]
            if not messages:
                break
            try:
                await worker.once(messages, tried)
                break
            except MostFail as error:
                self._pause(error)
                messages = await self._until_one_succeeds(messages, worker)
            except Exception as error:  # noqa: BLE001 - whatever it is, these messages are not done: hold them, tell it, try again
                self._pause(error)
                await asyncio.sleep(AWAY.wait_s(number, random.random()))
            tried = True
        self._go_on()

    def judge(self, tasks: Sequence[Task]) -> None:
        """Raises `MostFail` where these must be held. Messages that can never succeed say nothing about what we stand on.

        After a probe that succeeded, what was held is believed for one batch: those of it that fail again climb the ladder, so
        that some messages that always fail cannot hold up the others for ever.
        """
        failed = sum(task.end is End.RETRY for task in tasks)
        if self._trusting:
            self._trusting, self._recent = False, Recent()
            return
        self._recent = self._recent.and_then(Batch(time.monotonic(), len(tasks), failed), self.bound)
        if self._recent.passes(self.bound):
            raise MostFail(f"{failed} of {len(tasks)} messages failed, and most before them")

    async def _until_one_succeeds(self, held: Messages, worker: Worker) -> Messages:
        """Probes one message after the other, those too that came since: the cause may lie in those that we hold.

        Once all that we hold were probed, each that fails gives its place to the next of the queue.
        """
        for number in count():
            await asyncio.sleep(self.probes.wait_s(number, random.random()))
            held = [one for one in (*held, *worker.one_more()) if is_open(one)]
            if not held or await self._succeeds(held[0], worker):
                break
            probed = held.pop(0)
            if number <= len(held) or not await self._made_room(probed, worker):
                held.append(probed)
        self._trusting = True
        return sorted(held, key=lambda one: one.delivery_tag or 0)

    async def _made_room(self, message: AbstractIncomingMessage, worker: Worker) -> bool:
        try:
            await worker.put_back(message)
        except Exception as error:  # noqa: BLE001 - the broker is away, so nobody else could come either
            self._pause(error)
            return False
        return True

    async def _succeeds(self, message: AbstractIncomingMessage, worker: Worker) -> bool:
        try:
            return any(task.end is not End.RETRY for task in await worker.probe(message))
        except Exception as error:  # noqa: BLE001 - something is away now; the next probe will tell
            self._pause(error)
            return False

    def _pause(self, error: Exception) -> None:
        reason = slug_of(error)
        if self.paused_for is None:
            log.warning("consumer paused", queue=self.queue, reason=reason, where=where(error))
            self.metrics.pauses.labels(self.queue, reason).inc()
        self.paused_for = reason
        self.metrics.paused.labels(self.queue).set(1)

    def _go_on(self) -> None:
        if self.paused_for is not None:
            log.info("consumer goes on", queue=self.queue, after=self.paused_for)
            self.paused_for = None
            self.metrics.paused.labels(self.queue).set(0)
