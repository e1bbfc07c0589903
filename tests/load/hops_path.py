"""The way of a complaint through the four bare hops."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

import aio_pika
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic_core import to_json
from yarl import URL

from shared.contracts.vocabulary import Channel
from tests.builders.inbound import an_inbound
from tests.load import complaints
from tests.load.contender import Arrivals
from tests.load.hops import HOPS, queue_of
from tests.load.publishing import Prepared
from tests.namespaces import Namespace

USER = "house"
LOOK_EVERY_S = 0.5
OPEN = {"clock": "open"}


@dataclass(frozen=True)
class HopsPath:
    namespace: Namespace
    style: str

    @cached_property
    def _database(self) -> Any:
        return AsyncIOMotorClient(self.namespace.mongo_url)[f"{self.namespace.prefix}_hops_{self.style}"]

    @property
    def queues(self) -> list[str]:
        return [queue_of(self.style, hop) for hop in HOPS]

    @property
    def users(self) -> Mapping[str, URL]:
        return {USER: URL(self.namespace.amqp_url)}

    async def lay(self) -> None:
        """Queues and indexes, before the processes start."""
        async with await aio_pika.connect(self.namespace.amqp_url) as connection:
            channel = await connection.channel()
            for queue in self.queues:
                await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
        await self._database.complaints.create_index([("clock", 1), ("next_due", 1)], partialFilterExpression=OPEN)

    def prepared(self, count: int) -> Sequence[Prepared]:
        run = uuid4().hex[:10]
        return [self._prepared(position, f"bench-{run}-{position:06d}") for position in range(count)]

    def _prepared(self, position: int, name: str) -> Prepared:
        complaint = an_inbound(Channel.APP, complaints.text(position), source_id=name).model_dump(mode="json", exclude_none=True)
        message = self._as_task(complaint) if self.style.startswith("celery") else _as_json(complaint)
        return Prepared(name, USER, "", queue_of(self.style, HOPS[0]), message)

    def _as_task(self, complaint: dict[str, Any]) -> aio_pika.Message:
        """As Celery's own `send_task` would encode it."""
        from tests.load.hops.celery_app import app  # noqa: PLC0415 - takes half a second, and only Celery's rounds want it

        task_id = str(uuid4())
        task = app.amqp.as_task_v2(task_id, queue_of(self.style, HOPS[0]), args=[complaint])
        return aio_pika.Message(
            to_json(task.body),
            headers=task.headers,
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=task_id,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )

    async def has_ended(self, count: int) -> bool:
        return bool(await self._database.deliveries.estimated_document_count() >= count)

    async def is_idle(self) -> bool:
        return True

    async def clear(self) -> None:
        for name in ("complaints", "deliveries"):
            await self._database[name].delete_many({})

    @asynccontextmanager
    async def arrivals(self) -> AsyncIterator[Arrivals]:
        """As the last hop wrote it down."""
        arrived: Arrivals = {}
        looking = asyncio.create_task(self._look(arrived))
        try:
            yield arrived
        finally:
            looking.cancel()

    async def _look(self, arrived: Arrivals) -> None:
        newest = 0.0
        while True:
            async for one in self._database.deliveries.find({"at": {"$gt": newest - 1}}, {"at": 1}):
                arrived[one["_id"]], newest = one["at"], max(newest, one["at"])
            await asyncio.sleep(LOOK_EVERY_S)


def _as_json(complaint: dict[str, Any]) -> aio_pika.Message:
    return aio_pika.Message(to_json(complaint), delivery_mode=aio_pika.DeliveryMode.PERSISTENT, message_id=complaint["source_id"])
