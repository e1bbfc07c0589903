"""The customer hears something every so often, and is waited for only so long when something is asked of them."""

from collections.abc import Sequence

import pytest

from services.sla_watchdog import rules
from services.sla_watchdog.clocks import Clocks, ClockState
from shared.contracts import DeadlineApproaching, DeadlineMissed
from shared.contracts.vocabulary import ClockKind, NoticeKind, Status
from tests.unit.sla_watchdog.hearing import (
    HOUR,
    Step,
    after,
    answered,
    asked,
    at,
    came_back,
    clock_of,
    fired,
    left,
    moved,
    registered,
    resolved,
    routed,
    taken_up_again,
    update,
)

CUSTOMER, THIRD_PARTY, IN_PROGRESS = Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY, Status.IN_PROGRESS
OUTCOME = NoticeKind.OUTCOME
MATERIAL = ClockKind.MATERIAL_WAIT
WARNED_OR_MISSED = (DeadlineApproaching, DeadlineMissed)
waits = moved(5, IN_PROGRESS, CUSTOMER, 10 * HOUR)
goes_on = moved(7, CUSTOMER, IN_PROGRESS, 40 * HOUR)


def test_updates_are_owed_from_routing_on_and_not_before():
    assert [one.kind for one in registered().clocks] == [ClockKind.FIRST_RESPONSE]
    assert (update(after(routed())).started_at, update(after(routed())).due_at) == (at(0), at(60))


@pytest.mark.parametrize(
    ("steps", "started", "generation"),
    [
        ([answered(20 * HOUR)], 20, 2),
        ([answered(20 * HOUR), answered(30 * HOUR)], 30, 3),
        ([answered(30 * HOUR), answered(20 * HOUR), answered(30 * HOUR)], 30, 3),
        ([asked(20 * HOUR)], 20, 2),
        ([left("n-1", NoticeKind.HOLDING_REPLY, 20 * HOUR)], 20, 2),
        ([left("n-1", OUTCOME, 20 * HOUR), came_back("n-1", OUTCOME, 25 * HOUR)], 0, 2),
        ([resolved(20 * HOUR), taken_up_again(9, 50 * HOUR)], 50, 2),
    ],
)
def test_everything_that_the_customer_hears_starts_it_again(steps: Sequence[Step], started: int, generation: int):
    clock = update(after(routed(), *steps))

    assert (clock.started_at, clock.due_at, clock.generation) == (at(started), at(started + 60), generation)
    assert clock.state is ClockState.RUNNING


def test_an_answer_that_is_heard_of_late_and_is_older_than_the_newest_tells_nothing_again():
    held = after(routed(), answered(30 * HOUR), fired(95 * HOUR))

    late = answered(20 * HOUR)(held)

    assert (update(held).state, update(late).state) == (ClockState.MISSED, ClockState.MISSED)
    assert not [one for one in rules.fire(late, at(96)).emit if isinstance(one, DeadlineMissed) and one.clock is ClockKind.UPDATE]


def test_it_stands_still_while_the_customer_is_waited_for_but_not_for_a_third_party():
    still = after(routed(), waits)
    on = goes_on(still)
    third = after(routed(), moved(5, IN_PROGRESS, THIRD_PARTY, 10 * HOUR))

    assert (update(still).paused, update(third).paused) == (True, False)
    assert (update(on).due_at, update(on).paused_s) == (at(90), (30 * HOUR).total_seconds())


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ([moved(5, IN_PROGRESS, Status.RESOLVED, 20 * HOUR), resolved(20 * HOUR)], ClockState.MET),
        ([moved(5, IN_PROGRESS, Status.WITHDRAWN, 20 * HOUR)], ClockState.STOPPED),
        ([moved(5, IN_PROGRESS, Status.DUPLICATE, 20 * HOUR)], ClockState.STOPPED),
    ],
)
def test_the_end_of_the_complaint_ends_it_and_a_letter_after_that_starts_nothing(end: Sequence[Step], state: ClockState):
    held = after(routed(), *end, left("n-1", OUTCOME, 30 * HOUR))

    assert (update(held).state, update(held).started_at, update(held).next_due) == (state, at(0), None)


def material(held: Clocks) -> ClockState:
    return clock_of(held, MATERIAL).state


def test_what_was_asked_for_is_waited_for_with_two_reminders_and_then_no_longer():
    held = after(routed(), asked(10 * HOUR), waits)

    fired_of_it = [one for one in rules.fire(held, at(400)).emit if isinstance(one, WARNED_OR_MISSED) and one.clock is MATERIAL]
    told = [(type(one), one.due_at, getattr(one, "warning", 0)) for one in fired_of_it]

    assert told == [(DeadlineApproaching, at(100), 1), (DeadlineApproaching, at(100), 2), (DeadlineMissed, at(100), 0)]
    assert clock_of(held, MATERIAL).warns_at == (at(32.5), at(55))


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("then", "state"),
    [
        ([], ClockState.RUNNING),
        ([goes_on], ClockState.MET),
        ([moved(7, CUSTOMER, IN_PROGRESS, 101 * HOUR)], ClockState.MET_LATE),
        ([moved(7, CUSTOMER, Status.WITHDRAWN, 40 * HOUR)], ClockState.STOPPED),
        ([moved(7, CUSTOMER, Status.RESOLVED, 40 * HOUR)], ClockState.MET),
        ([goes_on, moved(9, IN_PROGRESS, CUSTOMER, 50 * HOUR)], ClockState.MET),
        ([goes_on, moved(9, IN_PROGRESS, CUSTOMER, 50 * HOUR), asked(50 * HOUR)], ClockState.RUNNING),
    ],
)
def test_it_ends_when_the_complaint_waits_no_longer(then: Sequence[Step], state: ClockState, order: int):
    assert material(after(*[routed(), asked(10 * HOUR), waits, *then][::order])) is state


def test_a_new_request_starts_it_again_also_within_the_wait():
    held = after(routed(), asked(10 * HOUR), waits, fired(60 * HOUR), asked(70 * HOUR))

    clock = clock_of(held, MATERIAL)
    assert (clock.started_at, clock.due_at, clock.generation, clock.warned) == (at(70), at(160), 2, 0)


def test_what_came_and_was_asked_for_anew_within_one_moment_is_waited_for():
    """Casework may carry out several commands of one batch: they bear the same time."""
    steps = [waits, asked(10 * HOUR), goes_on, moved(8, IN_PROGRESS, CUSTOMER, 40 * HOUR), asked(40 * HOUR)]

    assert material(after(routed(), *steps)) is ClockState.RUNNING


def test_a_request_whose_wait_was_never_heard_of_ends_with_the_complaint():
    held = after(routed(), asked(10 * HOUR), moved(9, IN_PROGRESS, Status.RESOLVED, 20 * HOUR))

    assert (material(held), clock_of(held, MATERIAL).met_at) == (ClockState.MET, at(20))
