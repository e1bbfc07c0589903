"""Who may do what at a real broker: each service its own work, and nothing that is a neighbour's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed

from deploy import topology
from deploy.house import SERVICES, inbox_of
from deploy.items import How
from deploy.management import management_of, seen_by_operator
from deploy.problem import SetupError
from shared.access import broker_url
from shared.contracts import COMMANDS, EVENTS, ComplaintResolved, ResolveComplaint
from shared.settings import OPERATOR, HouseSettings, house_user
from shared.topology import DEAD, RETURN, dead_queue, retry_exchange
from tests.namespaces import Namespace

LANE = retry_exchange(1_000, 0)
NEIGHBOUR = dict(zip(SERVICES, (*SERVICES[1:], SERVICES[0]), strict=True))
Attempt = Callable[[AbstractChannel, str], Awaitable[object]]


@pytest.fixture(scope="module")
def settings(module_namespace: Namespace) -> HouseSettings:
    told = {name.removeprefix("REDRESS_").lower(): value for name, value in module_namespace.environment.items()}
    found = HouseSettings.model_validate(told)
    topology.apply(found)
    return found


@asynccontextmanager
async def channel_of(settings: HouseSettings, part: str) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(broker_url(settings, part))
    async with connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def publish(channel: AbstractChannel, exchange: str, key: str, user: str | None = None) -> None:
    target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
    await target.publish(aio_pika.Message(b"{}", user_id=user), key, mandatory=True)


def queue_of(service: str) -> str:
    return inbox_of(service).subscriptions[0].queue


def event_of(service: str) -> str:
    """Notification says nothing to other services: a made-up event in its name."""
    return next((one.key for one in inbox_of(service).emits if one.exchange == EVENTS), "notice.sent.v1")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_gives_back_into_its_own_queue_and_reads_it(settings: HouseSettings, service: str) -> None:
    async with channel_of(settings, service) as channel:
        await publish(channel, RETURN, queue_of(service), house_user(service))
        message = await (await channel.get_queue(queue_of(service), ensure=False)).get(timeout=5)
        await message.ack()

    assert (message.body, message.user_id) == (b"{}", house_user(service))


@pytest.mark.parametrize("service", [one for one in SERVICES if one != "notification"])
async def test_a_service_says_its_own_event(settings: HouseSettings, service: str) -> None:
    async with channel_of(settings, service) as channel:
        await publish(channel, EVENTS, event_of(service), house_user(service))
    for queue in [one.queue for other in SERVICES for one in inbox_of(other).subscriptions if one.binding == event_of(service)]:
        management_of(settings).delete("queues", management_of(settings).vhost, queue, "contents")


async def says_an_event_of(channel: AbstractChannel, neighbour: str) -> None:
    await publish(channel, EVENTS, event_of(neighbour))


async def gives_back_into_the_queue_of(channel: AbstractChannel, neighbour: str) -> None:
    await publish(channel, RETURN, queue_of(neighbour))


async def sends_up_the_ladder_of(channel: AbstractChannel, neighbour: str) -> None:
    await publish(channel, LANE, queue_of(neighbour))


async def puts_straight_into_the_queue_of(channel: AbstractChannel, neighbour: str) -> None:
    await publish(channel, "", queue_of(neighbour))


async def gives_up_in_the_name_of(channel: AbstractChannel, neighbour: str) -> None:
    await publish(channel, DEAD, dead_queue(neighbour))


async def commands(channel: AbstractChannel, neighbour: str) -> None:
    await publish(channel, COMMANDS, f"dead.discard.v1.{neighbour}")


async def reads_the_queue_of(channel: AbstractChannel, neighbour: str) -> object:
    return await (await channel.get_queue(queue_of(neighbour), ensure=False)).get(fail=False)


async def empties_the_queue_of(channel: AbstractChannel, neighbour: str) -> object:
    return await (await channel.get_queue(queue_of(neighbour), ensure=False)).purge()


async def reads_the_dead_letters_of(channel: AbstractChannel, neighbour: str) -> object:
    return await (await channel.get_queue(dead_queue(neighbour), ensure=False)).get(fail=False)


async def declares_a_queue(channel: AbstractChannel, _: str) -> object:
    return await channel.declare_queue("of-my-own", durable=True, arguments={"x-queue-type": "quorum"})


async def declares_an_exchange(channel: AbstractChannel, _: str) -> object:
    return await channel.declare_exchange("redress.of-my-own", durable=True)


async def deletes_the_queue_of(channel: AbstractChannel, neighbour: str) -> object:
    return await channel.queue_delete(queue_of(neighbour))


REFUSED: tuple[Attempt, ...] = (
    says_an_event_of, gives_back_into_the_queue_of, sends_up_the_ladder_of, puts_straight_into_the_queue_of, gives_up_in_the_name_of,
    commands, reads_the_queue_of, empties_the_queue_of, reads_the_dead_letters_of, declares_a_queue, declares_an_exchange,
    deletes_the_queue_of,
)  # fmt: skip


@pytest.mark.parametrize("attempt", REFUSED, ids=lambda one: one.__name__)
@pytest.mark.parametrize("service", SERVICES)
async def test_the_broker_refuses_a_service_that(settings: HouseSettings, service: str, attempt: Attempt) -> None:
    async with channel_of(settings, service) as channel:
        with pytest.raises(ChannelAccessRefused):
            await attempt(channel, NEIGHBOUR[service])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_bear_the_name_of_another(settings: HouseSettings, service: str) -> None:
    async with channel_of(settings, service) as channel:
        with pytest.raises(ChannelPreconditionFailed):
            await publish(channel, RETURN, queue_of(service), house_user(NEIGHBOUR[service]))


@pytest.mark.parametrize("attempt", [one for one in REFUSED if one is not commands], ids=lambda one: one.__name__)
async def test_the_broker_refuses_an_operator_who(settings: HouseSettings, attempt: Attempt) -> None:
    async with channel_of(settings, OPERATOR) as channel:
        with pytest.raises(ChannelAccessRefused):
            await attempt(channel, "intake")


async def test_an_operator_asks_casework_and_does_not_speak_for_it(settings: HouseSettings) -> None:
    async with channel_of(settings, OPERATOR) as channel:
        await publish(channel, COMMANDS, ResolveComplaint.key)
        with pytest.raises(ChannelAccessRefused):
            await publish(channel, EVENTS, ComplaintResolved.key)
    management_of(settings).delete("queues", management_of(settings).vhost, "casework.commands", "contents")


def test_an_operator_sees_how_full_the_queues_are_and_administers_nothing(settings: HouseSettings) -> None:
    seen = seen_by_operator(settings)

    assert {one["name"] for one in seen.get("queues", seen.vhost)} >= {"intake.chat", "routing.dead"}
    with pytest.raises(SetupError, match="does not let 'redress-operator' do that"):
        seen.get("users")


def test_rights_that_somebody_widened_are_told_and_set_right(settings: HouseSettings) -> None:
    broker = management_of(settings)
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    broker.put(everything, "permissions", broker.vhost, "redress-routing")
    broker.delete("topic-permissions", broker.vhost, "redress-intake", EVENTS)

    found = {(one.kind, one.name, one.how) for one in topology.diff(settings)}
    topology.apply(settings)

    assert found == {
        ("permission", "redress-routing", How.DIFFERENT),
        ("topic permission", f"redress-intake → {EVENTS}", How.MISSING),
    }
    assert topology.diff(settings) == []
