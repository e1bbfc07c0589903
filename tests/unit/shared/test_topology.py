"""What exists at the broker: every queue can be returned to, nothing is dropped, and each name stands for one thing."""

from collections import Counter

import pytest

from deploy.house import SERVICES, inbox_of, notices_for, topology_of
from shared.contracts import INBOUND
from shared.settings import HouseSettings
from shared.topology import (
    DEAD,
    DELIVERY_LIMIT,
    JITTER_LANES,
    RETURN,
    UNROUTABLE,
    Adapter,
    Binding,
    control_queue,
    dead_queue,
    of_house,
    outbound_queue,
    retry_exchange,
)

DELAYS_MS = HouseSettings.model_fields["retry_delays_ms"].default
HOUSE = topology_of(HouseSettings(retry_delays_ms=DELAYS_MS))
QUEUES = {one.name: one for one in HOUSE.queues}
WORK = sorted({one.queue for service in SERVICES for one in inbox_of(service).subscriptions} | {control_queue(one) for one in SERVICES})


def bound(queue: str) -> set[tuple[str, str]]:
    return {(one.exchange, one.key) for one in HOUSE.bindings if one.queue == queue}


@pytest.mark.parametrize("queue", [*WORK, *(dead_queue(one) for one in SERVICES)])
def test_a_message_can_go_back_into_every_queue(queue: str):
    """By the retry ladder, or when an operator replays it."""
    assert (RETURN, queue) in bound(queue)


@pytest.mark.parametrize("queue", WORK)
def test_no_queue_drops_or_loops_and_what_it_gives_up_lands_with_its_own_service(queue: str):
    policy = QUEUES[queue].policy
    letters = policy["dead-letter-routing-key"]

    assert (policy["dead-letter-exchange"], policy["dead-letter-strategy"], policy["overflow"]) == (DEAD, "at-least-once", "reject-publish")
    assert policy["delivery-limit"] == DELIVERY_LIMIT
    assert letters == f"{queue.partition('.')[0]}.dead"
    assert (DEAD, letters) in bound(letters)


def test_what_comes_from_outside_is_refused_where_no_room_is_left_and_nothing_else_is():
    limited = {one.name for one in HOUSE.queues if {"max-length", "max-length-bytes"} & one.policy.keys()}

    assert limited == {one.queue for service in SERVICES for one in inbox_of(service).subscriptions if one.exchange == INBOUND}
    assert QUEUES["intake.chat"].policy["max-length"] == HouseSettings().inbound_max_messages


def test_every_name_is_used_once():
    for things in (HOUSE.exchanges, HOUSE.queues):
        assert [name for name, times in Counter(one.name for one in things).items() if times > 1] == []
    assert len(set(HOUSE.bindings)) == len(HOUSE.bindings)


def test_bindings_join_what_exists_and_no_queue_is_unreachable():
    exchanges = {one.name for one in HOUSE.exchanges}

    assert {one.exchange for one in HOUSE.bindings} <= exchanges
    assert {one.queue for one in HOUSE.bindings} == set(QUEUES)


def test_what_an_exchange_cannot_route_is_kept():
    retries = {retry_exchange(delay, lane) for delay in DELAYS_MS for lane in range(len(JITTER_LANES))}

    without = {one.name for one in HOUSE.exchanges if one.alternate is None}
    assert without == {UNROUTABLE, *retries}
    assert all(bound(name) == {(name, "#" if name in retries else "")} for name in without)


@pytest.mark.parametrize("delay", DELAYS_MS)
@pytest.mark.parametrize(("lane", "length"), list(enumerate(JITTER_LANES)))
def test_every_step_of_the_ladder_waits_its_time_and_hands_back(delay: int, lane: int, length: float):
    queue = QUEUES[retry_exchange(delay, lane)]

    assert queue.policy["message-ttl"] == round(delay * length)
    assert (queue.policy["dead-letter-exchange"], queue.policy["dead-letter-strategy"]) == (RETURN, "at-least-once")
    assert "dead-letter-routing-key" not in queue.policy, "the message's own key, its queue's name, leads it back"


def test_each_adapter_has_an_outbound_queue_of_its_own():
    adapters = [Adapter("webchat", "chat"), Adapter("webchat-uk", "chat")]

    topology = of_house([], [notices_for(one) for one in adapters], [], {})

    for adapter in adapters:
        name = outbound_queue("chat", adapter.name)
        assert [one.policy.get("dead-letter-exchange") for one in topology.queues if one.name == name] == [None]
        assert Binding("redress.outbound", name, f"chat.{adapter.name}") in topology.bindings


def test_a_queue_that_a_service_reads_itself_is_declared_once_with_that_services_dead_letters():
    mail = Adapter("mail-cn", "email")
    own = Binding("redress.outbound", mail.outbound_queue, "email.mail-cn")

    topology = of_house([inbox_of("notification")], [notices_for(mail)], [], {"notification": [own]})

    (queue,) = (one for one in topology.queues if one.name == mail.outbound_queue)
    assert queue.policy["dead-letter-routing-key"] == dead_queue("notification")
    assert topology.bindings.count(own) == 1


@pytest.mark.parametrize("command", ["dead.replay.v1", "dead.discard.v1"])
@pytest.mark.parametrize("service", SERVICES)
def test_an_operator_reaches_each_service_alone(service: str, command: str):
    reached = {one.queue for one in HOUSE.bindings if one.exchange == "redress.commands" and one.key == f"{command}.{service}"}

    assert reached == {control_queue(service)}
