"""The images and docker-compose.yml, built and run for real: what is in them, what is open, and that kills lose nothing."""

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from deploy.cli import ingest
from deploy.cli.complaints import everything_on
from deploy.cli.inbound_files import InboundFile
from deploy.cli.views import Document, Views
from deploy.house import SERVICES
from deploy.problem import SetupError
from shared.topology import Adapter
from tests.composed import CHECKOUT, Composed, composed

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.environ.get("BACKING") != "docker", reason="builds and runs images: BACKING=docker asks for it"),
]

APP, CHAT = Adapter("app-cn", "app"), Adapter("webchat", "chat")
BUILD_TOOLS = "gcc", "cc", "make", "ld"
PATIENCE_S = 120.0
A_BATCH = 10
PAUSE_S = 0.05
SOME = 100


@pytest.fixture(scope="module")
def house() -> Iterator[Composed]:
    with composed(routing=3) as running:
        yield running


def test_every_service_is_ready_and_routing_runs_three_times(house: Composed) -> None:
    healthy = [one["Service"] for one in house.containers() if one["Health"] == "healthy"]

    assert sorted(healthy) == sorted([*SERVICES, "routing", "routing", "rabbitmq", "mongo"])


def test_nothing_is_published_beyond_the_loopback(house: Composed) -> None:
    published = [port["URL"] for one in house.containers() for port in one["Publishers"] or () if port["PublishedPort"]]

    assert set(published) == {"127.0.0.1"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_runs_as_nobody_with_the_code_of_its_service_alone(house: Composed, service: str) -> None:
    tools = " ".join(f"$(command -v {tool})" for tool in BUILD_TOOLS)

    said = house.compose("exec", "-T", service, "sh", "-c", f"id -u; ls services; echo tools: {tools}").split()

    assert said == ["10001", "__init__.py", service, "tools:"]


def test_the_topology_step_left_nothing_to_declare(house: Composed) -> None:
    assert house.compose("run", "--rm", "-T", "topology", "topology", "diff", "--json") == ""


async def test_a_message_from_the_loopback_is_registered_routed_clocked_and_answered(house: Composed) -> None:
    sample = (CHECKOUT / "tests/samples/chat/01-refund-not-arrived.json").read_bytes()

    await deliver(house, CHAT, [InboundFile("chat", CHAT.name, "conv-5512-6", sample)])

    found = await once_answered(house.views(), "conv-5512-6")
    assert found["complaint"]["number"].startswith("RD-")
    assert found["routing"]["team"]
    assert {clock["kind"] for clock in found["clocks"]} == {"first_response", "resolution", "update", "final_response"}
    assert [notice["kind"] for notice in found["notices"]] == ["receipt"]


async def test_a_killed_replica_and_a_killed_broker_lose_nothing(house: Composed) -> None:
    before = received(house.views())

    async with load(house) as sent:
        await until(lambda: len(sent) > SOME)
        await asyncio.to_thread(house.killed_and_started_again, "routing")
        await until(lambda: len(sent) > 2 * SOME)
        await asyncio.to_thread(house.killed_and_started_again, "rabbitmq")
        confirmed = len(sent)
        await until(lambda: len(sent) > confirmed + SOME)

    views = house.views()
    await until(lambda: received(views) >= before + len(sent))
    found = balance(house)
    assert (found["ok"], found["received"], found["parked"]) == (True, before + len(sent), 0)
    told = [await once_answered(views, one) for one in sent]
    assert {len(one["notices"]) for one in told} == {1}
    assert {len(one["clocks"]) for one in told} == {4}
    assert all(one["routing"]["team"] for one in told)


@asynccontextmanager
async def load(house: Composed) -> AsyncIterator[list[str]]:
    """An adapter that goes on delivering meanwhile. The list of what the broker has confirmed grows."""
    sent: list[str] = []
    over = asyncio.Event()

    async def go_on() -> None:
        while not over.is_set():
            batch = [a_form(f"load-{uuid.uuid4().hex[:12]}") for _ in range(A_BATCH)]
            await deliver(house, APP, batch)
            sent.extend(one.source_id for one in batch)
            await asyncio.sleep(PAUSE_S)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(go_on())
        try:
            yield sent
        finally:
            over.set()


async def deliver(house: Composed, adapter: Adapter, messages: Sequence[InboundFile]) -> None:
    """As the contract wants it of adapters: the same again, until the broker has confirmed every one."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                async with asyncio.timeout(10):
                    return await ingest.publish(house.settings, adapter, messages)
            except (SetupError, OSError, RuntimeError):
                await asyncio.sleep(PAUSE_S)


async def once_answered(views: Views, source_id: str) -> Document:
    """What all services together say of it, as soon as its receipt is written."""
    await until(lambda: bool(views.one("intake", "complaint", source_id=source_id) and everything_on(views, source_id)["notices"]))
    return everything_on(views, source_id)


def received(views: Views) -> int:
    """By intake's ledger of what came in."""
    return int((views.one("intake", "balance") or {"received": 0})["received"])


def balance(house: Composed) -> Document:
    """As the operator asks for it."""
    found: Document = json.loads(house.compose("run", "--rm", "-T", "redress", "balance", "--wait", "30", "--json"))
    return found


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not met():  # noqa: ASYNC110 - what we wait for is not of this process
            await asyncio.sleep(PAUSE_S)


def a_form(source_id: str) -> InboundFile:
    at = datetime.now(UTC).isoformat()
    body = {
        "adapter": APP.name, "source_id": source_id, "sent_at": at, "received_at": at, "sender": {"account_id": source_id},
        "form": {"text": "退款三天还没到账,金额128.50元,订单号 OK20261115093355"},
    }  # fmt: skip
    return InboundFile("load", APP.name, source_id, json.dumps(body).encode())
