"""A service as its contract tests see it: real handlers, rules, write path and database; what it publishes is written down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from shared.clock import Clock
from shared.contracts import INBOUND, DeliveryReported, Message
from shared.envelope import SEQUENCE, Delivery, Envelope, Outgoing
from shared.errors import BrokerAway
from shared.house import House, Service, work_of
from shared.sealing import Sealer
from shared.settings import HouseSettings
from shared.storage import Document, connect
from shared.sweep import Sweeper
from shared.task import Task
from shared.telemetry import Metrics
from shared.work import Work
from tests.namespaces import Namespace

M = TypeVar("M", bound=Message)
REPORTED_BY = "delivery.webchat"
"""The adapter of the complaints that the builders make, unless a test names another one."""


@dataclass
class Outbox:
    """Stands where the broker stands. It can be away, like the broker."""

    published: list[Outgoing] = field(default_factory=list)
    away_for: int = 0

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        if messages and self.away_for > 0:
            self.away_for -= 1
            raise BrokerAway("away, says the test")
        self.published += messages


@dataclass
class ServiceUnderTest:
    service: Service
    house: House
    work: Work
    outbox: Outbox

    async def receives(self, *messages: Message, times: int = 1, at: datetime | None = None) -> list[Task]:
        """All of them as one batch, as often as asked. The message ids are those of the messages, so a repeat is a repeat."""
        deliveries = [self.delivery(one, at=at) for one in messages]
        tasks: list[Task] = []
        for _ in range(times):
            tasks += await self.work.handle(await self.work.whole(deliveries))
        return tasks

    def delivery(
        self, message: Message, *, at: datetime | None = None, message_id: str | None = None, sender: str | None = None
    ) -> Delivery:
        subscription = next(one for one in self.service.inbox.subscriptions if one.contract is type(message))
        found = message_id or message.fixed_id or str(_id_of(message))
        outside = subscription.exchange == INBOUND
        envelope = Envelope(
            queue=subscription.queue,
            message_id=found,
            cause_id=f"{message.routing_key}/{found}" if outside else found,
            type=message.key,
            routing_key=REPORTED_BY if isinstance(message, DeliveryReported) else message.routing_key,
            sender=sender if sender is not None else getattr(message, "adapter", "") if outside else "neighbour",
            at=at or self.house.clock.now(),
        )
        return Delivery(envelope, message.model_dump_json().encode())

    def emitted(self, contract: type[M]) -> list[M]:
        """Distinct events in the order they first went out: consumers drop a repeated id."""
        first = {one.message_id: one for one in reversed(self.outbox.published) if one.type == contract.key}
        return [contract.model_validate_json(one.body) for one in self.outbox.published if first.pop(one.message_id, None) is not None]

    def ids(self) -> list[tuple[str, int]]:
        return [(one.message_id, int(one.headers[SEQUENCE])) for one in self.outbox.published]

    async def stored(self, key: str, collection: str | None = None) -> Document | None:
        return await self.house.database.collection(collection or self.service.aggregates[0].name).one({"_id": key})

    async def state(self, key: str) -> Document:
        found = await self.stored(key)
        assert found is not None, f"nothing is stored under {key}"
        state: Document = found["state"]
        return state

    def passes(self, time: timedelta) -> None:
        """Everybody's clock moves on."""
        self.house.clock.test_offset += time

    def sweeper(self) -> Sweeper:
        assert self.service.fire is not None
        return Sweeper(self.work, self.service.aggregates[0], self.service.fire, self.house.clock, Metrics())


async def under_test(service: Service, namespace: Namespace) -> ServiceUnderTest:
    settings = HouseSettings.model_validate(
        {"mongo_url": namespace.mongo_url, "secret_key": namespace.secret, "database_prefix": namespace.prefix}
    )
    database = connect(namespace.mongo_url, f"{namespace.prefix}_{service.inbox.service}")
    clock = Clock(database)
    await clock.agree()
    outbox = Outbox()
    house = House(settings, database, clock, Sealer(settings.key_for("seal")), outbox.publish)
    for aggregate in service.aggregates:
        await database.collection(aggregate.name).ensure(aggregate.all_indexes)
    return ServiceUnderTest(service, house, work_of(service, house), outbox)


def another_replica(of: ServiceUnderTest) -> ServiceUnderTest:
    return replace(of, work=work_of(of.service, of.house))


def _id_of(message: Message) -> object:
    """One message object, one id: a message received twice is the same message."""
    return _IDS.setdefault(id(message), (uuid4(), message))[0]


_IDS: dict[int, tuple[object, Message]] = {}
"""Keeps the messages alive, so that no other object gets their `id()`."""
