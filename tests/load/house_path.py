"""The way of a complaint through the product, or through whatever keeps the product's queues and documents."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic_core import from_json
from yarl import URL

from deploy.cli.wire import as_adapter
from deploy.house import SERVICES
from deploy.processes import CODE
from shared.adapters import adapters_in
from shared.contracts import ComplaintMoved
from shared.contracts.vocabulary import Channel, ClockKind, Status
from shared.settings import HouseSettings
from shared.topology import outbound_queue
from tests.load import complaints
from tests.load.contender import Arrivals
from tests.load.letters import LetterBox
from tests.load.publishing import Prepared
from tests.namespaces import Namespace

ADAPTERS = CODE / "deploy" / "adapters.toml"
MOVED = {"handled.type": ComplaintMoved.key}
ENDS = (
    ("sla_watchdog", "clocks", {"state.clocks.kind": ClockKind.RESOLUTION, **MOVED}),
    ("casework", "lives", {"state.status": Status.ROUTED}),
    ("notification", "correspondence", MOVED),
)
"""The clocks run, casework has it with its team, and who hears of that has it on record."""

LETTER_UNDER_WAY = {"state.notices.0.channel": "email", "state.notices.0.state": "sent"}


@dataclass(frozen=True)
class HousePath:
    namespace: Namespace
    box: LetterBox

    @cached_property
    def _mongo(self) -> Any:
        return AsyncIOMotorClient(self.namespace.mongo_url)

    def _database(self, service: str) -> Any:
        return self._mongo[f"{self.namespace.prefix}_{service}"]

    @cached_property
    def users(self) -> Mapping[str, URL]:
        settings = HouseSettings.model_validate({"amqp_url": self.namespace.amqp_url, "secret_key": self.namespace.secret})
        return {name: as_adapter(settings, name) for name in {one.user for one in complaints.prepared(len(Channel))}}

    @cached_property
    def _outbound(self) -> list[str]:
        listed = adapters_in(ADAPTERS).by_name
        return [outbound_queue(listed[name].channel, name) for name in self.users if listed[name].channel is not Channel.EMAIL]

    def prepared(self, count: int) -> Sequence[Prepared]:
        return complaints.prepared(count)

    async def has_ended(self, count: int) -> bool:
        """The cheap question first, so that asking does not cost what is measured."""
        if await self._database("notification").correspondence.estimated_document_count() < count:
            return False
        for service, collection, where in ENDS:
            if await self._database(service)[collection].count_documents(where) < count:
                return False
        return True

    async def receipts(self) -> int:
        return int(await self._database("notification").correspondence.estimated_document_count())

    async def stored_bytes(self) -> int:
        """On disk, documents and indexes of all services, as MongoDB packs them."""
        told = [await self._database(service).command("dbStats") for service in SERVICES]
        return int(sum(one["storageSize"] + one["indexSize"] for one in told))

    async def all_came(self, count: int, resent: int) -> bool:
        """Whether intake's ledger counts so many messages, each of them sent so many times more."""
        return bool(await self._database("intake").arrivals.count_documents({"resent": resent} if resent else {}) >= count)

    async def complaint_ids(self) -> list[str]:
        return [str(one["_id"]) async for one in self._database("casework").lives.find({}, {"_id": 1})]

    async def is_idle(self) -> bool:
        return not await self._database("notification").correspondence.count_documents(LETTER_UNDER_WAY)

    async def clear(self) -> None:
        for service in SERVICES:
            database = self._database(service)
            for name in await database.list_collection_names(filter={"name": {"$not": {"$regex": "^system"}}}):
                await database[name].delete_many({})
        await self.purge()
        self.box.arrived.clear()

    async def purge(self) -> None:
        """What waits for the adapters."""
        async with await aio_pika.connect(self.namespace.amqp_url) as connection:
            channel = await connection.channel()
            for queue in self._outbound:
                await (await channel.get_queue(queue)).purge()

    @asynccontextmanager
    async def arrivals(self) -> AsyncIterator[Arrivals]:
        """When a notice comes to its adapter, or the letter to the mail server; both name the message that they answer."""
        async with await aio_pika.connect(self.namespace.amqp_url) as connection:
            channel = await connection.channel()

            async def take(message: AbstractIncomingMessage) -> None:
                self.box.note(from_json(message.body)["in_reply_to"])

            for queue in self._outbound:
                await (await channel.get_queue(queue)).consume(take, no_ack=True)
            yield self.box.arrived
