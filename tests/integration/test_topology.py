"""The topology on a real broker and database: what is declared, what is noticed, and who may do what."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed
from pydantic import SecretStr
from pymongo import MongoClient
from yarl import URL

from deploy import house, topology
from deploy.items import Difference, How
from deploy.management import Management, management_of
from deploy.problem import SetupError
from shared.contracts import EVENTS, INBOUND
from shared.settings import HouseSettings, adapter_password
from shared.topology import UNROUTABLE
from tests.namespaces import Namespace


@pytest.fixture(scope="module")
def settings(module_namespace: Namespace) -> HouseSettings:
    found = HouseSettings(
        amqp_url=SecretStr(module_namespace.amqp_url),
        management_url=SecretStr(module_namespace.management_url),
        mongo_url=SecretStr(module_namespace.mongo_url),
        database_prefix=module_namespace.prefix,
        secret_key=SecretStr(module_namespace.secret),
    )
    topology.apply(found)
    return found


@pytest.fixture
def broker(settings: HouseSettings) -> Management:
    return management_of(settings)


def told(differences: list[Difference]) -> set[tuple[str, str, How]]:
    return {(one.kind, one.name, one.how) for one in differences}


async def test_what_was_applied_differs_in_nothing(settings: HouseSettings) -> None:
    assert topology.diff(settings) == []


async def test_applying_again_changes_nothing(settings: HouseSettings) -> None:
    assert topology.apply(settings) == []


def test_every_queue_is_a_quorum_queue_under_its_own_policy(settings: HouseSettings, broker: Management) -> None:
    expected = {one.name: ("quorum", one.name if one.policy else None) for one in house.topology_of(settings).queues}

    queues = [one for one in broker.get("queues?disable_stats=true") if one["vhost"] == broker.vhost]

    assert {one["name"]: (one["type"], one.get("policy")) for one in queues} == expected


def test_what_was_removed_is_missing_and_comes_back(settings: HouseSettings, broker: Management) -> None:
    broker.delete("queues", broker.vhost, "routing.complaint-registered")
    broker.delete("policies", broker.vhost, "notification.team-mail")
    broker.delete("exchanges", broker.vhost, "redress.dead")

    missing = told(topology.diff(settings))
    topology.apply(settings)

    assert ("queue", "routing.complaint-registered", How.MISSING) in missing
    assert ("policy", "notification.team-mail", How.MISSING) in missing
    assert ("exchange", "redress.dead", How.MISSING) in missing
    assert topology.diff(settings) == []


def test_a_policy_that_somebody_changed_is_different_and_is_set_right(settings: HouseSettings, broker: Management) -> None:
    changed = {"pattern": "^intake[.]chat$", "definition": {"max-length": 1}, "apply-to": "queues"}
    broker.put(changed, "policies", broker.vhost, "intake.chat")

    found = told(topology.diff(settings))
    topology.apply(settings)

    assert found == {("policy", "intake.chat", How.DIFFERENT)}
    assert topology.diff(settings) == []


def test_a_queue_nobody_wants_is_told_and_left_alone(settings: HouseSettings, broker: Management) -> None:
    extra = ("queues", broker.vhost, "routing.of-last-year")
    broker.put({"durable": True, "arguments": {"x-queue-type": "quorum"}}, *extra)

    topology.apply(settings)
    found = told(topology.diff(settings))
    broker.delete(*extra)

    assert found == {("queue", "routing.of-last-year", How.EXTRA)}


def test_a_queue_with_other_arguments_is_refused_with_the_cure(settings: HouseSettings, broker: Management) -> None:
    queue = ("queues", broker.vhost, "routing.deadline-missed")
    broker.delete(*queue)
    broker.put({"durable": True, "arguments": {"x-queue-type": "classic"}}, *queue)

    with pytest.raises(SetupError, match=r"queue routing\.deadline-missed: exists with other arguments"):
        topology.apply(settings)

    broker.delete(*queue)
    topology.apply(settings)


def test_steps_that_make_the_same_user_at_one_moment_all_go_on(broker: Management) -> None:
    """Each deployment of a house runs one, and RabbitMQ refuses all but the first of those that find no such user."""
    names = [f"test-{uuid4().hex[:10]}" for _ in range(10)]
    at_once = Barrier(3)

    def step() -> None:
        for name in names:
            at_once.wait(timeout=30)
            broker.put({"password_hash": "", "tags": ""}, "users", name)

    with ThreadPoolExecutor(at_once.parties) as steps:
        ends = [steps.submit(step) for _ in range(at_once.parties)]
        errors = [end.exception() for end in ends]

    broker.post({"users": names}, "users", "bulk-delete")
    assert errors == [None] * at_once.parties


def test_other_peoples_things_in_the_virtual_host_are_none_of_our_business(settings: HouseSettings, broker: Management) -> None:
    theirs = ("queues", broker.vhost, "payroll.monthly")
    broker.put({"durable": True}, *theirs)

    found = topology.diff(settings)
    broker.delete(*theirs)

    assert found == []


def test_a_dropped_index_is_missing_and_is_built_again(settings: HouseSettings) -> None:
    with MongoClient[dict[str, object]](settings.mongo_url.get_secret_value()) as client:
        client[f"{settings.database_prefix}_routing"]["dead_letters"].drop_indexes()

    missing = told(topology.diff(settings))
    topology.apply(settings)

    assert missing == {("index", f"{settings.database_prefix}_routing.dead_letters state up,last_failed_at down,_id down", How.MISSING)}
    assert topology.diff(settings) == []


def test_another_password_of_an_adapter_is_noticed(settings: HouseSettings) -> None:
    other = settings.model_copy(update={"secret_key": SecretStr("a-secret-of-somebody-else-0123456789")})

    found = told(topology.diff(other))

    assert ("user", "webchat", How.DIFFERENT) in found


def test_a_deployment_without_a_secret_is_refused(settings: HouseSettings) -> None:
    with pytest.raises(SetupError, match="REDRESS_SECRET_KEY is empty"):
        topology.apply(settings.model_copy(update={"secret_key": SecretStr("")}))


async def channel_of(settings: HouseSettings, adapter: str) -> tuple[aio_pika.abc.AbstractConnection, aio_pika.abc.AbstractChannel]:
    password = adapter_password(settings.secret_key.get_secret_value(), adapter)
    url = URL(settings.amqp_url.get_secret_value()).with_user(adapter).with_password(password)
    connection = await aio_pika.connect(url)
    return connection, await connection.channel(publisher_confirms=True, on_return_raises=True)


async def test_an_adapter_publishes_on_its_own_channel(settings: HouseSettings, broker: Management) -> None:
    connection, channel = await channel_of(settings, "webchat")
    async with connection:
        exchange = await channel.get_exchange(INBOUND, ensure=False)
        confirmed = await exchange.publish(aio_pika.Message(b"{}", user_id="webchat"), "chat.webchat", mandatory=True)
    broker.delete("queues", broker.vhost, "intake.chat", "contents")

    assert confirmed is not None


@pytest.mark.parametrize(
    ("exchange", "key", "user"),
    [
        (INBOUND, "chat.webchat-uk", "webchat"),
        (INBOUND, "delivery.webchat-uk", "webchat"),
        (INBOUND, "phone.webchat", "webchat"),
        (EVENTS, "complaint.resolved.v1", "webchat"),
        ("", "intake.chat", "webchat"),
    ],
)
async def test_an_adapter_speaks_for_nobody_else(settings: HouseSettings, exchange: str, key: str, user: str) -> None:
    connection, channel = await channel_of(settings, user)
    async with connection:
        target = channel.default_exchange if not exchange else await channel.get_exchange(exchange, ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await target.publish(aio_pika.Message(b"{}"), key, mandatory=True)


async def test_an_adapter_cannot_bear_the_name_of_another(settings: HouseSettings) -> None:
    connection, channel = await channel_of(settings, "webchat")
    async with connection:
        exchange = await channel.get_exchange(INBOUND, ensure=False)
        with pytest.raises(ChannelPreconditionFailed):
            await exchange.publish(aio_pika.Message(b"{}", user_id="webchat-uk"), "chat.webchat", mandatory=True)


async def test_an_adapter_reads_its_own_queue_and_no_other(settings: HouseSettings) -> None:
    connection, channel = await channel_of(settings, "webchat")
    async with connection:
        own = await channel.get_queue("outbound.chat.webchat", ensure=False)
        assert await own.get(fail=False) is None
        others = await channel.get_queue("outbound.chat.webchat-uk", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await others.get(fail=False)


async def test_a_mail_adapter_cannot_take_the_mail_that_we_send(settings: HouseSettings) -> None:
    connection, channel = await channel_of(settings, "mail-cn")
    async with connection:
        queue = await channel.get_queue("outbound.email.mail-cn", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await queue.get(fail=False)


async def test_what_nobody_listens_to_is_kept(settings: HouseSettings) -> None:
    connection = await aio_pika.connect(settings.amqp_url.get_secret_value())
    async with connection:
        channel = await connection.channel()
        events = await channel.get_exchange(EVENTS, ensure=False)
        await events.publish(aio_pika.Message(b"{}", message_id="lost"), "nobody.knows.v1", mandatory=True)
        queue = await channel.get_queue(UNROUTABLE, ensure=False)
        kept = await queue.get(timeout=5)
        await kept.ack()

    assert kept.message_id == "lost"


async def test_a_broker_that_is_away_is_a_sentence(settings: HouseSettings) -> None:
    away = settings.model_copy(update={"management_url": SecretStr("http://guest:guest@127.0.0.1:9")})

    with pytest.raises(SetupError, match=r"does not answer.*redress up"):
        topology.apply(away)


async def test_a_wrong_management_password_is_a_sentence(settings: HouseSettings) -> None:
    url = URL(settings.management_url.get_secret_value() if settings.management_url else "").with_password("wrong")

    with pytest.raises(SetupError, match="does not let us administer"):
        topology.diff(settings.model_copy(update={"management_url": SecretStr(str(url))}))
