"""The clocks follow the complaint's status: they wait, end and start again with it, in whatever order the moves are heard."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla_watchdog import rules
from services.sla_watchdog.clocks import Clocks, ClockState
from shared.contracts import DeadlineApproaching, DeadlineMissed
from shared.contracts.vocabulary import ClockKind, Status
from tests.builders import RECEIVED_AT, a_complaint_moved, a_deadline_extended
from tests.unit.sla_watchdog.hearing import (
    DAY,
    HOUR,
    LAW,
    WAITS,
    Step,
    after,
    answered,
    asks,
    clock_of,
    extended,
    fired,
    first_response,
    moved,
    registered,
    resolution,
    resolved,
    routed,
)
from tests.unit.sla_watchdog.lives import Life, lives

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

TARGET = 100 * HOUR
WARNED = 75 * HOUR
CUSTOMER, THIRD_PARTY, IN_PROGRESS = Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY, Status.IN_PROGRESS
RESOLVED, CLOSED, WITHDRAWN, DUPLICATE = Status.RESOLVED, Status.CLOSED, Status.WITHDRAWN, Status.DUPLICATE
OVER = (ClockState.MET, ClockState.MET_LATE, ClockState.STOPPED)

goes_on = moved(7, CUSTOMER, IN_PROGRESS, 40 * HOUR)


@UNHURRIED
@given(lives(), st.data())
def test_any_order_and_repetition_of_all_that_is_heard_gives_the_same_clocks(life: Life, data: st.DataObject):
    heard = life.steps
    shuffled = data.draw(st.permutations([*heard, *data.draw(st.lists(st.sampled_from(heard), max_size=4))]))

    assert after(*shuffled, regime=LAW) == after(*heard, regime=LAW)


@UNHURRIED
@given(lives(), st.lists(st.integers(0, 600).map(lambda hours: hours * HOUR), max_size=6))
def test_a_life_heard_as_it_goes_warns_and_misses_each_generation_once_and_only_while_its_clock_runs(life: Life, looks: list[timedelta]):
    timeline = sorted([*life.heard, *((at, None) for at in looks)], key=lambda one: one[0])
    held, told = registered(LAW), Counter[tuple[type, ClockKind, str, int, int]]()

    for at, step in timeline:
        if step is not None:
            held = step(held)
            continue
        decision = rules.fire(held, RECEIVED_AT + at)
        for one in decision.emit:
            assert isinstance(one, DeadlineApproaching | DeadlineMissed)
            assert one.due_at <= RECEIVED_AT + at or isinstance(one, DeadlineApproaching)
            told[type(one), one.clock, one.about, one.generation, getattr(one, "warning", 0)] += 1
        held = decision.state

    assert set(told.values()) <= {1}


@UNHURRIED
@given(lives(), st.data())
def test_a_missed_clock_stays_missed_until_something_ends_it_or_starts_it_anew(life: Life, data: st.DataObject):
    heard = data.draw(st.permutations(life.steps))
    held = registered(LAW)

    for step in heard:
        held = rules.fire(held, RECEIVED_AT + data.draw(st.integers(0, 600)) * HOUR).state
        missed = {(one.kind, one.about, one.generation) for one in held.clocks if one.state is ClockState.MISSED}
        held = step(held)
        now = {(one.kind, one.about, one.generation): one.state for one in held.clocks}
        assert all(now[one] in (ClockState.MISSED, *OVER) for one in missed if one in now)


def running_hours(life: Life, hours: int) -> timedelta:
    """Counted hour by hour: when so many hours were over in which nobody outside was waited for."""
    at, left = timedelta(0), hours
    while left:
        standing = [status for since, status in life.standing if since <= at][-1]
        left -= standing not in WAITS
        at += HOUR
    return at


@UNHURRIED
@given(lives())
def test_the_deadline_comes_when_all_its_hours_have_run(life: Life):
    held = after(*life.steps)
    clock = resolution(held)
    still_waits = life.standing[-1][1] in WAITS

    if clock.generation == 1 and clock.state is ClockState.RUNNING and not still_waits:
        assert clock.due_at == RECEIVED_AT + running_hours(life, 100)
        assert clock.warns_at[0] == RECEIVED_AT + running_hours(life, 75)


@UNHURRIED
@given(lives())
def test_a_clock_waits_for_time_or_for_somebody_or_is_over_or_missed(life: Life):
    for clock in after(*life.steps, fired(300 * HOUR), regime=LAW).clocks:
        assert [clock.next_due is not None, clock.paused, clock.state in (ClockState.MISSED, *OVER)].count(True) == 1


@pytest.mark.parametrize("waits", [CUSTOMER, THIRD_PARTY])
def test_the_resolution_stands_still_while_somebody_outside_is_waited_for_and_goes_on_later_by_as_much(waits: Status):
    still = after(routed(), moved(5, IN_PROGRESS, waits, 10 * HOUR))
    on = moved(7, waits, IN_PROGRESS, 40 * HOUR)(still)

    assert (resolution(still).paused, resolution(still).next_due) == (True, None)
    assert (resolution(still).due_at, resolution(still).paused_since) == (RECEIVED_AT + TARGET, RECEIVED_AT + 10 * HOUR)
    assert not resolution(on).paused
    assert (resolution(on).due_at, resolution(on).warns_at[0]) == (RECEIVED_AT + TARGET + 30 * HOUR, RECEIVED_AT + WARNED + 30 * HOUR)
    assert (resolution(on).paused_s, resolution(on).paused_since) == ((30 * HOUR).total_seconds(), None)


def test_the_first_response_is_owed_while_we_wait_for_the_customer():
    held = after(routed(), asks)

    assert not first_response(held).paused
    assert first_response(held).due_at == RECEIVED_AT + DAY
    assert held.next_due == RECEIVED_AT + 18 * HOUR


def test_a_clock_that_stands_still_does_not_fire_however_long_it_takes():
    held = after(routed(), answered(HOUR), asks)

    assert (held.next_due, list(rules.fire(held, RECEIVED_AT + 400 * DAY).emit)) == (None, [])


def test_a_warning_that_was_told_is_not_told_again_after_the_pause():
    held = after(routed(), answered(HOUR), fired(80 * HOUR), moved(5, IN_PROGRESS, CUSTOMER, 90 * HOUR))
    on = moved(7, CUSTOMER, IN_PROGRESS, 200 * HOUR)(held)

    assert (resolution(held).paused, resolution(on).state) == (True, ClockState.APPROACHING)
    assert resolution(on).next_due == RECEIVED_AT + 210 * HOUR
    assert [type(one) for one in rules.fire(on, RECEIVED_AT + 210 * HOUR).emit] == [DeadlineMissed]


def test_a_deadline_that_had_passed_before_the_pause_is_missed_in_the_pause():
    held = after(routed(), answered(HOUR), moved(5, IN_PROGRESS, CUSTOMER, 101 * HOUR))

    assert not resolution(held).paused
    assert resolution(fired(102 * HOUR)(held)).state is ClockState.MISSED


def test_a_pause_that_is_heard_of_after_the_breach_takes_nothing_back():
    held = after(routed(), fired(101 * HOUR), asks, goes_on)

    assert (resolution(held).state, resolution(held).next_due) == (ClockState.MISSED, None)


def test_a_pause_after_the_deadline_is_not_counted():
    held = after(routed(), moved(5, IN_PROGRESS, CUSTOMER, 101 * HOUR), moved(7, CUSTOMER, IN_PROGRESS, 140 * HOUR))

    assert (resolution(held).due_at, resolution(held).paused_s) == (RECEIVED_AT + TARGET, 0)


def test_a_resolution_ends_the_pause_in_which_it_is_heard_of():
    """The move that ended it may come later."""
    clock = resolution(after(routed(), asks, resolved(120 * HOUR)))

    assert (clock.state, clock.paused_since, clock.paused_s) == (ClockState.MET, None, (110 * HOUR).total_seconds())


def test_a_resolution_within_the_hours_that_ran_is_in_time():
    in_time, late = (after(routed(), asks, goes_on, resolved(hours * HOUR)) for hours in (130, 131))

    assert (resolution(in_time).state, resolution(late).state) == (ClockState.MET, ClockState.MET_LATE)


@pytest.mark.parametrize("end", [WITHDRAWN, DUPLICATE])
def test_a_complaint_that_ends_without_an_outcome_stops_what_still_runs(end: Status):
    held = after(routed(), moved(5, IN_PROGRESS, end, 10 * HOUR))

    assert [(one.state, one.stopped_at, one.met_at) for one in held.clocks] == [(ClockState.STOPPED, RECEIVED_AT + 10 * HOUR, None)] * 3
    assert held.next_due is None


def test_an_answer_before_the_withdrawal_is_an_answer_and_one_after_it_is_none():
    before, later = (after(routed(), moved(5, IN_PROGRESS, WITHDRAWN, 10 * HOUR), answered(hours * HOUR)) for hours in (9, 11))

    assert (first_response(before).state, first_response(later).state) == (ClockState.MET, ClockState.STOPPED)


@pytest.mark.parametrize("order", [1, -1])
def test_a_deadline_that_had_passed_before_the_withdrawal_stays_missed(order: int):
    steps = [moved(5, IN_PROGRESS, WITHDRAWN, 30 * HOUR), fired(31 * HOUR)][::order]

    held = after(routed(), *steps)

    assert (first_response(held).state, resolution(held).state) == (ClockState.MISSED, ClockState.STOPPED)


@pytest.mark.parametrize("ended", [RESOLVED, CLOSED, WITHDRAWN, DUPLICATE])
def test_a_complaint_that_is_taken_up_again_gets_its_whole_time_from_then_on(ended: Status):
    over = [resolved(50 * HOUR)] if ended in {RESOLVED, CLOSED} else []
    held = after(routed(), asks, goes_on, *over, moved(9, IN_PROGRESS, ended, 50 * HOUR), moved(10, ended, IN_PROGRESS, 300 * HOUR))

    clock = resolution(held)
    assert (clock.generation, clock.state, clock.paused_s) == (2, ClockState.RUNNING, 0)
    assert (clock.started_at, clock.due_at) == (RECEIVED_AT + 300 * HOUR, RECEIVED_AT + 400 * HOUR)
    assert first_response(held).generation == 1


REOPENED: Sequence[Step] = (
    routed(),
    moved(5, IN_PROGRESS, RESOLVED, 50 * HOUR),
    resolved(50 * HOUR),
    moved(6, RESOLVED, IN_PROGRESS, 60 * HOUR),
)


def test_the_resolution_after_a_reopening_meets_the_new_clock_and_the_first_one_does_not():
    met, late = (after(*REOPENED, resolved(hours * HOUR)) for hours in (160, 161))

    assert (resolution(met).state, resolution(met).met_at) == (ClockState.MET, RECEIVED_AT + 160 * HOUR)
    assert resolution(late).state is ClockState.MET_LATE
    assert first_response(met).met_at == RECEIVED_AT + 50 * HOUR


def test_what_happens_within_one_moment_is_told_apart_by_its_moves():
    """Casework may carry out several commands of one batch: they bear the same time."""
    moment = 50 * HOUR
    again = [routed(), moved(5, IN_PROGRESS, RESOLVED, moment), resolved(moment), moved(6, RESOLVED, IN_PROGRESS, moment)]

    assert resolution(after(*again)).state is ClockState.RUNNING
    assert resolution(after(*again, moved(7, IN_PROGRESS, RESOLVED, moment))).state is ClockState.MET


def test_a_resolution_belongs_where_its_move_stands_also_where_clocks_of_replicas_differ():
    ahead = 50 * HOUR + timedelta(milliseconds=3)
    held = after(routed(), moved(5, IN_PROGRESS, RESOLVED, ahead), resolved(ahead), moved(6, RESOLVED, IN_PROGRESS, 50 * HOUR))

    assert (resolution(held).state, resolution(held).generation) == (ClockState.RUNNING, 2)


def test_an_extension_moves_the_deadline_and_tells_warning_and_breach_anew():
    held = after(routed(), answered(HOUR), fired(80 * HOUR), extended(ClockKind.RESOLUTION, 90 * HOUR, 190 * HOUR))

    clock = resolution(held)
    assert (clock.generation, clock.state) == (2, ClockState.RUNNING)
    assert (clock.started_at, clock.due_at, clock.warns_at[0]) == (RECEIVED_AT, RECEIVED_AT + 190 * HOUR, RECEIVED_AT + 165 * HOUR)
    told = rules.fire(held, RECEIVED_AT + 190 * HOUR).emit
    assert [one.generation for one in told if isinstance(one, DeadlineApproaching)] == [2]
    assert [one.generation for one in told if isinstance(one, DeadlineMissed)] == [2]


def test_an_extension_after_the_breach_gives_the_clock_another_chance():
    held = after(routed(), fired(101 * HOUR), extended(ClockKind.RESOLUTION, 102 * HOUR, 150 * HOUR), resolved(149 * HOUR))

    assert (resolution(held).state, resolution(held).generation) == (ClockState.MET, 2)


@pytest.mark.parametrize(
    ("extensions", "due"),
    [
        ([(10, 50)], 100),
        ([(10, 150)], 150),
        ([(10, 150), (20, 200)], 200),
        ([(20, 200), (10, 150)], 200),
        ([(10, 200), (20, 150)], 200),
    ],
)
def test_a_deadline_is_never_moved_to_an_earlier_moment(extensions: Sequence[tuple[int, int]], due: int):
    steps = [extended(ClockKind.RESOLUTION, at * HOUR, to * HOUR) for at, to in extensions]

    clock = resolution(after(*steps, routed()))

    assert (clock.due_at, clock.generation) == (RECEIVED_AT + due * HOUR, 1 + len(extensions))


def test_only_what_of_a_pause_comes_after_the_extension_moves_the_extended_deadline():
    held = after(routed(), asks, extended(ClockKind.RESOLUTION, 30 * HOUR, 200 * HOUR), goes_on)

    assert resolution(held).due_at == RECEIVED_AT + 210 * HOUR


def test_an_extension_takes_away_nothing_of_what_a_pause_gave():
    held = after(routed(), asks, goes_on, extended(ClockKind.RESOLUTION, 50 * HOUR, 110 * HOUR))

    assert resolution(held).due_at == RECEIVED_AT + 130 * HOUR


RUN = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.UPDATE)


@pytest.mark.parametrize("kind", RUN)
def test_an_extension_is_of_the_one_clock_that_it_names(kind: ClockKind):
    held = after(routed(), extended(kind, 10 * HOUR, 500 * HOUR))

    assert {one.kind: one.generation for one in held.clocks} == {one: 1 + (one is kind) for one in RUN}
    assert clock_of(held, kind).due_at == RECEIVED_AT + 500 * HOUR


def test_an_extension_of_what_is_over_makes_nothing_timely():
    held = after(routed(), answered(30 * HOUR), extended(ClockKind.FIRST_RESPONSE, 31 * HOUR, 90 * HOUR))

    assert (first_response(held).state, first_response(held).due_at) == (ClockState.MET_LATE, RECEIVED_AT + DAY)


def test_an_extension_before_the_reopening_does_not_reach_beyond_it():
    held = after(*REOPENED, extended(ClockKind.RESOLUTION, 20 * HOUR, 900 * HOUR))

    assert (resolution(held).due_at, resolution(held).generation) == (RECEIVED_AT + 160 * HOUR, 3)


def test_what_is_heard_again_says_so():
    held = after(routed(), asks, extended(ClockKind.RESOLUTION, 3 * DAY, 20 * DAY))

    again = rules.move(held, a_complaint_moved(revision=4)), rules.extend(held, a_deadline_extended())

    assert [(one.state, one.what) for one in again] == [(held, "moved-before"), (held, "extended-before")]


@pytest.mark.parametrize(
    ("before", "status", "word"),
    [
        (Status.ROUTED, IN_PROGRESS, "moved"),
        (IN_PROGRESS, THIRD_PARTY, "waits"),
        (THIRD_PARTY, IN_PROGRESS, "goes-on"),
        (CUSTOMER, WITHDRAWN, "ended-without-outcome"),
        (Status.REGISTERED, DUPLICATE, "ended-without-outcome"),
        (CLOSED, IN_PROGRESS, "taken-up-again"),
    ],
)
def test_the_history_says_what_a_move_means_for_the_clocks(before: Status, status: Status, word: str):
    held: Clocks = after(routed())

    assert rules.move(held, a_complaint_moved(before=before, status=status)).what == word
