"""Appeals, remedies and referrals: each has a clock of its own, known by what it is about, whatever becomes of the complaint."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla_watchdog import matters, rules
from services.sla_watchdog.clocks import ClockState
from services.sla_watchdog.heard import ENDED_WITHOUT_OUTCOME
from shared.contracts import DeadlineMissed
from shared.contracts.vocabulary import ClockKind, RemedyStep, Status
from tests.builders import an_appeal_opened
from tests.unit.sla_watchdog.hearing import (
    HOUR,
    TARGETS,
    Step,
    after,
    appealed,
    at,
    body_answered,
    clock_of,
    extended,
    fired,
    moved,
    referred,
    registered,
    remedy,
    resolved,
    reviewed,
    routed,
)

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

APPEAL, PAID, ANSWER = ClockKind.APPEAL_REVIEW, ClockKind.REMEDY_PAID, ClockKind.REFERRAL_ANSWER
APPROVED, DONE, FAILED, REJECTED = RemedyStep
RUNNING, MET, LATE, STOPPED = ClockState.RUNNING, ClockState.MET, ClockState.MET_LATE, ClockState.STOPPED


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("steps", "of", "state", "due"),
    [
        ([appealed(1, 10 * HOUR)], (APPEAL, "appeal/1"), RUNNING, 90),
        ([appealed(1, 10 * HOUR), reviewed(1, 90 * HOUR)], (APPEAL, "appeal/1"), MET, 90),
        ([appealed(1, 10 * HOUR), reviewed(1, 91 * HOUR)], (APPEAL, "appeal/1"), LATE, 90),
        ([appealed(1, 10 * HOUR), reviewed(2, 20 * HOUR)], (APPEAL, "appeal/1"), RUNNING, 90),
        ([remedy(2, APPROVED, 10 * HOUR)], (PAID, "remedy/2"), RUNNING, 50),
        ([remedy(2, APPROVED, 10 * HOUR), remedy(2, DONE, 50 * HOUR)], (PAID, "remedy/2"), MET, 50),
        ([remedy(2, APPROVED, 10 * HOUR), remedy(2, DONE, 51 * HOUR)], (PAID, "remedy/2"), LATE, 50),
        ([remedy(2, APPROVED, 10 * HOUR), remedy(2, FAILED, 20 * HOUR)], (PAID, "remedy/2"), STOPPED, 50),
        ([remedy(2, APPROVED, 10 * HOUR), remedy(2, FAILED, 20 * HOUR), remedy(2, REJECTED, 30 * HOUR)], (PAID, "remedy/2"), STOPPED, 50),
        ([remedy(2, APPROVED, 10 * HOUR), remedy(2, DONE, 20 * HOUR), remedy(2, FAILED, 30 * HOUR)], (PAID, "remedy/2"), MET, 50),
        ([referred(1, 10 * HOUR)], (ANSWER, "referral/1"), RUNNING, 130),
        ([referred(1, 10 * HOUR, 40 * HOUR)], (ANSWER, "referral/1"), RUNNING, 40),
        ([referred(1, 10 * HOUR, 40 * HOUR), body_answered(1, 41 * HOUR)], (ANSWER, "referral/1"), LATE, 40),
    ],
)
def test_it_runs_from_its_beginning_to_its_end_whichever_is_heard_first(
    steps: Sequence[Step], of: tuple[ClockKind, str], state: ClockState, due: int, order: int
):
    clock = clock_of(after(*steps[::order]), *of)

    assert (clock.state, clock.due_at, clock.started_at) == (state, at(due), at(10))


def test_an_appeal_that_came_too_late_starts_nothing():
    held = registered()

    decision = matters.open_appeal(held, an_appeal_opened(late=True), TARGETS)

    assert (decision.state, decision.what) == (held, "late-appeal")
    assert APPEAL not in {one.kind for one in reviewed(1, 20 * HOUR)(held).clocks}


@pytest.mark.parametrize("end", [Status.RESOLVED, Status.WITHDRAWN, Status.DUPLICATE, Status.WAITING_FOR_CUSTOMER])
def test_what_becomes_of_the_complaint_makes_no_difference_but_to_a_review(end: Status):
    opened = [appealed(1, 10 * HOUR), remedy(1, APPROVED, 10 * HOUR), referred(1, 10 * HOUR)]
    own = [(PAID, "remedy/1"), (ANSWER, "referral/1")] + ([(APPEAL, "appeal/1")] if end not in ENDED_WITHOUT_OUTCOME else [])

    alone, ended = after(routed(), *opened), after(routed(), *opened, moved(5, Status.IN_PROGRESS, end, 20 * HOUR), resolved(30 * HOUR))

    assert [clock_of(ended, *one) for one in own] == [clock_of(alone, *one) for one in own]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("end", sorted(ENDED_WITHOUT_OUTCOME))
def test_a_review_ends_with_the_complaint_that_ends_without_a_decision_and_a_later_one_does_not(end: Status, order: int):
    ends = moved(5, Status.IN_PROGRESS, end, 20 * HOUR)
    held = after(routed(), *[appealed(1, 10 * HOUR), ends, moved(6, end, Status.IN_PROGRESS, 30 * HOUR), appealed(2, 40 * HOUR)][::order])

    assert [clock_of(held, APPEAL, f"appeal/{number}").state for number in (1, 2)] == [STOPPED, RUNNING]


def test_several_remedies_have_a_clock_each_and_each_is_told_of_once_by_its_name():
    held = after(routed(), *(remedy(number, APPROVED, 10 * HOUR) for number in (1, 2, 3)), remedy(2, DONE, 20 * HOUR))

    told = [one for one in rules.fire(held, at(51)).emit if isinstance(one, DeadlineMissed) and one.clock is PAID]
    again = rules.fire(fired(51 * HOUR)(held), at(52)).emit

    assert [(one.about, one.generation, one.due_at) for one in told] == [("remedy/1", 1, at(50)), ("remedy/3", 1, at(50))]
    assert list(again) == []


def test_an_extension_moves_the_open_ones_of_its_kind():
    paid = (remedy(1, APPROVED, 10 * HOUR), remedy(1, DONE, 20 * HOUR))
    held = after(*paid, remedy(2, APPROVED, 15 * HOUR), extended(PAID, 30 * HOUR, 99 * HOUR))

    assert [clock_of(held, PAID, f"remedy/{number}").due_at for number in (1, 2)] == [at(50), at(99)]


def test_a_date_that_the_body_set_in_the_past_is_missed_at_once():
    held = after(referred(1, 10 * HOUR, 5 * HOUR))

    told = rules.fire(held, at(10)).emit

    assert [one.about for one in told if isinstance(one, DeadlineMissed)] == ["referral/1"]


def _remedy(step: RemedyStep) -> Callable[[int, timedelta], Step]:
    return lambda number, hours: remedy(number, step, hours)


HEARD = st.builds(
    lambda make, number, hours: make(number, hours * HOUR),
    st.sampled_from([appealed, reviewed, referred, body_answered, *map(_remedy, RemedyStep)]),
    st.integers(1, 2),
    st.integers(0, 200),
)


@UNHURRIED
@given(st.lists(HEARD, max_size=8).flatmap(lambda some: st.tuples(st.just(some), st.permutations([*some, *some[:3]]))))
def test_any_order_and_repetition_leaves_the_same_clocks(orders: tuple[list[Step], list[Step]]):
    one, other = (after(*order) for order in orders)

    assert one == other
    assert len({(clock.kind, clock.about) for clock in one.clocks}) == len(one.clocks)
