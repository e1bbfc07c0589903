"""Queues are purged where it hurts: under load, of letters on their way out, of an adapter's notices, and before intake's ledger."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aio_pika
import pytest

from deploy.adapter_kit import AdapterKit, Identity
from deploy.cli.mailbox import Mailbox
from shared import access
from shared.contracts import Inbound, OutboundNotice
from shared.contracts.vocabulary import AdapterName, Channel, DeliveryState
from shared.settings import HouseSettings
from tests.house import RunningHouse, eventually
from tests.integration.reconciling import (
    LETTERS,
    chats,
    depth,
    edge,
    has_its_clocks,
    mails,
    purge,
    reconciled,
    registered,
    settled,
    told_by,
)

NOTICES = "outbound.chat.webchat"
ROUTING = "routing.complaint-registered"
A_SECOND = 20


pytestmark = pytest.mark.usefixtures("as_in_the_house")


@pytest.fixture(scope="module")
def house_settings(box: Mailbox) -> Mapping[str, str]:
    return box.environment


def kit_of(house: RunningHouse, name: AdapterName, channel: Channel, folder: Path, sent: Path | None = None) -> AdapterKit:
    settings = HouseSettings.model_validate({"amqp_url": house.namespace.amqp_url, "secret_key": house.namespace.secret})
    url = str(access.broker_url_of_adapter(settings, name))
    return AdapterKit(Identity(name, channel, url, (folder / "bodies").as_uri()), sent=sent)


@asynccontextmanager
async def holding(house: RunningHouse, queue: str, count: int) -> AsyncIterator[None]:
    """Somebody who is served first takes what comes and does nothing with it; when he goes, it lies in the queue again."""
    async with await aio_pika.connect(house.namespace.amqp_url) as connection:
        channel, held = await connection.channel(), list[object]()
        await channel.set_qos(prefetch_count=count)

        async def hold(message: object) -> None:
            held.append(message)

        await (await channel.get_queue(queue, ensure=False)).consume(hold, arguments={"x-priority": 10})
        yield
        await eventually(lambda: asyncio.sleep(0, len(held)), lambda seen: seen == count)
        await house.stop("notification")


async def test_letters_that_wait_for_the_mail_server_and_are_purged_leave_once(house: RunningHouse, box: Mailbox):
    """The notices are on record and confirmed, the letters never left."""
    await house.publish_all(sent := mails(2))
    await registered(house, sent)
    await settled(house)
    before = len(box.letters)
    async with holding(house, LETTERS, 4):
        await house.publish_all(lost := mails(4))
        complaints = await registered(house, lost)
    await eventually(lambda: depth(house, LETTERS), lambda seen: seen == 4)
    await purge(house, LETTERS)
    await house.restart("notification")

    found = await reconciled(house, "--wait", "20")

    assert (found["ok"], edge(found, "mail", "email.mail-cn")["republished"], found["found"]) == (True, 4, 4)
    assert (await reconciled(house, "--wait", "10"))["found"] == 0
    assert len(box.letters) == len({one["Message-ID"] for one in box.letters}) == before + 4
    for complaint_id in complaints:
        assert [one["state"] for one in await house.view("notification", "/notices", complaint_id=complaint_id)] == ["delivered"]


async def test_notices_that_an_adapter_never_reported_on_are_published_again_where_it_is_named(house: RunningHouse, tmp_path: Path):
    delivered: Counter[str] = Counter()

    async def deliver(notice: OutboundNotice) -> DeliveryState:
        delivered[notice.notice_id] += 1
        return DeliveryState.DELIVERED

    await house.publish_all(came := chats(3))
    await registered(house, came)
    async with kit_of(house, "webchat", Channel.CHAT, tmp_path) as kit:
        async with running(kit, deliver):
            await eventually(lambda: unreported(house), lambda seen: seen == 0)
        known = set(delivered)
        await house.publish_all(lost := chats(4))
        complaints = await registered(house, lost)
        await eventually(lambda: depth(house, NOTICES), lambda seen: seen == 4)
        await purge(house, NOTICES)
        await settled(house)
        not_asked = await reconciled(house, "--wait", "10")
        async with running(kit, deliver):
            found = await reconciled(house, "--wait", "20", "--outbound", "webchat")

    assert (not_asked["ok"], not_asked["found"]) == (True, 0)
    assert (found["ok"], edge(found, "webchat", "chat.webchat")["republished"]) == (True, 4)
    assert set(delivered) - known == {f"{one}:receipt:1" for one in complaints}
    assert set(delivered.values()) == {1}


async def unreported(house: RunningHouse) -> int:
    found = await reconciled(house, "--dry-run", "--outbound", "webchat")
    return int(found["found"])


@asynccontextmanager
async def running(kit: AdapterKit, deliver: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(kit.deliver(deliver))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_what_intake_never_saw_is_named_by_the_adapters_list_alone_and_its_resend_is_registered_once(
    house: RunningHouse, tmp_path: Path
):
    lost, list_of_sent = mails(3), tmp_path / "confirmed.jsonl"
    async with kit_of(house, "mail-cn", Channel.EMAIL, tmp_path, list_of_sent) as kit:
        await house.stop("intake")
        await kit.send(*lost)
        await kit.settled()
        await eventually(lambda: depth(house, "intake.email"), lambda seen: seen == 3)
        await purge(house, "intake.email")
        await house.restart("intake")
        inside = await reconciled(house, "--wait", "10")
        before = await told_by(house, "balance", "--wait", "10")
        outside = await told_by(house, "balance", "--sent", str(list_of_sent))

        await kit.send(*lost)
        await kit.settled()
        await registered(house, lost)

    after = await told_by(house, "balance", "--sent", str(list_of_sent), "--wait", "10")
    assert (inside["found"], before["ok"]) == (0, True)
    assert ([one["source_id"] for one in outside["missing"]], outside["status"]) == ([one.source_id for one in lost], 1)
    assert (after["ok"], after["sent"], after["missing"]) == (True, 3, [])
    assert after["registered"] - before["registered"] == 3
    assert after["duplicate"] == before["duplicate"]


async def test_a_queue_that_is_purged_twice_under_load_costs_nothing(house: RunningHouse):
    """Its reader stands still in the moment of the purge and goes on as if nothing had been; what comes does not wait for it."""
    enough, purged = asyncio.Event(), 0
    loading = asyncio.create_task(load(house, enough))
    for _ in range(2):
        house.signal("routing", signal.SIGSTOP)
        purged += await purge(house, ROUTING)
        house.signal("routing", signal.SIGCONT)
    enough.set()
    complaints = await registered(house, await loading)

    found = await reconciled(house, "--wait", "30")

    assert (found["ok"], edge(found, "routing", "complaint.registered.v1")["republished"] >= purged >= 2) == (True, True)
    await settled(house)
    again = await reconciled(house, "--wait", "10")
    assert (again["found"], sum(one["untold"] for one in again["edges"])) == (0, 0)
    assert (await told_by(house, "balance", "--wait", "10"))["ok"]
    for complaint_id in complaints:
        await has_its_clocks(house, complaint_id)
        assert len(await house.view("notification", "/notices", complaint_id=complaint_id)) == 1


async def load(house: RunningHouse, enough: asyncio.Event) -> list[Inbound]:
    """At a steady rate, until it is enough."""
    sent = list[Inbound]()
    while not enough.is_set():
        sent += chats(1)
        await house.publish(sent[-1])
        await asyncio.sleep(1 / A_SECOND)
    return sent
