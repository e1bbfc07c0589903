"""How full the queues are now. The management API tells it up to five seconds late: the queues themselves are asked, where they answer."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused

from deploy.cli import wire
from deploy.cli.views import Document
from deploy.house import SERVICES
from deploy.management import seen_by_operator
from shared.settings import WALLETS, HouseSettings
from shared.topology import UNROUTABLE

OURS = ("redress", "outbound", WALLETS, *(one.replace("_", "-") for one in SERVICES))


def depths(settings: HouseSettings, owners: Sequence[str] = OURS) -> list[Document]:
    """Queues of these owners, the alarming one first. RabbitMQ tells the age of no quorum queue's oldest message: null."""
    broker = seen_by_operator(settings)
    told = {one["name"]: one for one in broker.get("queues", broker.vhost) if one["name"].split(".")[0] in owners}
    counted = asyncio.run(_counted(settings, told))
    found = [
        {
            "name": name,
            "messages": ready + int(told[name].get("messages_unacknowledged", 0)),
            "consumers": consumers,
            "oldest_s": None,
        }
        for name, (ready, consumers) in counted.items()
    ]
    return sorted(found, key=lambda one: (one["name"] != UNROUTABLE, one["name"]))


async def _counted(settings: HouseSettings, told: Mapping[str, Document]) -> dict[str, tuple[int, int]]:
    """Name → messages ready, consumers. From RabbitMQ 4.2.6 on queues answer only those with a right on them, and an operator has none."""
    async with wire.channel_at(wire.as_operator(settings), "redress command") as channel:
        with suppress(ChannelAccessRefused):
            return {name: await _ask(channel, name) for name in told}
    return {name: (int(one.get("messages_ready", 0)), int(one.get("consumers", 0))) for name, one in told.items()}


async def _ask(channel: AbstractChannel, name: str) -> tuple[int, int]:
    answer = (await channel.declare_queue(name, passive=True)).declaration_result
    return answer.message_count or 0, answer.consumer_count or 0
