"""Legal deadlines: they begin with the day of receipt, wait for nobody, and are met by a letter that left and did not come back."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla_watchdog import rules
from services.sla_watchdog.clocks import ClockState
from services.sla_watchdog.settings import SlaWatchdogSettings
from shared.contracts import DeadlineApproaching, DeadlineMissed
from shared.contracts.vocabulary import ClockKind, MessageKind, NoticeKind, Status
from tests.builders import RECEIVED_AT, a_complaint_registered, a_letter_reported
from tests.unit.sla_watchdog.hearing import (
    HOUR,
    LAW,
    TARGETS,
    Step,
    after,
    asks,
    at,
    came_back,
    clock_of,
    extended,
    fired,
    left,
    letter,
    moved,
    resolved,
    routed,
    taken_up_again,
)

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

SHIPPED = SlaWatchdogSettings().targets()
HOLDING, FINAL = ClockKind.HOLDING_REPLY, ClockKind.FINAL_RESPONSE
OUTCOME, REPLY = NoticeKind.OUTCOME, NoticeKind.HOLDING_REPLY
BOUNCED = [left("n-2", OUTCOME, 20 * HOUR), came_back("n-2", OUTCOME, 21 * HOUR)]
HELD_BY_LAW = (HOLDING, FINAL)


def state(kind: ClockKind, *steps: Step) -> ClockState:
    return clock_of(after(*steps, regime=LAW), kind).state


def test_a_regime_adds_its_clocks_to_the_houses_and_each_names_its_policy():
    held = rules.register(a_complaint_registered(regime="uk_emoney"), SHIPPED)

    policies = {one.kind: one.policy for one in held.state.clocks}
    law = f"uk_emoney@{SHIPPED.laws['uk_emoney'].version}"
    assert policies == {ClockKind.FIRST_RESPONSE: f"house@{SHIPPED.house.version}", HOLDING: law, FINAL: law}
    assert held.what == "first-response-started"


def test_a_regime_without_a_policy_leaves_the_houses_clocks_and_says_so():
    held = rules.register(a_complaint_registered(regime="atlantis"), SHIPPED)

    assert ([one.kind for one in held.state.clocks], held.what) == ([ClockKind.FIRST_RESPONSE], "unknown-regime")


@pytest.mark.parametrize("kind", [MessageKind.ENQUIRY, MessageKind.SUGGESTION, MessageKind.PRAISE])
def test_who_is_not_dissatisfied_has_the_houses_clocks_alone(kind: MessageKind):
    held = rules.register(a_complaint_registered(regime="uk_emoney", kind=kind), SHIPPED).state

    assert [one.kind for one in held.clocks] == [ClockKind.FIRST_RESPONSE]


@pytest.mark.parametrize(
    ("steps", "holding", "final"),
    [
        ([], ClockState.RUNNING, ClockState.RUNNING),
        ([left("n-1", REPLY, 50 * HOUR)], ClockState.MET, ClockState.RUNNING),
        ([left("n-1", REPLY, 51 * HOUR)], ClockState.MET_LATE, ClockState.RUNNING),
        ([left("n-1", OUTCOME, 20 * HOUR)], ClockState.MET, ClockState.MET),
        ([left("n-1", OUTCOME, 151 * HOUR)], ClockState.MET_LATE, ClockState.MET_LATE),
        ([left("n-1", NoticeKind.EXTENSION, 20 * HOUR)], ClockState.RUNNING, ClockState.RUNNING),
        (BOUNCED, ClockState.RUNNING, ClockState.RUNNING),
        (BOUNCED[::-1], ClockState.RUNNING, ClockState.RUNNING),
        ([left("n-1", REPLY, 20 * HOUR), *BOUNCED], ClockState.MET, ClockState.RUNNING),
        ([*BOUNCED, left("n-1", OUTCOME, 40 * HOUR)], ClockState.MET, ClockState.MET),
        ([letter("n-1", OUTCOME, 20 * HOUR, 60 * HOUR)], ClockState.MET, ClockState.MET),
        ([resolved(20 * HOUR)], ClockState.RUNNING, ClockState.RUNNING),
    ],
)  # fmt: skip
def test_what_left_counts_and_no_click(steps: Sequence[Step], holding: ClockState, final: ClockState):
    assert (state(HOLDING, routed(), *steps), state(FINAL, routed(), *steps)) == (holding, final)


def test_a_letter_that_comes_back_after_the_deadline_makes_it_missed_at_once():
    held = after(left("n-1", REPLY, 20 * HOUR), fired(60 * HOUR), came_back("n-1", REPLY, 61 * HOUR), regime=LAW)

    told = rules.fire(held, at(61)).emit

    assert [(type(one), one.clock) for one in told if isinstance(one, DeadlineApproaching | DeadlineMissed)] == [
        (DeadlineApproaching, HOLDING),
        (DeadlineMissed, HOLDING),
    ]


def test_a_deadline_that_was_missed_is_not_missed_again_when_the_late_letter_comes_back():
    held = after(fired(60 * HOUR), left("n-1", REPLY, 62 * HOUR), regime=LAW)

    again = came_back("n-1", REPLY, 63 * HOUR)(held)

    assert (clock_of(held, HOLDING).state, clock_of(again, HOLDING).state) == (ClockState.MET_LATE, ClockState.MISSED)
    assert not [one for one in rules.fire(again, at(64)).emit if isinstance(one, DeadlineMissed) and one.clock is HOLDING]


REPORTS = st.builds(
    letter,
    st.sampled_from(["n-1", "n-2"]),
    st.sampled_from([REPLY, OUTCOME]),
    st.one_of(st.none(), st.integers(0, 200).map(lambda hours: hours * HOUR)),
    st.integers(0, 200).map(lambda hours: hours * HOUR),
)


@UNHURRIED
@given(st.lists(REPORTS, max_size=6).flatmap(lambda some: st.tuples(st.just(some), st.permutations([*some, *some[:2]]))))
def test_reports_in_any_order_and_repetition_leave_the_same_clocks(orders: tuple[list[Step], list[Step]]):
    one, other = (after(*order, regime=LAW) for order in orders)

    assert one.clocks == other.clocks


@pytest.mark.parametrize("kind", HELD_BY_LAW)
def test_the_law_waits_for_nobody(kind: ClockKind):
    waiting, working = (clock_of(after(routed(), *steps, regime=LAW), kind) for steps in ([asks], []))

    assert (waiting.due_at, waiting.next_due, waiting.paused) == (working.due_at, working.next_due, False)


def test_an_extension_of_the_final_response_leaves_the_holding_reply_where_it_was():
    held = after(routed(), extended(FINAL, 40 * HOUR, 300 * HOUR), regime=LAW)

    assert (clock_of(held, FINAL).due_at, clock_of(held, HOLDING).due_at) == (at(300), at(50))


@pytest.mark.parametrize("kind", HELD_BY_LAW)
def test_a_withdrawal_stops_it_and_one_that_is_taken_back_does_not(kind: ClockKind):
    withdrawn = after(moved(5, Status.IN_PROGRESS, Status.WITHDRAWN, 10 * HOUR), regime=LAW)
    again = moved(6, Status.WITHDRAWN, Status.IN_PROGRESS, 20 * HOUR)(withdrawn)

    assert (clock_of(withdrawn, kind).state, clock_of(withdrawn, kind).stopped_at) == (ClockState.STOPPED, at(10))
    assert (clock_of(again, kind).state, clock_of(again, kind).due_at) == (ClockState.RUNNING, clock_of(after(regime=LAW), kind).due_at)


def test_a_final_response_was_given_also_where_the_complaint_is_taken_up_again():
    held = after(routed(), left("n-1", OUTCOME, 20 * HOUR), taken_up_again(6, 30 * HOUR), regime=LAW)

    assert clock_of(held, FINAL).state is ClockState.MET


def test_an_older_word_on_a_letter_changes_nothing_and_says_so():
    held = after(came_back("n-1", OUTCOME, 21 * HOUR), regime=LAW)
    older = a_letter_reported(notice_id="n-1", dispatched_at=RECEIVED_AT, reported_at=at(20))

    decision = rules.report(held, older)

    assert (decision.state, decision.what) == (held, "reported-before")
    assert TARGETS.knows(LAW)
