"""The stage of three nodes: what makes losing one of them harmless."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aio_pika
import pytest
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import AMQPError, DeliveryError
from pydantic import SecretStr

from deploy import house, topology
from shared.contracts import INBOUND
from shared.settings import HouseSettings
from tests.chaos.cluster import NODES, Cluster, broker
from tests.chaos.proxy import Proxy, proxy_to
from tests.house import eventually
from tests.namespaces import Namespace

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.environ.get("BACKING") != "docker", reason="three nodes stand in containers: BACKING=docker asks for them"),
]

KEY, QUEUE = "chat.webchat", "intake.chat"
SOME = 200
IN_FLIGHT = 20
CONFIRM_WITHIN_S = 10
PATIENCE_S = 60.0
A_WHILE_S = 2.0


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    async with broker(tmp_path_factory.mktemp("cluster")) as running:
        assert isinstance(running, Cluster)
        yield running


@pytest.fixture(scope="module")
async def way_in(cluster: Cluster) -> AsyncIterator[Proxy]:
    async with proxy_to(cluster.amqp) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def settings(cluster: Cluster, module_namespace: Namespace) -> HouseSettings:
    """Of a house whose queues the topology step has declared."""
    management = cluster.management[0]
    found = HouseSettings(
        amqp_url=SecretStr("amqp://unused/"),
        management_url=SecretStr(f"http://{cluster.user}:{cluster.password}@{management.host}:{management.port}"),
        mongo_url=SecretStr(module_namespace.mongo_url),
        database_prefix=module_namespace.prefix,
        secret_key=SecretStr(module_namespace.secret),
    )
    topology.apply(found)
    return found


async def test_every_queue_of_the_house_stands_on_all_nodes_and_no_node_leads_them_all(settings: HouseSettings, cluster: Cluster):
    everywhere = [f"rabbit@{name}" for name in NODES]

    queues = await cluster.told("queues")

    assert {one["name"]: sorted(one["members"]) for one in queues} == {one.name: everywhere for one in house.topology_of(settings).queues}
    assert {one["leader"] for one in queues} == set(everywhere)


@pytest.mark.usefixtures("settings")
async def test_each_node_killed_in_turn_under_confirmed_publishing_loses_nothing(cluster: Cluster, way_in: Proxy):
    async with publishing(cluster, way_in) as adapter:
        for _ in NODES:
            await adapter.confirmed_more(SOME)
            await cluster.kill()
            await adapter.confirmed_more(SOME)
            await cluster.start()

    kept = await everything_in(QUEUE, cluster, way_in)
    assert set(adapter.confirmed) <= kept <= set(adapter.sent)
    assert adapter.cut_off, "no node died that the adapter was connected to"


@pytest.mark.usefixtures("settings")
async def test_a_node_stopped_in_order_loses_nothing(cluster: Cluster, way_in: Proxy):
    async with publishing(cluster, way_in) as adapter:
        await adapter.confirmed_more(SOME)
        await cluster.stop()
        await adapter.confirmed_more(SOME)
        await cluster.start()

    kept = await everything_in(QUEUE, cluster, way_in)
    assert set(adapter.confirmed) <= kept <= set(adapter.sent)


@pytest.mark.usefixtures("settings")
async def test_a_memory_alarm_of_one_node_blocks_publishers_everywhere_until_it_is_cleared(cluster: Cluster, way_in: Proxy):
    async with publishing(cluster, way_in) as adapter:
        await adapter.confirmed_more(SOME)
        await cluster.raise_memory_alarm()
        await adapter.blocked()

        await cluster.clear_memory_alarm()
        await adapter.confirmed_more(SOME)

    assert set(adapter.confirmed) <= await everything_in(QUEUE, cluster, way_in) <= set(adapter.sent)


async def test_a_second_node_is_not_taken_while_one_is_away(cluster: Cluster):
    await cluster.kill()

    with pytest.raises(RuntimeError, match="there would be no majority"):
        await cluster.stop()

    await cluster.start()


@dataclass
class Adapter:
    """Delivers without a pause, some at once; the same again until all of them are confirmed."""

    url: str
    sent: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    cut_off: int = 0

    async def deliver(self) -> None:
        while True:
            try:
                async with await aio_pika.connect(self.url) as connection:
                    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                    await self._deliver_to(await channel.get_exchange(INBOUND, ensure=False))
            except (AMQPError, DeliveryError, OSError, RuntimeError):
                self.cut_off += 1

    async def _deliver_to(self, exchange: AbstractExchange) -> None:
        while True:
            if len(self.sent) == len(self.confirmed):
                self.sent += [uuid.uuid4().hex for _ in range(IN_FLIGHT)]
            waiting = self.sent[len(self.confirmed) :]
            await asyncio.gather(*[_published(one, exchange) for one in waiting])
            self.confirmed += waiting

    async def confirmed_more(self, count: int) -> None:
        wanted = len(self.confirmed) + count
        await eventually(self._confirmations, lambda seen: seen >= wanted, PATIENCE_S)

    async def blocked(self) -> None:
        """Until nothing was confirmed for a while."""
        before = -1
        while before < len(self.confirmed):
            before = len(self.confirmed)
            await asyncio.sleep(A_WHILE_S)

    async def _confirmations(self) -> int:
        return len(self.confirmed)


async def _published(message_id: str, exchange: AbstractExchange) -> None:
    message = aio_pika.Message(b"{}", message_id=message_id, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
    await exchange.publish(message, routing_key=KEY, mandatory=True, timeout=CONFIRM_WITHIN_S)


@asynccontextmanager
async def publishing(cluster: Cluster, way_in: Proxy) -> AsyncIterator[Adapter]:
    adapter = Adapter(_url(cluster, way_in))
    delivering = asyncio.create_task(adapter.deliver())
    try:
        yield adapter
    finally:
        delivering.cancel()
        await asyncio.wait([delivering])


async def everything_in(queue: str, cluster: Cluster, way_in: Proxy) -> set[str]:
    """Ids of the messages, which are taken out."""
    found: set[str] = set()
    async with await aio_pika.connect(_url(cluster, way_in)) as connection, connection.channel() as channel:
        reading = (await channel.get_queue(queue, ensure=False)).iterator(no_ack=True, timeout=A_WHILE_S)
        with suppress(TimeoutError):
            async for message in reading:
                found.add(message.message_id or "")
    return found


def _url(cluster: Cluster, way_in: Proxy) -> str:
    return f"amqp://{cluster.user}:{cluster.password}@127.0.0.1:{way_in.port}/"
