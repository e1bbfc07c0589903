"""A customer who urges makes the complaint more urgent, once a day at most, in whatever order the chasers are heard."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing import chasers, rules
from services.routing.rules import BY_URGENCY, Assignment
from services.routing.settings import RoutingSettings
from services.routing.table import Table
from shared.contracts import PriorityRaised
from shared.contracts.vocabulary import Category, MessageKind, Priority
from tests.builders import RECEIVED_AT, ROUTED_AT, a_complaint_registered, a_deadline_missed, a_follow_up_received

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

SHIPPED = RoutingSettings().table()
HOUR = timedelta(hours=1)
LOW, NORMAL, HIGH, URGENT = BY_URGENCY
Step = Callable[[Assignment], Assignment]


def routed(priority: Priority = Priority.LOW, table: Table = SHIPPED) -> Assignment:
    plain = replace(table, default_priority=priority, rules=())
    return rules.route(a_complaint_registered(category=Category.OTHER), plain, ROUTED_AT).state


def urged(hours: float, table: Table = SHIPPED) -> Step:
    chaser = a_follow_up_received(received_at=RECEIVED_AT + hours * HOUR)
    return lambda held: chasers.chase(held, chaser, table).state


def missed(generation: int) -> Step:
    return lambda held: rules.miss(held, a_deadline_missed(generation=generation), SHIPPED).state


def after(*steps: Step, priority: Priority = Priority.LOW) -> Assignment:
    return reduce(lambda held, step: step(held), steps, routed(priority))


def test_a_chaser_raises_the_priority_one_step_and_says_so():
    chaser = a_follow_up_received(received_at=RECEIVED_AT + 3 * HOUR)

    decision = chasers.chase(routed(NORMAL), chaser, SHIPPED)

    [raised] = decision.emit
    assert isinstance(raised, PriorityRaised)
    assert (raised.priority, raised.times, raised.team, raised.raised_at) == (HIGH, 1, "general", chaser.received_at)
    assert (decision.state.priority, decision.state.level, decision.what) == (HIGH, 0, "priority-raised")
    assert [(one.priority, one.why) for one in decision.state.history[1:]] == [(HIGH, ("the customer urges",))]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("hours", "priority"),
    [
        ([1], NORMAL),
        ([1, 1], NORMAL),
        ([1, 24.9], NORMAL),
        ([1, 25], HIGH),
        ([1, 20, 25], HIGH),
        ([1, 20, 44], HIGH),
        ([1, 25, 49], URGENT),
        ([1, 25, 49, 73], URGENT),
    ],
)
def test_no_more_than_once_in_24_hours_by_the_time_of_receipt(hours: Sequence[float], priority: Priority, order: int):
    assert after(*map(urged, hours[::order])).priority is priority


def test_the_table_says_how_often():
    weekly = replace(SHIPPED, chaser_raises_every_hours=168)

    assert after(urged(1, weekly), urged(100, weekly)).priority is NORMAL


@pytest.mark.parametrize("kind", [one for one in MessageKind if one is not MessageKind.CHASER])
def test_only_a_chaser_urges(kind: MessageKind):
    held = routed()

    decision = chasers.chase(held, a_follow_up_received(kind=kind), SHIPPED)

    assert (decision.state, list(decision.emit), decision.what) == (held, [], "no-chaser")


def test_a_stranger_urges_nobody():
    held = routed()

    decision = chasers.chase(held, a_follow_up_received(owner_known=False), SHIPPED)

    assert (decision.state, list(decision.emit), decision.what) == (held, [], "owner-unknown")


def test_what_is_urgent_stays_so_and_nobody_is_told():
    decision = chasers.chase(routed(URGENT), a_follow_up_received(), SHIPPED)

    assert (decision.state.priority, list(decision.emit), decision.what) == (URGENT, [], "urged-no-further")


def test_somebody_who_never_stops_fills_no_document():
    held = after(*(urged(hours) for hours in range(24 * 60)))

    assert len(held.chased) == 49
    assert chasers.chase(held, a_follow_up_received(), SHIPPED).what == "urged-often-enough"


@pytest.mark.parametrize("order", [1, -1])
def test_a_chaser_and_a_missed_deadline_both_count(order: int):
    held = after(*[urged(1), missed(1)][::order], priority=NORMAL)

    assert (held.priority, held.team, held.level) == (URGENT, "supervisors", 1)


STEPS = st.one_of(st.integers(0, 120).map(urged), st.integers(1, 3).map(missed))


@UNHURRIED
@given(
    st.lists(STEPS, max_size=8).flatmap(lambda some: st.tuples(st.just(some), st.permutations([*some, *some[:3]]))),
    st.sampled_from(Priority),
)
def test_any_order_and_repetition_of_chasers_and_missed_deadlines_ends_the_same(orders: tuple[list[Step], list[Step]], first: Priority):
    one, other = (after(*order, priority=first) for order in orders)

    assert (one.priority, one.team, one.level) == (other.priority, other.team, other.level)


@UNHURRIED
@given(st.lists(STEPS, max_size=8), st.sampled_from(Priority))
def test_nothing_ever_lowers_the_priority(steps: list[Step], first: Priority):
    held = routed(first)

    for step in steps:
        before, held = held, step(held)
        assert BY_URGENCY.index(held.priority) >= BY_URGENCY.index(before.priority)


@UNHURRIED
@given(st.lists(st.integers(0, 240), max_size=10))
def test_the_highest_count_that_was_told_says_how_it_stands(hours: list[int]):
    held, told = routed(), list[PriorityRaised]()

    for one in hours:
        decision = chasers.chase(held, a_follow_up_received(received_at=RECEIVED_AT + one * HOUR), SHIPPED)
        told += [one for one in decision.emit if isinstance(one, PriorityRaised)]
        held = decision.state

    assert len({one.times for one in told}) == len(told)
    assert max(told, key=lambda one: one.times).priority is held.priority if told else held.priority is LOW
