"""Who may erase a customer, what stands against it and until when; holds; what each role is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.casework import rules
from services.casework.commands.erasing import obstacles
from services.casework.life import Hold, Life
from services.casework.policies.organisation import Role, Sight
from services.casework.policies.retention import CountedFrom, Keep, years_after
from services.casework.records.remedy import RemedyState
from shared.blanking import ERASED, said_in
from shared.contracts import (
    AddNote,
    CustomerErased,
    EraseCustomer,
    LiftLegalHold,
    ProposeRemedy,
    RecordReferralAnswer,
    ReferComplaint,
    ReopenComplaint,
    SetLegalHold,
    UnmaskComplaint,
)
from shared.contracts.vocabulary import Status
from tests.builders import a_command
from tests.unit.casework.lives import AGENT, AT, COMPLIANCE, LIVES, RULEBOOK, SUPERVISOR, TAKEN, after, obeyed, refused

CLOSED, WITHDRAWN = LIVES[Status.CLOSED], LIVES[Status.WITHDRAWN]
LONG_AFTER = AT + timedelta(days=3_000)


def erasing(held: Life, at: datetime = LONG_AFTER, by: str = COMPLIANCE) -> str | None:
    return refused(rules.obey(held, a_command(EraseCustomer, by=by), RULEBOOK, at))


def slugs(held: Life, at: datetime = LONG_AFTER) -> list[str]:
    return [one.why.slug for one in obstacles(held, RULEBOOK.retention, at)]


def test_erasing_takes_every_word_and_leaves_what_was_decided_and_by_whom():
    noted = after(CLOSED, AddNote)

    decided = rules.obey(noted, a_command(EraseCustomer, by=COMPLIANCE), RULEBOOK, LONG_AFTER)

    life = decided.state
    assert (list(said_in(noted)) != [], list(said_in(life))) == (True, [])
    assert decided.erases
    assert [type(one) for one in decided.emit] == [CustomerErased]
    assert (life.notes[0].text, life.notes[0].by) == (ERASED, AGENT)
    assert [(one.decision, one.outcome, one.by) for one in life.resolutions] == [
        (one.decision, one.outcome, one.by) for one in noted.resolutions
    ]
    assert (life.root_cause, life.status, life.erased_at) == (noted.root_cause, Status.CLOSED, LONG_AFTER)
    assert [one.what for one in life.history] == [*(one.what for one in noted.history), "erase"]


@pytest.mark.parametrize("status", [one for one in Status if one not in (Status.CLOSED, Status.WITHDRAWN, Status.DUPLICATE)])
def test_what_is_not_at_its_end_is_not_erased(status: Status):
    assert erasing(LIVES[status]) == "still-open"


def test_a_remedy_that_is_owed_keeps_it():
    proposed = after(TAKEN, ProposeRemedy).remedies[0]
    owed = {state: replace(CLOSED, remedies=(replace(proposed, state=state),)) for state in RemedyState}

    assert {state for state, held in owed.items() if erasing(held) == "remedy-owed"} == {
        RemedyState.PROPOSED,
        RemedyState.APPROVED,
        RemedyState.PENDING,
        RemedyState.FAILED,
    }
    assert erasing(owed[RemedyState.DONE]) is None


def test_an_outside_body_that_has_not_answered_keeps_it():
    referred = obeyed(CLOSED, ReferComplaint, COMPLIANCE).state

    assert erasing(referred) == "referral-open"
    assert erasing(obeyed(referred, RecordReferralAnswer, COMPLIANCE).state) is None


def test_the_law_keeps_it_to_the_day_and_says_which():
    closed_at = CLOSED.history[-1].at
    end = years_after(closed_at, 2)

    assert erasing(CLOSED, end - timedelta(seconds=1)) == "kept-by-law"
    assert erasing(CLOSED, end) is None
    [kept] = obstacles(CLOSED, RULEBOOK.retention, end - timedelta(seconds=1))
    assert (kept.until, bool(kept.source)) == (end, True)


def test_an_e_money_firm_of_the_uk_counts_three_years_from_receipt():
    held = replace(CLOSED, regime="uk_emoney", received_at=datetime(2024, 2, 29, 9, tzinfo=UTC))

    assert erasing(held, datetime(2027, 3, 1, 8, 59, tzinfo=UTC)) == "kept-by-law"
    assert erasing(held, datetime(2027, 3, 1, 9, tzinfo=UTC)) is None


def test_a_note_after_the_end_does_not_begin_the_years_anew():
    end = years_after(CLOSED.history[-1].at, 2)
    noted = rules.obey(CLOSED, a_command(AddNote), RULEBOOK, end - timedelta(days=1)).state

    assert erasing(noted, end) is None


def test_a_regime_that_nobody_named_has_the_houses_years():
    keep = Keep("house", 5, "x", CountedFrom.CLOSED)

    assert RULEBOOK.retention.of("of_mars") == RULEBOOK.retention.of("house")
    assert keep.until(AT, AT) == AT.replace(year=AT.year + 5)


def test_a_hold_keeps_it_until_it_is_lifted_and_everything_that_stands_against_it_is_told():
    held = obeyed(WITHDRAWN, SetLegalHold, COMPLIANCE).state

    assert (erasing(held), refused(obeyed(held, SetLegalHold, COMPLIANCE))) == ("legal-hold", "held-already")
    assert slugs(replace(TAKEN, legal_hold=held.legal_hold), AT) == ["still-open", "legal-hold", "kept-by-law"]
    lifted = obeyed(held, LiftLegalHold, COMPLIANCE).state
    assert (erasing(lifted), refused(obeyed(lifted, LiftLegalHold, COMPLIANCE))) == (None, "not-held")
    assert isinstance(held.legal_hold, Hold)


@pytest.mark.parametrize("contract", [EraseCustomer, SetLegalHold, LiftLegalHold])
@pytest.mark.parametrize("by", [AGENT, SUPERVISOR, "reviewer-1"])
def test_only_compliance_erases_and_holds(contract: type, by: str):
    assert refused(obeyed(WITHDRAWN, contract, by)) == "not-permitted"


def test_nobody_is_erased_twice():
    gone = rules.obey(CLOSED, a_command(EraseCustomer, by=COMPLIANCE), RULEBOOK, LONG_AFTER).state

    assert erasing(gone) == "erased-already"


def test_unmasking_changes_nothing_and_is_on_record_with_its_reason():
    seen = obeyed(CLOSED, UnmaskComplaint).state

    last = seen.history[-1]
    assert (last.what, last.by, last.reason, seen.status) == ("unmask", AGENT, "to call the customer back", Status.CLOSED)


def test_no_role_sees_all_without_asking_and_an_operator_sees_states():
    sees = RULEBOOK.permissions.sees

    assert Sight.CLEAR not in sees.values()
    assert (sees[Role.AGENT], sees[Role.COMPLIANCE], sees[Role.OPERATOR]) == (Sight.MASKED, Sight.MASKED, Sight.STATES)
    assert set(sees) == set(Role)


def test_a_complaint_that_was_reopened_is_open_again_whenever_it_was_closed():
    assert erasing(obeyed(CLOSED, ReopenComplaint, SUPERVISOR).state) == "still-open"


def test_the_years_begin_when_the_last_outside_body_was_answered():
    referred = obeyed(CLOSED, ReferComplaint, SUPERVISOR).state
    answered_at = AT + timedelta(days=400)
    answered = rules.obey(referred, a_command(RecordReferralAnswer, by=SUPERVISOR), RULEBOOK, answered_at).state

    [why] = obstacles(answered, RULEBOOK.retention, answered_at)

    assert (why.why.slug, why.until) == ("kept-by-law", years_after(answered_at, RULEBOOK.retention.of(answered.regime).years))
