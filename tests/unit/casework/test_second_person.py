"""What goes against the customer waits for a second person, whom the regime names."""

from dataclasses import replace

import pytest

from shared.contracts import (
    ApproveResolution,
    ComplaintResolved,
    Point,
    RejectResolution,
    RequestMaterial,
    ResolveComplaint,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import Status, Verdict
from tests.unit.casework.lives import AGENT, SENIOR, SUPERVISOR, TAKEN, obeyed, refused

POINTS = (Point(about="charged twice", answer="the second charge was a new order"),)
PROPOSED = obeyed(TAKEN, ResolveComplaint, decision=Verdict.REJECTED, points=POINTS).state
INDIAN = replace(TAKEN, regime="in_rbi")
OMBUDSMAN = "ombudsman-1"


def test_a_rejection_waits_and_the_customer_hears_nothing_yet():
    decided = obeyed(TAKEN, ResolveComplaint, decision=Verdict.REJECTED)

    assert (decided.state.status, list(decided.emit), decided.state.resolutions) == (Status.IN_PROGRESS, [], ())
    assert decided.state.proposal is not None


def test_with_the_second_person_it_is_resolved_in_the_words_of_the_first():
    decided = obeyed(PROPOSED, ApproveResolution, SENIOR)

    told = next(one for one in decided.emit if isinstance(one, ComplaintResolved))
    assert (told.by, told.decision, told.points) == (AGENT, Verdict.REJECTED, POINTS)
    assert (decided.state.resolutions[0].by, decided.state.resolutions[0].approved_by) == (AGENT, SENIOR)
    assert (decided.state.status, decided.state.proposal) == (Status.RESOLVED, None)


def test_nobody_is_their_own_second_person():
    proposed = obeyed(TAKEN, ResolveComplaint, SUPERVISOR, decision=Verdict.REJECTED).state

    assert refused(obeyed(proposed, ApproveResolution, SUPERVISOR)) == "own-proposal"


def test_another_teams_senior_is_no_second_person():
    assert refused(obeyed(PROPOSED, ApproveResolution, "fees-senior")) == "another-teams"


def test_what_is_sent_back_is_decided_anew():
    sent_back = obeyed(PROPOSED, RejectResolution, SENIOR).state

    assert (sent_back.proposal, sent_back.status) == (None, Status.IN_PROGRESS)
    assert refused(obeyed(sent_back, ApproveResolution, SENIOR)) == "nothing-proposed"


def test_what_became_open_meanwhile_stands_in_the_way():
    asked = replace(obeyed(PROPOSED, RequestMaterial).state, status=Status.IN_PROGRESS)

    assert refused(obeyed(asked, ApproveResolution, SENIOR)) == "material-open"


def test_a_complaint_that_is_withdrawn_has_nothing_that_waits():
    assert obeyed(PROPOSED, WithdrawComplaint).state.proposal is None


@pytest.mark.parametrize("decision", [Verdict.REJECTED, Verdict.PARTLY_UPHELD])
def test_in_india_the_internal_ombudsman_and_nobody_else_agrees_first(decision: Verdict):
    proposed = obeyed(INDIAN, ResolveComplaint, decision=decision).state

    assert refused(obeyed(proposed, ApproveResolution, SENIOR)) == "another-role-decides"
    agreed = obeyed(proposed, ApproveResolution, OMBUDSMAN)
    assert [(one.outside_body, one.regime) for one in agreed.emit if isinstance(one, ComplaintResolved)] == [("in_ombudsman", "in_rbi")]


def test_what_is_granted_in_full_needs_nobody_else():
    assert obeyed(INDIAN, ResolveComplaint, decision=Verdict.UPHELD).state.status is Status.RESOLVED
