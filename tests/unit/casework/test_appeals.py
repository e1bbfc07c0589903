"""The review of a decision: once, in time, by somebody who took no part, and the first decision stays as it was."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.casework import rules
from services.casework.commands.appealing import took_part
from services.casework.life import Life
from services.casework.records.aftermath import AppealState
from services.casework.records.remedy import RemedyState
from shared.contracts import (
    AppealComplaint,
    AppealDecided,
    AppealOpened,
    ApproveRemedy,
    CloseComplaint,
    DecideAppeal,
    EscalationRequested,
    Execution,
    LookUpTransaction,
    ProposeRemedy,
    RejectResolution,
    RemedyReported,
    ReopenComplaint,
    ReplyToCustomer,
    ResolveComplaint,
    TakeAppeal,
)
from shared.contracts.vocabulary import AppealDecision, MessageKind, Outcome, Priority, RemedyKind, Status, Verdict
from tests.builders import a_follow_up_received, a_ledger_answered, a_transaction
from tests.unit.casework.lives import AGENT, AT, COMPLIANCE, LIVES, REVIEWER, RULEBOOK, SENIOR, TAKEN, obeyed, refused

RESOLVED = LIVES[Status.RESOLVED]
APPEALED = obeyed(RESOLVED, AppealComplaint).state
UNDER_REVIEW = obeyed(APPEALED, TakeAppeal, REVIEWER).state
OTHERWISE = {
    "ruling": AppealDecision.OVERTURN,
    "decision": Verdict.UPHELD,
    "outcome": Outcome.NON_MONETARY_RELIEF,
    "reason": "the merchant has lied",
}


def test_an_appeal_has_the_complaints_number_with_a_suffix_and_is_more_urgent():
    decided = obeyed(replace(RESOLVED, priority=Priority.NORMAL), AppealComplaint)

    opened = next(one for one in decided.emit if isinstance(one, AppealOpened))
    assert opened.appeal_number == f"{RESOLVED.number}/A1"
    assert (opened.priority, opened.late, decided.state.status) == (Priority.HIGH, False, Status.RESOLVED)


def test_the_customer_opens_it_with_a_message():
    heard = rules.hear_the_customer(LIVES[Status.CLOSED], a_follow_up_received(kind=MessageKind.APPEAL, received_at=AT), RULEBOOK, AT)

    assert heard.state.appeals[0].opened_by == "customer"
    assert [type(one) for one in heard.emit] == [AppealOpened]


def test_before_the_decision_the_same_words_ask_for_somebody_higher_and_once_only():
    appeal = a_follow_up_received(kind=MessageKind.APPEAL)

    first = rules.hear_the_customer(TAKEN, appeal, RULEBOOK, AT)
    second = rules.hear_the_customer(first.state, appeal, RULEBOOK, AT)

    assert [one.by_customer for one in first.emit if isinstance(one, EscalationRequested)] == [True]
    assert (list(second.emit), second.what, second.state.appeals) == ([], "follow-up", ())


def test_a_late_appeal_is_answered_and_nobody_reviews_it():
    late = AT + timedelta(days=RULEBOOK.regimes.of("house").appeal_within_days + 1)

    heard = rules.hear_the_customer(RESOLVED, a_follow_up_received(kind=MessageKind.APPEAL, received_at=late), RULEBOOK, late)

    assert heard.state.appeals[0].state is AppealState.LATE
    assert [one.late for one in heard.emit if isinstance(one, AppealOpened)] == [True]
    assert refused(obeyed(heard.state, TakeAppeal, REVIEWER)) == "no-open-appeal"


def test_there_is_one_appeal_for_each_decision():
    assert refused(obeyed(APPEALED, AppealComplaint)) == "appealed-already"
    again = rules.hear_the_customer(APPEALED, a_follow_up_received(kind=MessageKind.APPEAL), RULEBOOK, AT)
    assert (len(again.state.appeals), again.what) == (1, "follow-up")


@pytest.mark.parametrize(
    ("life", "who"),
    [
        (replace(APPEALED, worked_on_by=(*APPEALED.worked_on_by, REVIEWER)), REVIEWER),
        (replace(APPEALED, resolutions=tuple(replace(one, approved_by=REVIEWER) for one in APPEALED.resolutions)), REVIEWER),
        (replace(APPEALED, resolutions=tuple(replace(one, by=COMPLIANCE) for one in APPEALED.resolutions)), COMPLIANCE),
    ],
)
def test_nobody_reviews_what_they_had_a_part_in(life: Life, who: str):
    assert refused(obeyed(life, TakeAppeal, who)) == "took-part"


def test_who_answered_the_customer_or_sent_a_decision_back_had_a_part_although_it_was_never_theirs():
    answered = obeyed(TAKEN, ReplyToCustomer, COMPLIANCE).state
    waiting = obeyed(TAKEN, ResolveComplaint, AGENT, decision=Verdict.REJECTED).state
    sent_back = obeyed(waiting, RejectResolution, COMPLIANCE).state

    for held in (answered, sent_back):
        appealed = obeyed(obeyed(held, ResolveComplaint, AGENT).state, AppealComplaint).state
        assert refused(obeyed(appealed, TakeAppeal, COMPLIANCE)) == "took-part"
        assert refused(obeyed(appealed, TakeAppeal, REVIEWER)) == "reports-to-who-decided"


def test_what_compliance_decided_has_a_reviewer_too():
    by_compliance = obeyed(TAKEN, ResolveComplaint, COMPLIANCE).state

    assert refused(obeyed(obeyed(by_compliance, AppealComplaint).state, TakeAppeal, "reviewer-3")) is None


def test_what_is_done_for_the_review_is_no_part_in_what_is_reviewed():
    looked_up = _looked_up(obeyed(APPEALED, TakeAppeal, COMPLIANCE).state)

    assert refused(obeyed(looked_up, DecideAppeal, COMPLIANCE)) is None


def test_nobody_reviews_what_somebody_above_them_had_a_part_in():
    life = replace(APPEALED, worked_on_by=(*APPEALED.worked_on_by, COMPLIANCE))

    assert refused(obeyed(life, TakeAppeal, REVIEWER)) == "reports-to-who-decided"


def test_a_reviewer_who_has_a_part_in_it_meanwhile_cannot_decide():
    life = replace(UNDER_REVIEW, worked_on_by=(*UNDER_REVIEW.worked_on_by, REVIEWER))

    assert refused(obeyed(life, DecideAppeal, REVIEWER)) == "took-part"


def test_only_the_reviewer_decides():
    assert refused(obeyed(UNDER_REVIEW, DecideAppeal, "reviewer-2")) == "not-yours"
    assert refused(obeyed(UNDER_REVIEW, TakeAppeal, "reviewer-2")) == "taken-already"
    assert refused(obeyed(APPEALED, DecideAppeal, REVIEWER)) == "not-yours"


def test_the_first_decision_stands_as_it_was_whatever_the_review_says():
    decided = obeyed(UNDER_REVIEW, DecideAppeal, REVIEWER, **OTHERWISE)

    assert decided.state.resolutions == RESOLVED.resolutions
    assert (decided.state.appeals[0].state, decided.state.appeals[0].decision) == (AppealState.DECIDED, Verdict.UPHELD)
    event = next(one for one in decided.emit if isinstance(one, AppealDecided))
    assert (event.ruling, event.decision, event.by) == (AppealDecision.OVERTURN, Verdict.UPHELD, REVIEWER)


def test_a_decision_that_is_upheld_is_told_as_it_was():
    event = next(one for one in obeyed(UNDER_REVIEW, DecideAppeal, REVIEWER).emit if isinstance(one, AppealDecided))

    assert (event.decision, event.outcome) == (RESOLVED.resolutions[0].decision, RESOLVED.resolutions[0].outcome)


def test_while_a_review_is_under_way_nobody_reopens_the_complaint():
    assert refused(obeyed(UNDER_REVIEW, ReopenComplaint, SENIOR)) == "appeal-open"


def test_without_a_review_no_money_moves_after_the_decision():
    assert refused(obeyed(RESOLVED, ProposeRemedy, AGENT)) == "no-open-appeal"


def test_the_remedy_of_a_review_is_the_reviewers_to_propose_and_is_paid_before_the_decision_is_told():
    looked_up = _looked_up(UNDER_REVIEW)
    words = {"kind": RemedyKind.COMPENSATION, "amount": 500, "currency": "CNY"}
    assert refused(obeyed(looked_up, ProposeRemedy, AGENT, **words)) == "not-yours"

    proposed = obeyed(looked_up, ProposeRemedy, REVIEWER, **words).state
    proposed = proposed if proposed.remedies[0].state is RemedyState.APPROVED else obeyed(proposed, ApproveRemedy, "supervisor-1").state
    pays = {**OTHERWISE, "outcome": Outcome.MONETARY_RELIEF}
    assert refused(obeyed(proposed, DecideAppeal, REVIEWER, **pays)) == "remedy-owed"

    paid = rules.hear_of_execution(proposed, _reported(proposed, Execution.EXECUTED), AT).state
    decided = obeyed(paid, DecideAppeal, REVIEWER, **pays)
    event = next(one for one in decided.emit if isinstance(one, AppealDecided))
    assert [(one.amount, one.currency) for one in event.remedies] == [(500, "CNY")]
    assert (decided.state.status, decided.state.remedies[0].appeal) == (Status.RESOLVED, 1)


def test_a_payment_of_a_review_that_fails_leaves_the_complaint_where_it_is():
    looked_up = _looked_up(UNDER_REVIEW)
    proposed = obeyed(looked_up, ProposeRemedy, REVIEWER, kind=RemedyKind.COMPENSATION, amount=500, currency="CNY").state
    proposed = proposed if proposed.remedies[0].state is RemedyState.APPROVED else obeyed(proposed, ApproveRemedy, "supervisor-1").state

    failed = rules.hear_of_execution(proposed, _reported(proposed, Execution.FAILED), AT).state

    assert (failed.status, failed.remedies[0].state) == (Status.RESOLVED, RemedyState.FAILED)
    assert refused(obeyed(failed, DecideAppeal, REVIEWER)) == "remedy-owed"


def test_who_had_a_part_is_everybody_but_the_reviewer():
    closed = obeyed(UNDER_REVIEW, CloseComplaint, AGENT).state

    assert took_part(closed) == {AGENT}


def test_after_a_reopening_the_new_decision_may_be_appealed_too():
    decided = obeyed(UNDER_REVIEW, DecideAppeal, REVIEWER).state
    again = obeyed(obeyed(decided, ReopenComplaint, SENIOR).state, ResolveComplaint, AGENT).state

    appealed = obeyed(again, AppealComplaint).state

    assert [(one.number, one.of) for one in appealed.appeals] == [(1, 1), (2, 2)]
    assert refused(obeyed(appealed, TakeAppeal, REVIEWER)) == "took-part"


def _looked_up(life: Life) -> Life:
    asked = obeyed(life, LookUpTransaction, (life.open_appeal and life.open_appeal.reviewer) or REVIEWER).state
    answer = a_ledger_answered(a_transaction(), lookup_id=asked.lookups[0].lookup_id)
    return rules.hear_the_ledger(asked, answer, AT).state


def _reported(life: Life, state: Execution) -> RemedyReported:
    return RemedyReported(
        complaint_id=life.complaint_id, remedy_id=life.remedies[0].remedy_id, state=state, reported_at=AT, reason="account closed"
    )


def test_while_one_review_is_open_there_is_no_second_one():
    """A payment that failed took the complaint up again, and it was decided anew meanwhile."""
    decided_anew = replace(UNDER_REVIEW, resolutions=(*UNDER_REVIEW.resolutions, *UNDER_REVIEW.resolutions))

    assert refused(obeyed(decided_anew, AppealComplaint)) == "appeal-open"
    heard = rules.hear_the_customer(decided_anew, a_follow_up_received(kind=MessageKind.APPEAL), RULEBOOK, AT)
    assert (len(heard.state.appeals), heard.what) == (1, "follow-up")
