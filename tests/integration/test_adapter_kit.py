"""What the kit for adapters holds: a full queue, a broker that restarts or blocks, and its own end lose nothing and reorder no thread."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from yarl import URL

import shared.broker
from deploy.adapter_kit import AdapterKit, Identity, MessageRefused, Refusal, Spool
from deploy.adapter_kit import link as link_of_kit
from deploy.topology import apply
from shared import access
from shared.bodies import PLACEHOLDER, Bodies
from shared.broker import Publisher
from shared.contracts import EVENTS, OUTBOUND, InboundChat, OutboundNotice
from shared.contracts.inbound import BodyReference
from shared.contracts.vocabulary import Channel, DeliveryState
from shared.envelope import BODY, Outgoing
from shared.errors import BrokerAway
from shared.settings import HouseSettings
from tests.builders import a_complaint_registered, an_inbound_chat, an_outbound_notice
from tests.chaos.native import OneNode, broker
from tests.house import eventually
from tests.namespaces import Namespace

QUEUE = "intake.chat"
ROOM = 10
THREADS = 6
WITHIN_S = 60.0


def settings_of(namespace: Namespace, **changes: object) -> HouseSettings:
    names = ("amqp_url", "management_url", "mongo_url")
    told = {name: getattr(namespace, name) for name in names} | {"secret_key": namespace.secret, "database_prefix": namespace.prefix}
    return HouseSettings.model_validate(told | changes)


def chats(count: int) -> list[InboundChat]:
    """Numbered, and spread over a few conversations."""
    return [an_inbound_chat(f"第{one}句", source_id=f"chat-{one:04}", thread_id=f"thread-{one % THREADS}") for one in range(count)]


def kit_of(settings: HouseSettings, folder: Path, sent: Path | None = None) -> AdapterKit:
    url = str(access.broker_url_of_adapter(settings, "webchat"))
    return AdapterKit(Identity("webchat", Channel.CHAT, url, (folder / "bodies").as_uri()), Spool(folder / "spool.db"), sent)


@asynccontextmanager
async def administrator(settings: HouseSettings) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(settings.amqp_url.get_secret_value())
    async with connection:
        yield await connection.channel()


async def depth(channel: AbstractChannel, queue: str = QUEUE) -> int:
    return (await channel.declare_queue(queue, passive=True)).declaration_result.message_count or 0


async def taken(channel: AbstractChannel, enough: Callable[[Sequence[str]], bool]) -> list[str]:
    """Ids as intake would get them, until there are enough."""
    ids: list[str] = []
    queue = await channel.get_queue(QUEUE, ensure=False)
    async with asyncio.timeout(WITHIN_S), queue.iterator() as messages:
        async for message in messages:
            await message.ack()
            ids.append(str(message.message_id))
            if enough(ids):
                break
    return ids


def in_order(ids: Sequence[str]) -> bool:
    """Within each conversation; a message that came twice counts where it first came."""
    threads: dict[int, list[str]] = defaultdict(list)
    for one in dict.fromkeys(ids):
        threads[int(one.removeprefix("chat-")) % THREADS].append(one)
    return all(thread == sorted(thread) for thread in threads.values())


async def test_a_full_queue_refuses_and_the_kit_holds_back_until_there_is_room(namespace: Namespace, tmp_path: Path):
    settings = settings_of(namespace, inbound_max_messages=ROOM)
    await asyncio.to_thread(apply, settings)
    sent = tmp_path / "sent.jsonl"

    async with administrator(settings) as channel, kit_of(settings, tmp_path, sent) as kit:
        await kit.send(*chats(60))
        await eventually(lambda: _now(kit.paused_for), lambda reason: reason is Refusal.FULL)
        while_full = await depth(channel)
        came = await taken(channel, lambda ids: len(ids) == 60)
        await kit.settled(patience_s=WITHIN_S)
        left = await depth(channel)

    assert ROOM <= while_full < 60
    assert Counter(came) == Counter(one.source_id for one in chats(60))
    assert in_order(came)
    assert left == 0
    listed = [json.loads(line) for line in sent.read_text("utf-8").splitlines()]
    assert sorted(one["source_id"] for one in listed) == sorted(came)
    assert {one["adapter"] for one in listed} == {"webchat"}


async def test_what_an_ended_adapter_had_not_sent_leaves_when_it_comes_back(namespace: Namespace, tmp_path: Path):
    settings = settings_of(namespace, inbound_max_messages=ROOM)
    await asyncio.to_thread(apply, settings)

    async with administrator(settings) as channel:
        async with kit_of(settings, tmp_path) as kit:
            await kit.send(*chats(40))
            await eventually(lambda: _now(kit.paused_for), lambda reason: reason is Refusal.FULL)
        async with kit_of(settings, tmp_path) as kit:
            came = await taken(channel, lambda ids: len(set(ids)) == 40)
            await kit.settled(patience_s=WITHIN_S)

    assert set(came) == {one.source_id for one in chats(40)}
    assert in_order(came)


async def test_a_large_message_leaves_as_a_reference_to_its_bytes(namespace: Namespace, tmp_path: Path):
    settings = settings_of(namespace)
    await asyncio.to_thread(apply, settings)
    large = an_inbound_chat("退" * 200_000)

    async with administrator(settings) as channel, kit_of(settings, tmp_path) as kit:
        await kit.send(large)
        await kit.settled(patience_s=WITHIN_S)
        message = await (await channel.get_queue(QUEUE, ensure=False)).get(no_ack=True)

    reference = BodyReference.model_validate_json(str(message.headers[BODY]))
    assert message.body == PLACEHOLDER
    assert (message.message_id, message.type, message.routing_key) == (large.source_id, large.key, "chat.webchat")
    assert reference.ref == f"webchat/{reference.sha256}"
    assert InboundChat.model_validate_json(await Bodies((tmp_path / "bodies").as_uri()).get(reference)) == large


@pytest.mark.parametrize("message", [an_inbound_chat(source_id="x" * 256), an_inbound_chat("退" * 400)], ids=["id", "body"])
async def test_what_the_house_never_takes_is_refused_before_anything_is_kept(tmp_path: Path, message: InboundChat):
    spool = Spool(tmp_path / "spool.db")
    kit = AdapterKit(Identity("webchat", Channel.CHAT, "amqp://127.0.0.1:1/", tmp_path.as_uri(), max_message_bytes=1_000), spool)

    with pytest.raises(MessageRefused, match=r"of more than 255|bytes; at most"):
        await kit.send(an_inbound_chat("kurz"), message)

    assert spool.count() == 0


async def test_a_notice_that_comes_twice_is_delivered_and_reported_once(namespace: Namespace, tmp_path: Path):
    settings = settings_of(namespace)
    await asyncio.to_thread(apply, settings)
    notice = an_outbound_notice(channel=Channel.CHAT, adapter="webchat")
    delivered: list[OutboundNotice] = []
    fails = [RuntimeError("the channel's system is away")]

    async def deliver(one: OutboundNotice) -> DeliveryState:
        if fails:
            raise fails.pop()
        delivered.append(one)
        return DeliveryState.DELIVERED

    async with administrator(settings) as channel, kit_of(settings, tmp_path) as kit:
        exchange = await channel.get_exchange(OUTBOUND, ensure=False)
        for _ in range(2):
            await exchange.publish(aio_pika.Message(notice.model_dump_json().encode()), "chat.webchat")
        reading = asyncio.create_task(kit.deliver(deliver))
        await eventually(lambda: depth(channel, "notification.delivery-reported"))
        await eventually(lambda: depth(channel, "outbound.chat.webchat"), lambda left: left == 0)
        await kit.settled(patience_s=WITHIN_S)
        reading.cancel()
        reports = await depth(channel, "notification.delivery-reported")

    assert delivered == [notice]
    assert reports == 1


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[OneNode]:
    async with broker(tmp_path / "node") as one:
        assert isinstance(one, OneNode)
        yield one


def settings_at(node: OneNode, namespace: Namespace) -> HouseSettings:
    user = f"{node.user}:{node.password}"
    urls = {
        "amqp_url": f"amqp://{user}@{node.amqp[0].host}:{node.amqp[0].port}/",
        "management_url": f"http://{user}@{node.management[0].host}:{node.management[0].port}",
    }
    return settings_of(namespace, **urls)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_broker_that_restarts_in_the_middle_loses_nothing_and_reorders_nothing(node: OneNode, namespace: Namespace, tmp_path: Path):
    settings = settings_at(node, namespace)
    await asyncio.to_thread(apply, settings)

    async with kit_of(settings, tmp_path) as kit:
        await kit.send(*chats(150))
        await node.stop()
        await kit.send(*chats(200)[150:])
        await node.start()
        await kit.settled(patience_s=WITHIN_S)
        async with administrator(settings) as channel:
            count = await eventually(lambda: depth(channel))
            came = await taken(channel, lambda ids: len(ids) == count)

    assert set(came) == {one.source_id for one in chats(200)}
    assert in_order(came)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_while_the_broker_blocks_nothing_is_lost_and_nothing_piles_up(
    node: OneNode, namespace: Namespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shared.broker, "CONFIRM_WITHIN_S", 1.0)
    monkeypatch.setattr(link_of_kit, "ANSWER_WITHIN_S", 1.0)
    settings = settings_at(node, namespace)
    await asyncio.to_thread(apply, settings)
    event = a_complaint_registered()
    outgoing = Outgoing("event-1", EVENTS, event.key, event.key, event.encoded())
    publisher = Publisher(URL(settings.amqp_url.get_secret_value()), "a-service")
    await publisher.start()

    async with administrator(settings) as channel, kit_of(settings, tmp_path) as kit:
        await node.raise_memory_alarm()
        await kit.send(*chats(60))
        for _ in range(4):
            with pytest.raises(BrokerAway):
                await publisher.publish([outgoing])
        await eventually(lambda: _now(kit.paused_for), lambda reason: reason is Refusal.AWAY)
        await node.clear_memory_alarm()
        await publisher.publish([outgoing])
        await kit.settled(patience_s=WITHIN_S)
        copies = await depth(channel, "routing.complaint-registered")
        count = await eventually(lambda: depth(channel))
        came = await taken(channel, lambda ids: len(ids) == count)
    await publisher.stop()

    assert set(came) == {one.source_id for one in chats(60)}
    assert in_order(came)
    assert copies <= 2, "the first was written before the broker said that it blocks; the others were not"


async def _now(value: Refusal | None) -> Refusal | None:
    return value
