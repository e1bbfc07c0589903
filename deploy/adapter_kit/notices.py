"""The way back: what a channel's program does with the notices of its queue."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPError

from deploy.adapter_kit.link import Link
from deploy.adapter_kit.spool import Spool, Waiting
from shared.contracts import DeliveryReported, OutboundNotice
from shared.contracts.vocabulary import Channel, DeliveryState
from shared.topology import outbound_queue

AT_ONCE = 16
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0

Deliver = Callable[[OutboundNotice], Awaitable[DeliveryState]]
"""Hands one notice to the channel's own system: the chat, the app's inbox, the telephone. What it raises is tried again."""

log = logging.getLogger("redress.adapter")


@dataclass
class Reading:
    """Delivers, notes delivery and report together, acknowledges last: should it die in between, the notice comes again."""

    name: str
    channel: Channel
    link: Link
    spool: Spool
    wake: asyncio.Event
    pause_s: float = FIRST_PAUSE_S

    async def run(self, deliver: Deliver) -> None:
        """Until cancelled; comes back after every loss of the broker."""
        try:
            while True:
                try:
                    await self._consume(deliver)
                except (AMQPError, OSError, RuntimeError) as error:
                    log.warning("the broker is away: %s", type(error).__name__)
                await self._rest()
        finally:
            await self.link.close()

    async def _consume(self, deliver: Deliver) -> None:
        channel = await self.link.channel()
        await channel.set_qos(prefetch_count=AT_ONCE)
        queue = await channel.get_queue(outbound_queue(self.channel, self.name), ensure=False)
        async with queue.iterator() as messages:
            async for message in messages:
                await self._take(message, deliver)

    async def _take(self, message: AbstractIncomingMessage, deliver: Deliver) -> None:
        try:
            notice = OutboundNotice.model_validate_json(message.body)
            if not await asyncio.to_thread(self.spool.was_delivered, notice.notice_id):
                await self._note(notice, await deliver(notice))
        except Exception as error:  # noqa: BLE001 - whatever the channel's system raises: the notice is not delivered yet
            log.warning("a notice was not delivered: %s", type(error).__name__)
            await self._rest()
            await message.nack(requeue=True)
        else:
            self.pause_s = FIRST_PAUSE_S
            await message.ack()

    async def _note(self, notice: OutboundNotice, state: DeliveryState) -> None:
        """The same report has the same id, so a repeated one is dropped at the other end."""
        report = DeliveryReported(notice_id=notice.notice_id, state=state, at=datetime.now(UTC))
        name = f"{notice.notice_id}:{state}"
        waiting = Waiting(name, name, f"delivery.{self.name}", report.key, report.encoded())
        await asyncio.to_thread(self.spool.delivered, notice.notice_id, waiting)
        self.wake.set()

    async def _rest(self) -> None:
        await asyncio.sleep(self.pause_s * random.uniform(0.5, 1))
        self.pause_s = min(2 * self.pause_s, LONGEST_PAUSE_S)
