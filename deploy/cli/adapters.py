"""Reference adapters for demonstrations and tests: the kit reads each one's queue, and what it delivers is collected here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from deploy.cli import wire
from shared.contracts import OutboundNotice
from shared.contracts.vocabulary import Channel, DeliveryState
from shared.settings import HouseSettings
from shared.topology import Adapter


@dataclass
class Collected:
    """Delivers into a list."""

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
            group.create_task(_run(settings, one, collected))


async def _run(settings: HouseSettings, adapter: Adapter, collected: Collected) -> None:
    async with wire.kit_of(settings, adapter) as kit:
        await kit.deliver(collected.deliver)
