"""An agent whom a complaint is about has nothing to do with it from then on."""

import pytest

from services.casework.records.remedy import RemedyState
from services.casework.steps import COMMANDS
from shared.contracts import (
    AddNote,
    AppealComplaint,
    ApproveRemedy,
    AssignComplaint,
    CaseworkCommand,
    LookUpTransaction,
    ProposeRemedy,
    RecuseAgent,
    ResolveComplaint,
    TakeAppeal,
    TakeComplaint,
)
from shared.contracts.vocabulary import RemedyKind, Status, Verdict
from tests.builders import a_transaction
from tests.unit.casework.lives import (
    AGENT,
    COLLEAGUE,
    COMPLIANCE,
    LIVES,
    REVIEWER,
    ROUTED,
    SENIOR,
    SUPERVISOR,
    TAKEN,
    after,
    obeyed,
    refused,
)
from tests.unit.casework.test_investigation import heard


def test_who_has_it_loses_it_to_the_team_and_a_colleague_takes_it():
    decided = obeyed(TAKEN, RecuseAgent, SENIOR, agent=AGENT)

    assert (decided.state.assignee, decided.state.status, decided.state.team) == (None, TAKEN.status, TAKEN.team)
    assert refused(obeyed(decided.state, TakeComplaint, COLLEAGUE)) is None


def test_another_one_keeps_it():
    assert obeyed(TAKEN, RecuseAgent, SENIOR, agent=COLLEAGUE).state.assignee == AGENT


def test_a_review_goes_back_to_the_reviewers_and_a_decision_that_waits_falls():
    resolved = obeyed(TAKEN, ResolveComplaint, SUPERVISOR).state
    reviewed = obeyed(obeyed(resolved, AppealComplaint, SUPERVISOR).state, TakeAppeal, REVIEWER).state
    waiting = obeyed(TAKEN, ResolveComplaint, AGENT, decision=Verdict.REJECTED).state

    assert (reviewed.open_appeal and reviewed.open_appeal.reviewer, waiting.proposal and waiting.proposal.by) == (REVIEWER, AGENT)
    given_back = obeyed(reviewed, RecuseAgent, REVIEWER, agent=REVIEWER).state
    assert given_back.open_appeal is not None
    assert given_back.open_appeal.reviewer is None
    assert obeyed(waiting, RecuseAgent, SENIOR, agent=AGENT).state.proposal is None
    assert obeyed(waiting, RecuseAgent, SENIOR, agent=COLLEAGUE).state.proposal == waiting.proposal


def test_money_that_they_proposed_is_nobodys_to_approve():
    known = heard(after(TAKEN, LookUpTransaction), a_transaction(amount=60_000)).state
    proposed = obeyed(known, ProposeRemedy, AGENT, kind=RemedyKind.REFUND, amount=60_000, currency="CNY").state
    assert [one.state for one in proposed.remedies] == [RemedyState.PROPOSED]

    recused = obeyed(proposed, RecuseAgent, SENIOR, agent=AGENT).state

    assert [(one.state, one.why_not) for one in recused.remedies] == [(RemedyState.REJECTED, "recused")]
    assert refused(obeyed(recused, ApproveRemedy, SENIOR)) == "nothing-proposed"


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda one: one.key)
def test_a_recused_agent_does_nothing_on_it_any_more(kind: type[CaseworkCommand]):
    held = obeyed(TAKEN, RecuseAgent, COMPLIANCE, agent=SUPERVISOR).state
    answer = refused(obeyed(held, kind, SUPERVISOR))

    assert answer == "recused" or (answer == "not-permitted" and refused(obeyed(TAKEN, kind, SUPERVISOR)) == "not-permitted")


@pytest.mark.parametrize(("by", "agent"), [(SENIOR, SUPERVISOR), (SENIOR, REVIEWER), ("fees-senior", AGENT)])
def test_a_senior_agent_keeps_away_nobody_but_the_own_team(by: str, agent: str):
    assert refused(obeyed(TAKEN, RecuseAgent, by, agent=agent)) == "another-teams"


def test_nobody_gives_it_to_them():
    held = obeyed(ROUTED, RecuseAgent, SENIOR, agent=COLLEAGUE).state

    assert refused(obeyed(held, AssignComplaint, SENIOR, assignee=COLLEAGUE)) == "assignee-recused"


@pytest.mark.parametrize(
    ("by", "agent", "slug"),
    [
        (AGENT, AGENT, None),
        (REVIEWER, REVIEWER, None),
        (AGENT, COLLEAGUE, "not-permitted"),
        (REVIEWER, AGENT, "not-permitted"),
        (SENIOR, AGENT, None),
        (SUPERVISOR, SENIOR, None),
        (SENIOR, "nobody-1", "unknown-colleague"),
    ],
)
def test_anybody_says_it_of_themselves_and_seniors_of_others(by: str, agent: str, slug: str | None):
    assert refused(obeyed(TAKEN, RecuseAgent, by, agent=agent)) == slug


def test_it_is_said_once_and_stays_on_record_with_the_reason():
    held = obeyed(TAKEN, RecuseAgent, SENIOR, agent=AGENT, reason="the complaint is about him").state

    assert refused(obeyed(held, RecuseAgent, SUPERVISOR, agent=AGENT)) == "recused-already"
    assert [(one.agent, one.by, one.reason) for one in held.recused] == [(AGENT, SENIOR, "the complaint is about him")]
    assert {refused(obeyed(held, kind, AGENT)) for kind in (AddNote, ResolveComplaint)} == {"recused"}


@pytest.mark.parametrize("status", LIVES, ids=str)
def test_it_may_be_said_wherever_the_complaint_stands(status: Status):
    assert refused(obeyed(LIVES[status], RecuseAgent, COMPLIANCE, agent=COLLEAGUE)) is None
