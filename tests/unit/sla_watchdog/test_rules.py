"""Clocks: whatever is heard in whatever order ends the same, and time fires each warning and each breach once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla_watchdog import rules
from services.sla_watchdog.clocks import Clock, Clocks, ClockState
from shared.contracts import DeadlineApproaching, DeadlineMissed, Message
from shared.contracts.vocabulary import ClockKind, Priority
from tests.builders import RECEIVED_AT, a_complaint_registered, a_complaint_routed, a_customer_answered
from tests.unit.sla_watchdog.hearing import (
    DAY,
    HOUR,
    TARGETS,
    Step,
    after,
    answered,
    clock_of,
    fired,
    first_response,
    registered,
    resolution,
    resolved,
    routed,
)

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""


def test_the_first_response_runs_from_the_companys_receipt_whenever_we_come_to_it():
    late = a_complaint_registered(registered_at=RECEIVED_AT + 7 * DAY)

    clock = first_response(rules.register(late, TARGETS).state)

    assert (clock.started_at, clock.due_at, clock.warns_at[0]) == (RECEIVED_AT, RECEIVED_AT + DAY, RECEIVED_AT + 18 * HOUR)
    assert (clock.state, clock.generation, clock.policy) == (ClockState.RUNNING, 1, "house@t")


@pytest.mark.parametrize("priority", Priority)
def test_the_resolution_runs_by_priority_from_the_companys_receipt(priority: Priority):
    clock = resolution(after(routed(priority)))

    hours = TARGETS.house.resolution.target[priority].count
    assert (clock.started_at, clock.due_at) == (RECEIVED_AT, RECEIVED_AT + hours * HOUR)


def test_routing_heard_again_starts_no_second_clock():
    held = after(routed(Priority.LOW))

    again = rules.route(held, a_complaint_routed(priority=Priority.URGENT), TARGETS)

    assert (again.state, again.what) == (held, "resolution-started-before")


@pytest.mark.parametrize(
    ("steps", "kind", "state"),
    [
        ([answered(DAY)], ClockKind.FIRST_RESPONSE, ClockState.MET),
        ([answered(DAY + timedelta(milliseconds=1))], ClockKind.FIRST_RESPONSE, ClockState.MET_LATE),
        ([answered(2 * DAY), answered(HOUR)], ClockKind.FIRST_RESPONSE, ClockState.MET),
        ([answered(HOUR), answered(2 * DAY)], ClockKind.FIRST_RESPONSE, ClockState.MET),
        ([resolved(HOUR)], ClockKind.FIRST_RESPONSE, ClockState.MET),
        ([fired(2 * DAY), answered(3 * DAY)], ClockKind.FIRST_RESPONSE, ClockState.MET_LATE),
        ([fired(2 * DAY), answered(HOUR)], ClockKind.FIRST_RESPONSE, ClockState.MET),
        ([fired(20 * HOUR), answered(21 * HOUR)], ClockKind.FIRST_RESPONSE, ClockState.MET),
        ([routed(), answered(HOUR)], ClockKind.RESOLUTION, ClockState.RUNNING),
        ([routed(), resolved(100 * HOUR)], ClockKind.RESOLUTION, ClockState.MET),
        ([routed(), resolved(101 * HOUR)], ClockKind.RESOLUTION, ClockState.MET_LATE),
        ([resolved(9 * HOUR), routed()], ClockKind.RESOLUTION, ClockState.MET),
        ([resolved(101 * HOUR), routed()], ClockKind.RESOLUTION, ClockState.MET_LATE),
    ],
)
def test_a_clock_is_met_by_what_happened_in_time_and_met_late_by_what_did_not(steps: Sequence[Step], kind: ClockKind, state: ClockState):
    assert clock_of(after(*steps), kind).state is state


def test_a_resolution_is_an_answer_but_an_earlier_answer_stays_the_answer():
    held = after(routed(), answered(2 * HOUR), resolved(9 * HOUR))

    assert (first_response(held).met_at, resolution(held).met_at) == (RECEIVED_AT + 2 * HOUR, RECEIVED_AT + 9 * HOUR)


MOMENTS = st.integers(0, 400).map(lambda hours: timedelta(hours=hours))
HEARD = st.one_of(MOMENTS.map(answered), MOMENTS.map(resolved))
ANY_TWO_ORDERS = st.lists(HEARD, max_size=5).flatmap(
    lambda some: st.tuples(
        st.permutations([routed(), *some]), st.permutations([routed(), *some, routed(), *some]).map(lambda more: [*more, *more[:2]])
    )
)


@UNHURRIED
@given(ANY_TWO_ORDERS)
def test_any_order_and_repetition_of_what_is_heard_ends_the_same(orders: tuple[list[Step], list[Step]]):
    one, other = (after(*order) for order in orders)

    assert one == other


@UNHURRIED
@given(ANY_TWO_ORDERS, MOMENTS)
def test_what_is_heard_after_the_breach_ends_like_what_was_heard_before(orders: tuple[list[Step], list[Step]], late: timedelta):
    """Only what was told in between differs: a clock that is met ends met, fired or not. A clock that nobody met ends as time left it."""
    early, later = orders

    assert ends(after(*early, fired(late))) == ends(after(*later[: len(later) // 2], fired(late), *later, fired(late)))


def ends(held: Clocks) -> Clocks:
    """Without what was told of a clock before it ended."""
    return replace(held, clocks=tuple(replace(one, told=0) if one.met_at else one for one in held.clocks))


def fires(held: Clocks, moments: Sequence[timedelta]) -> tuple[Clocks, list[tuple[datetime, Message]]]:
    told: list[tuple[datetime, Message]] = []
    for moment in moments:
        now = RECEIVED_AT + moment
        decision = rules.fire(held, now)
        told += [(now, one) for one in decision.emit]
        held = decision.state
    return held, told


DUE: Mapping[type[DeadlineApproaching | DeadlineMissed], Callable[[Clock], datetime]] = {
    DeadlineApproaching: lambda clock: clock.warns_at[0],
    DeadlineMissed: lambda clock: clock.due_at,
}


@UNHURRIED
@given(st.lists(MOMENTS, min_size=1, max_size=12).map(sorted), st.sampled_from(Priority), st.booleans())
def test_time_warns_once_and_misses_once_and_never_early_however_it_jumps(moments: list[timedelta], priority: Priority, answer: bool):  # noqa: FBT001 - drawn
    start = after(routed(priority), *([answered(HOUR)] if answer else []))

    _, told = fires(start, moments)

    last = RECEIVED_AT + moments[-1]
    open_ = [one for one in start.clocks if one.next_due]
    for contract, due in DUE.items():
        said = [(one.clock, now) for now, one in told if isinstance(one, contract)]
        assert {kind for kind, _ in said} == {one.kind for one in open_ if due(one) <= last}
        assert len({kind for kind, _ in said}) == len(said)
        assert all(now >= due(clock_of(start, kind)) for kind, now in said)


@UNHURRIED
@given(MOMENTS)
def test_firing_twice_at_the_same_time_is_firing_once(moment: timedelta):
    once = after(routed(), fired(moment))

    again = rules.fire(once, RECEIVED_AT + moment)

    assert (again.state, list(again.emit), again.what) == (once, [], "nothing-due")


def test_after_a_long_silence_every_clock_warns_and_misses_in_one_go_in_that_order():
    _, told = fires(after(routed()), [400 * DAY])

    kinds = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.UPDATE)
    assert [(type(one), one.clock) for _, one in told if isinstance(one, (DeadlineApproaching, DeadlineMissed))] == [
        (contract, kind) for kind in kinds for contract in (DeadlineApproaching, DeadlineMissed)
    ]


def test_what_is_told_names_the_deadline_and_who_has_the_complaint():
    held = after(routed())

    _, told = fires(held, [18 * HOUR, DAY])

    (warned_at, warning), (missed_at, breach) = told
    assert isinstance(warning, DeadlineApproaching)
    assert isinstance(breach, DeadlineMissed)
    assert (warning.due_at, warning.noticed_at, warning.team) == (RECEIVED_AT + DAY, warned_at, "refunds")
    assert (breach.due_at, breach.missed_at, breach.policy, breach.generation) == (RECEIVED_AT + DAY, missed_at, "house@t", 1)
    assert (breach.complaint_id, breach.number) == (held.complaint_id, held.number)


@UNHURRIED
@given(st.lists(st.one_of(HEARD, MOMENTS.map(fired), st.just(routed())), max_size=8))
def test_the_next_look_is_at_the_earliest_open_moment_and_never_where_nothing_is_open(steps: list[Step]):
    held = after(*steps)

    waiting = [one.warns_at[0] for one in held.clocks if one.state is ClockState.RUNNING]
    waiting += [one.due_at for one in held.clocks if one.state is ClockState.APPROACHING]
    assert held.next_due == min(waiting, default=None)
    assert (held.next_due is None) == all(one.state in (ClockState.MISSED, ClockState.MET, ClockState.MET_LATE) for one in held.clocks)


@UNHURRIED
@given(st.lists(st.one_of(HEARD, st.just(routed())), max_size=5))
def test_time_does_nothing_before_the_next_look_and_something_then(steps: list[Step]):
    held = after(*steps)

    moment = held.next_due
    if moment is None:
        assert not rules.fire(held, RECEIVED_AT + 10_000 * DAY).emit
    else:
        assert not rules.fire(held, moment - timedelta(microseconds=1)).emit
        assert rules.fire(held, moment).emit


def test_a_promise_in_hours_keeps_its_length_over_the_change_of_clocks():
    """The night of 2026-03-29 has 23 hours in London; 24 hours stay 24 hours."""
    received = datetime.fromisoformat("2026-03-28T20:00:00+00:00")

    clock = first_response(rules.register(a_complaint_registered(received_at=received), TARGETS).state)

    assert clock.due_at.timestamp() - received.timestamp() == DAY.total_seconds()


def test_an_answer_in_another_zone_is_compared_by_the_moment():
    early = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    held = registered()

    met = rules.answer(held, a_customer_answered(answered_at=early)).state

    assert first_response(met) == replace(first_response(held), met_at=early)
    assert first_response(met).state is ClockState.MET
