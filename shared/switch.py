"""The kill switch of one consumer: when it stops taking messages, how it feels its way back, and who is told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aio_pika.abc import AbstractIncomingMessage

from shared.acks import is_open
from shared.errors import slug_of, where
from shared.telemetry import Metrics, log

LONGEST_PAUSE_S = 5.0
FIRST_PAUSE_S = 0.1

Messages = Sequence[AbstractIncomingMessage]
Once = Callable[[Messages, bool], Awaitable[None]]
"""(messages, whether they were tried before): handles them all and acknowledges; raises where none of them may be."""


@dataclass
class Switch:
    queue: str
    metrics: Metrics
    paused_for: str | None = None

    async def until_done(self, messages: Messages, once: Once) -> None:
        """Burns no attempt while database or broker is away: the batch stays unacknowledged and the consumer pauses."""
        pause, tried = FIRST_PAUSE_S, False
        while messages := [one for one in messages if is_open(one)]:
            try:
                await once(messages, tried)
            except Exception as error:  # noqa: BLE001 - whatever it is, these messages are not done: hold them, tell it, try again
                tried = True
                self._pause(slug_of(error), where(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                break
        self._go_on()

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
