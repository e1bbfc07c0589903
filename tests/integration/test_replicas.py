"""Several replicas of every service, stopped and killed while messages come in: nothing is lost and nothing happens twice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from itertools import cycle
from uuid import uuid4

import aio_pika
import pytest
from pymongo import MongoClient

from deploy.house import SERVICES
from deploy.programs import last_lines
from services.intake.identity import complaint_id_of
from services.notification.correspondence import complaint_of
from shared.contracts import Inbound
from shared.contracts.vocabulary import ComplaintId
from tests.builders import an_inbound
from tests.house import FAST_LADDER, RunningHouse, a_house, eventually
from tests.namespaces import Namespace

MESSAGES = 400
COLLECTIONS = {
    "intake": "complaints",
    "routing": "assignments",
    "casework": "lives",
    "sla_watchdog": "clocks",
    "notification": "correspondence",
}


@pytest.fixture(scope="module")
async def house(module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningHouse]:
    replicas = dict.fromkeys(SERVICES, 2)
    with a_house(module_namespace, tmp_path_factory.mktemp("replicas"), FAST_LADDER, replicas) as running:
        yield running
        await running.close()


def stored(house: RunningHouse, service: str, collection: str) -> set[str]:
    with MongoClient[dict[str, str]](house.namespace.mongo_url) as client:
        documents = client[f"{house.namespace.prefix}_{service}"][collection].find({"state": {"$exists": True}}, {"_id": 1})
        return {one["_id"] for one in documents}


async def settled(house: RunningHouse, service: str, collection: str, ours: set[ComplaintId]) -> set[str]:
    async def look() -> set[str]:
        return await asyncio.to_thread(stored, house, service, collection)

    return await eventually(look, lambda seen: seen >= ours)


async def outbound_ids(house: RunningHouse, adapter: str, queue: str) -> list[str]:
    """Every notice the adapter was given, repeats included."""
    channel = await house.channel(adapter)
    found = []
    reading = await channel.get_queue(queue, ensure=False)
    while (message := await reading.get(fail=False, timeout=5)) is not None:
        found.append(message.message_id or "")
        await message.ack()
    return found


async def test_replicas_that_stop_and_die_under_load_register_route_clock_and_answer_each_complaint_once(house: RunningHouse):
    messages: list[Inbound] = [an_inbound("app", source_id=uuid4().hex) for _ in range(MESSAGES)]
    second = [one for one in house.running.processes if one.replica == 2]

    async def publish() -> None:
        for message in messages:
            await house.publish(message)

    publishing = asyncio.create_task(publish())
    await eventually(lambda: asyncio.to_thread(stored, house, "intake", "complaints"))
    for process, number in zip(second, cycle((signal.SIGKILL, signal.SIGTERM)), strict=False):
        os.kill(process.pid, number)
    await publishing

    ours = {complaint_id_of(one.adapter, one.source_id) for one in messages}
    for service, collection in COLLECTIONS.items():
        assert await settled(house, service, collection, ours) >= ours, service
    notices = await outbound_ids(house, "app-cn", "outbound.app.app-cn")
    assert {one for one in notices if complaint_of(one) in ours} == {f"{one}:receipt:1" for one in ours}


async def test_a_stopped_replica_drains_and_ends_by_itself_within_ten_seconds(house: RunningHouse):
    await asyncio.wait_for(house.stop("routing"), 10)

    assert '"event":"stopped"' in last_lines(house.root, "routing-1")
    await house.restart("routing")


async def test_a_service_whose_queue_was_deleted_is_not_ready(house: RunningHouse):
    """`ping()` of the connection would still be true."""
    assert await house.ready("sla_watchdog")
    channel = await house.channel()

    await channel.queue_delete("sla-watchdog.complaint-resolved")

    async def ready() -> bool:
        return await house.ready("sla_watchdog")

    assert await eventually(ready, lambda seen: not seen) is False


async def test_nothing_of_the_customer_is_in_a_log_a_metric_a_header_or_an_error(house: RunningHouse):
    planted = {"name": "欧阳小燕子", "email": "planted.customer@example.com", "phone": "+8613912345678", "account_id": "ACCT-PLANTED-77"}
    text = "我是欧阳小燕子,密码是 Sup3rGeheim!,卡号 4111111111111111,太过分了!"
    good = [an_inbound(channel, text, source_id=uuid4().hex, sender=planted) for channel in ("app", "chat", "phone", "social")]
    bad = an_inbound("app", source_id=uuid4().hex, sender=planted)
    for message in good:
        await house.publish(message)
    await house.publish(bad, body=('{"adapter": "app-cn", "text": "' + text + '", "sender": 7}').encode())

    async def ended() -> list[str]:
        return [
            (await house.view("intake", "/arrival", adapter=one.adapter, source_id=one.source_id) or {}).get("result", "pending")
            for one in [*good, bad]
        ]

    assert await eventually(ended, lambda seen: "pending" not in seen) == ["registered"] * 4 + ["parked"]
    assert await house.view("intake", "/complaint", source_id=good[0].source_id)
    logs = "".join(one.read_text(encoding="utf-8") for one in (house.root / ".redress" / "log").glob("*.log"))
    dead = str([await house.view(service, "/dead") for service in SERVICES])
    headers = str(dict((await _a_notice(house)).headers))
    metrics = "".join([await house.metrics(service) for service in SERVICES])
    words = [*planted.values(), good[0].source_id, "小燕子", "Sup3rGeheim", "4111111111111111", "太过分"]
    assert "message handled" in logs
    assert [word for word in words if word in logs + dead + headers + metrics] == []


async def _a_notice(house: RunningHouse) -> aio_pika.abc.AbstractIncomingMessage:
    queue = await (await house.channel("app-cn")).get_queue("outbound.app.app-cn", ensure=False)
    notice = await eventually(lambda: queue.get(timeout=5, fail=False))
    assert notice is not None
    return notice
