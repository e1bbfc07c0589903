"""Reference adapters: what a channel's program does with the notices of its queue. Third parties may take them as their model.

An adapter connects as its own user, reads its own queue, drops a notice that it delivered before, reports what became of each, and
acknowledges last: should it die in between, the notice comes again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from deploy.cli import wire
from shared.contracts import INBOUND, DeliveryReported, OutboundNotice
from shared.contracts.vocabulary import Channel, DeliveryState
from shared.envelope import Outgoing
from shared.settings import HouseSettings
from shared.topology import Adapter

AT_ONCE = 16
Deliver = Callable[[OutboundNotice], Awaitable[DeliveryState]]
"""Hands one notice to the channel's own system: the chat, the app's inbox, the telephone."""


@dataclass
class ReferenceAdapter:
    """Keeps in memory what it delivered; one that really delivers keeps it where a restart does not lose it."""

    settings: HouseSettings
    adapter: Adapter
    deliver: Deliver
    delivered: dict[str, DeliveryReported] = field(default_factory=dict)

    async def run(self) -> None:
        url = wire.as_adapter(self.settings, self.adapter.name)
        async with wire.channel_at(url, f"adapter {self.adapter.name}") as channel:
            await channel.set_qos(prefetch_count=AT_ONCE)
            queue = await channel.get_queue(self.adapter.outbound_queue, ensure=False)
            async with queue.iterator() as messages:
                async for message in messages:
                    await self._take(channel, message)

    async def _take(self, channel: AbstractChannel, message: AbstractIncomingMessage) -> None:
        notice = OutboundNotice.model_validate_json(message.body)
        report = self.delivered.get(notice.notice_id) or await self._deliver(notice)
        await self._report(channel, report)
        await message.ack()

    async def _deliver(self, notice: OutboundNotice) -> DeliveryReported:
        state = await self.deliver(notice)
        report = DeliveryReported(notice_id=notice.notice_id, state=state, at=datetime.now(UTC))
        self.delivered[notice.notice_id] = report
        return report

    async def _report(self, channel: AbstractChannel, report: DeliveryReported) -> None:
        """The same report has the same id, so a repeated one is dropped at the other end."""
        outgoing = Outgoing(
            message_id=f"{report.notice_id}:{report.state}",
            exchange=INBOUND,
            routing_key=f"delivery.{self.adapter.name}",
            type=report.key,
            body=report.model_dump_json(exclude_none=True).encode(),
        )
        url = wire.as_adapter(self.settings, self.adapter.name)
        await wire.publish(channel, url, self.adapter.name, [outgoing], report.at)


@dataclass
class Collected:
    """Delivers into a list: a channel for demonstrations and tests."""

    notices: list[OutboundNotice] = field(default_factory=list)

    async def deliver(self, notice: OutboundNotice) -> DeliveryState:
        self.notices.append(notice)
        return DeliveryState.DELIVERED


def with_a_queue(adapters: Sequence[Adapter]) -> list[Adapter]:
    """Mail goes out through notification's own sender, so mail adapters have nothing to deliver."""
    return [one for one in adapters if one.channel != Channel.EMAIL]


async def run_all(settings: HouseSettings, adapters: Sequence[Adapter], collected: Collected) -> None:
    """Until cancelled."""
    async with asyncio.TaskGroup() as group:
        for one in with_a_queue(adapters):
            group.create_task(ReferenceAdapter(settings, one, collected.deliver).run())
