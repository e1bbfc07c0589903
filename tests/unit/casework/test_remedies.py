from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import rules
from services.casework.life import Life
from services.casework.records.aftermath import AppealState
from services.casework.records.persons import Identity
from services.casework.records.remedy import COUNTS, RemedyState
from shared.contracts import (
    AppealComplaint,
    ApproveRemedy,
    CaseworkCommand,
    CloseComplaint,
    ComplaintMoved,
    ExecuteRemedy,
    Execution,
    LookUpTransaction,
    MaskedFact,
    MergeDuplicate,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ResolveComplaint,
    TransactionState,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import FactKind, IdentityLevel, Outcome, RemedyKind, Status
from shared.decision import Decision
from tests.builders import a_ledger_answered, a_remedy_reported, a_transaction
from tests.unit.casework.lives import AGENT, AT, COLLEAGUE, COMPLAINT, OTHER, RULEBOOK, SENIOR, SUPERVISOR, TAKEN, after, obeyed, refused
from tests.unit.casework.test_investigation import heard

PAID = a_transaction(amount=60_000)
SAID = (MaskedFact(kind=FactKind.AMOUNT, value=PAID.amount, unit="CNY"),)
KNOWN = heard(after(replace(TAKEN, facts=SAID), LookUpTransaction), PAID).state
"""The ledger has named the transaction, the account, and the amount that the customer says: 600 yuan."""
KEY = f"{COMPLAINT}/1-{AT:%Y%m%dT%H%M%S}"
A_DAY = timedelta(days=1)
WITHIN, ABOVE = 20_000, 60_000
"""An agent's limit for refunds lies between."""


def proposed(held: Life, amount: int | None = WITHIN, by: str = AGENT, **changes: Any) -> Decision[Life]:
    money = {"kind": RemedyKind.REFUND, "amount": amount, "currency": "CNY" if amount else None}
    return obeyed(held, ProposeRemedy, by, **{**money, **changes})


def reported(held: Life, *states: Execution, number: int = 1) -> Decision[Life]:
    decided = Decision(held)
    for state in states:
        key = next((one.remedy_id for one in held.remedies if one.number == number), "unknown")
        decided = rules.hear_of_execution(decided.state, a_remedy_reported(state, remedy_id=key), AT)
    return decided


def requests(decided: Decision[Life]) -> list[ExecuteRemedy]:
    return [one for one in decided.emit if isinstance(one, ExecuteRemedy)]


def states(life: Life) -> list[RemedyState]:
    return [one.state for one in life.remedies]


def test_within_the_own_limit_a_proposal_is_approved_and_the_wallet_is_asked_at_once():
    decided = proposed(KNOWN)

    [request] = requests(decided)
    assert (request.remedy_id, request.amount, request.currency, request.attempt) == (KEY, WITHIN, "CNY", 1)
    assert request.account_id == PAID.account_id
    assert states(decided.state) == [RemedyState.APPROVED]


def test_above_it_somebody_else_approves_whose_limit_reaches():
    waiting = proposed(KNOWN, ABOVE)
    approved = obeyed(waiting.state, ApproveRemedy, SENIOR)

    assert (requests(waiting), states(waiting.state)) == ([], [RemedyState.PROPOSED])
    assert [one.amount for one in requests(approved)] == [ABOVE]
    assert approved.state.remedies[0].decided_by == SENIOR


@pytest.mark.parametrize(
    ("held", "command", "by", "changes", "slug"),
    [
        (proposed(KNOWN, ABOVE).state, ApproveRemedy, AGENT, {}, "own-proposal"),
        (proposed(KNOWN, ABOVE).state, ApproveRemedy, COLLEAGUE, {}, "above-your-limit"),
        (proposed(KNOWN, ABOVE).state, ApproveRemedy, SENIOR, {"remedy": 2}, "nothing-proposed"),
        (proposed(KNOWN).state, ApproveRemedy, SENIOR, {}, "nothing-proposed"),
        (proposed(KNOWN).state, RejectRemedy, SENIOR, {}, "nothing-proposed"),
    ],
)
def test_who_may_not_approve_is_refused(held: Life, command: type, by: str, changes: dict, slug: str):
    assert refused(obeyed(held, command, by, **changes)) == slug


@pytest.mark.parametrize(
    ("held", "changes", "slug"),
    [
        (KNOWN, {"amount": None, "currency": None}, "amount-needed"),
        (TAKEN, {}, "account-unknown"),
        (KNOWN, {"transaction_id": "somebody-elses"}, "account-unknown"),
        (heard(after(TAKEN, LookUpTransaction), a_transaction(account_id=None)).state, {}, "account-unknown"),
        (heard(after(TAKEN, LookUpTransaction), a_transaction(state=TransactionState.REVERSED)).state, {}, "reversed-already"),
        (KNOWN, {"kind": RemedyKind.APOLOGY}, "no-money-in-this"),
        (KNOWN, {"currency": "USD"}, "more-than-the-transaction"),
        (KNOWN, {"amount": PAID.amount + 1}, "more-than-the-transaction"),
        (proposed(proposed(KNOWN).state).state, {"amount": PAID.amount - 2 * WITHIN + 1}, "more-than-the-transaction"),
    ],
)
def test_money_goes_only_where_the_ledger_says_and_no_more_than_it_says(held: Life, changes: dict, slug: str):
    assert refused(obeyed(held, ProposeRemedy, **{"kind": RemedyKind.REFUND, "amount": WITHIN, "currency": "CNY", **changes})) == slug


def test_of_several_candidates_the_proposal_names_the_one():
    several = heard(after(TAKEN, LookUpTransaction), PAID, a_transaction(transaction_id="another")).state

    assert refused(proposed(several)) == "account-unknown"
    assert [one.transaction_id for one in proposed(several, transaction_id=PAID.transaction_id).state.remedies] == [PAID.transaction_id]


def test_what_is_ours_to_do_is_done_with_its_approval_and_asks_nobody():
    decided = obeyed(TAKEN, ProposeRemedy)

    assert (states(decided.state), decided.emit) == ([RemedyState.DONE], [])


def test_a_rejected_proposal_leaves_room_for_another():
    rejected = obeyed(proposed(KNOWN, ABOVE).state, RejectRemedy, SENIOR)
    again = proposed(rejected.state, ABOVE, SENIOR.replace("senior", "1"))

    assert states(again.state) == [RemedyState.REJECTED, RemedyState.PROPOSED]


@pytest.mark.parametrize("order", permutations(Execution))
def test_reports_in_any_order_leave_the_same_state(order: Sequence[Execution]):
    assert states(reported(proposed(KNOWN).state, *order, *order).state) == [RemedyState.FAILED]


def test_a_report_that_is_behind_what_is_known_changes_nothing():
    done = reported(proposed(KNOWN).state, Execution.EXECUTED).state

    assert reported(done, Execution.PENDING).state == done
    assert reported(done, Execution.PENDING).what == "reported-already"
    assert reported(KNOWN, Execution.EXECUTED).what == "never-asked"
    assert reported(proposed(KNOWN, ABOVE).state, Execution.EXECUTED).what == "never-asked"


@pytest.mark.parametrize(
    ("held", "slug"),
    [
        (proposed(KNOWN, ABOVE).state, "remedy-owed"),
        (proposed(KNOWN).state, "remedy-owed"),
        (reported(proposed(KNOWN).state, Execution.PENDING).state, "remedy-owed"),
        (reported(proposed(KNOWN).state, Execution.FAILED).state, "remedy-owed"),
        (obeyed(reported(proposed(KNOWN).state, Execution.FAILED).state, RejectRemedy, SENIOR).state, "nothing-paid"),
        (KNOWN, "nothing-paid"),
        (reported(proposed(KNOWN).state, Execution.EXECUTED).state, None),
    ],
)
def test_the_outcome_says_paid_only_when_the_wallet_says_so(held: Life, slug: str | None):
    assert refused(obeyed(held, ResolveComplaint, outcome=Outcome.MONETARY_RELIEF)) == slug


@pytest.mark.parametrize("last", [[], [CloseComplaint]], ids=["resolved", "closed"])
def test_a_payment_that_came_back_takes_the_complaint_up_again(last: list[type]):
    paid = reported(proposed(KNOWN).state, Execution.EXECUTED).state
    ended = after(obeyed(paid, ResolveComplaint, outcome=Outcome.MONETARY_RELIEF).state, *last)

    decided = reported(ended, Execution.FAILED)

    assert decided.state.status is Status.IN_PROGRESS
    assert [one.status for one in decided.emit if isinstance(one, ComplaintMoved)] == [Status.IN_PROGRESS]
    assert len(decided.state.resolutions) == 1


def test_a_silent_wallet_is_asked_again_under_the_same_key_for_as_long_as_it_takes():
    held, asked = proposed(KNOWN).state, list[tuple[str, int]]()
    for _ in range(15):
        assert held.next_due is not None
        decided = rules.pass_time(held, held.next_due, RULEBOOK)
        held = decided.state
        asked += [(one.remedy_id, one.attempt) for one in requests(decided)]

    assert asked == [(KEY, attempt) for attempt in range(2, 17)]
    assert reported(held, Execution.EXECUTED).state.next_due is None


def test_money_that_is_under_way_is_followed_although_the_complaint_is_over():
    withdrawn = after(proposed(KNOWN).state, WithdrawComplaint)

    assert withdrawn.next_due is not None


def test_many_small_remedies_need_the_second_person_that_one_large_one_needs():
    held = KNOWN
    for _ in range(5):
        held = proposed(held, 12_000).state

    assert [one.amount for one in held.remedies if one.state is RemedyState.APPROVED] == [12_000] * 4
    assert states(held)[-1] is RemedyState.PROPOSED
    assert refused(obeyed(held, ApproveRemedy, COLLEAGUE, remedy=5)) == "above-your-limit"


@pytest.mark.parametrize("kind", [RemedyKind.REPEAT_TRANSACTION, RemedyKind.ACCOUNT_CORRECTION])
def test_a_kind_that_the_limits_do_not_give_to_a_role_needs_somebody_else(kind: RemedyKind):
    decided = proposed(KNOWN, None, kind=kind)

    assert (states(decided.state), requests(decided)) == ([RemedyState.PROPOSED], [])


def test_a_repeated_transaction_counts_with_what_it_moves():
    [remedy] = proposed(KNOWN, None, SUPERVISOR, kind=RemedyKind.REPEAT_TRANSACTION).state.remedies

    assert (remedy.amount, remedy.currency, remedy.state) == (PAID.amount, "CNY", RemedyState.APPROVED)
    assert refused(proposed(replace(KNOWN, remedies=(remedy,)))) == "more-than-the-transaction"


@pytest.mark.parametrize(
    "held",
    [
        replace(KNOWN, facts=()),
        replace(KNOWN, facts=(MaskedFact(kind=FactKind.AMOUNT, value=1, unit="CNY"),)),
        replace(KNOWN, facts=(*SAID, MaskedFact(kind=FactKind.TRANSACTION_ID, value="…0000"))),
        heard(after(replace(TAKEN, facts=SAID), LookUpTransaction), PAID.model_copy(update={"state": TransactionState.PENDING})).state,
    ],
    ids=["nothing confirmed", "contradicted", "one of two contradicted", "pending"],
)
def test_where_the_ledger_does_not_bear_the_customer_out_somebody_else_looks(held: Life):
    decided = proposed(held)

    assert (states(decided.state), requests(decided)) == ([RemedyState.PROPOSED], [])
    assert requests(obeyed(decided.state, ApproveRemedy, SENIOR))


def test_one_transaction_under_two_accounts_is_nobodys():
    asked = obeyed(KNOWN, LookUpTransaction).state
    two = heard(asked, PAID.model_copy(update={"account_id": "another"}), lookup=2).state

    assert refused(proposed(two)) == "account-unknown"


def test_a_payment_of_an_earlier_round_is_no_relief_in_this_one():
    paid = reported(proposed(KNOWN).state, Execution.EXECUTED).state
    again = obeyed(obeyed(paid, ResolveComplaint, outcome=Outcome.MONETARY_RELIEF).state, ReopenComplaint, SENIOR).state

    assert refused(obeyed(again, ResolveComplaint, outcome=Outcome.MONETARY_RELIEF)) == "nothing-paid"


def test_a_withdrawn_complaint_owes_no_proposal_and_is_taken_up_where_its_payment_fails():
    held = proposed(proposed(KNOWN).state, ABOVE - WITHIN, kind=RemedyKind.GOODWILL).state
    withdrawn = after(held, WithdrawComplaint)

    assert states(withdrawn) == [RemedyState.APPROVED, RemedyState.REJECTED]
    assert reported(withdrawn, Execution.FAILED).state.status is Status.IN_PROGRESS


@pytest.mark.parametrize(("ends", "by"), [(WithdrawComplaint, AGENT), (MergeDuplicate, SENIOR)])
def test_a_review_ends_with_a_complaint_that_a_payment_took_up_again_and_that_then_ends(ends: type[CaseworkCommand], by: str):
    paid = reported(proposed(KNOWN).state, Execution.EXECUTED).state
    appealed = after(paid, ResolveComplaint, AppealComplaint)
    came_back = obeyed(reported(appealed, Execution.FAILED).state, RejectRemedy, SENIOR).state
    assert (came_back.status, came_back.open_appeal) == (Status.IN_PROGRESS, appealed.open_appeal)

    ended = obeyed(came_back, ends, by).state

    assert (ended.open_appeal, ended.is_worked_on, ended.appeals[0].state) == (None, False, AppealState.LET_GO)


def test_a_transaction_of_another_account_than_the_one_that_is_proved_needs_somebody_else():
    proved = Identity(IdentityLevel.CHANNEL_KNOWN, "U2050", "channel", "app-cn", AT)

    decided = proposed(replace(KNOWN, identity=proved))

    assert (states(decided.state), requests(decided)) == ([RemedyState.PROPOSED], [])


@pytest.mark.parametrize("beside", [{"repeat_of": OTHER}, {"linked": (OTHER,)}, {"duplicates": (OTHER,)}])
def test_what_another_complaint_may_have_brought_too_needs_somebody_else_but_where_the_wallet_adds_it_up(beside: dict[str, Any]):
    small: dict[str, Any] = {"by": SENIOR, "amount": 100}
    held = replace(KNOWN, assignee=SENIOR)

    compensations = [proposed(one, kind=RemedyKind.COMPENSATION, **small).state for one in (held, replace(held, **beside))]
    refund = proposed(replace(held, **beside), **small).state

    assert [states(one) for one in compensations] == [[RemedyState.APPROVED], [RemedyState.PROPOSED]]
    assert states(refund) == [RemedyState.APPROVED]


@pytest.mark.parametrize(
    ("since", "slug"), [({"state": TransactionState.REVERSED}, "reversed-already"), ({"account_id": "U2050"}, "account-unknown")]
)
def test_what_the_ledger_has_said_since_the_proposal_is_not_approved_away(since: dict[str, Any], slug: str):
    asked = after(proposed(KNOWN, ABOVE).state, LookUpTransaction)
    answer = a_ledger_answered(PAID.model_copy(update=since), lookup_id=asked.lookups[-1].lookup_id, answered_at=AT + A_DAY)

    told = rules.hear_the_ledger(asked, answer, AT).state

    assert refused(obeyed(told, ApproveRemedy, SENIOR)) == slug


def test_the_reference_of_a_payment_that_came_back_is_kept():
    held = proposed(KNOWN).state
    done = rules.hear_of_execution(held, a_remedy_reported(Execution.EXECUTED, remedy_id=KEY, reference="pay-77"), AT).state

    assert reported(done, Execution.FAILED).state.remedies[0].reference == "pay-77"


STEPS = st.one_of(
    st.tuples(st.just("propose"), st.integers(1, 70_000), st.sampled_from([AGENT, SENIOR, SUPERVISOR])),
    st.tuples(st.just("approve"), st.integers(1, 4), st.sampled_from([AGENT, COLLEAGUE, SENIOR, SUPERVISOR])),
    st.tuples(st.just("report"), st.integers(1, 4), st.sampled_from(Execution)),
    st.tuples(st.just("time"), st.just(0), st.just("")),
)


def stepped(held: Life, step: tuple[str, int, Any]) -> Decision[Life]:
    what, number, who = step
    match what:
        case "propose":
            return proposed(held, number, who)
        case "approve":
            return obeyed(held, ApproveRemedy, who, remedy=number)
        case "report":
            return reported(held, who, number=number)
        case _:
            return rules.pass_time(held, held.next_due or AT, RULEBOOK)


@given(st.lists(STEPS, max_size=40))
def test_whatever_happens_no_more_is_asked_of_the_wallet_than_was_approved(steps: list[tuple[str, int, Any]]):
    held, asked = KNOWN, dict[str, tuple[int | None, str]]()
    for step in steps:
        decided = stepped(held, step)
        for request in requests(decided):
            wanted = request.amount, request.account_id
            assert asked.setdefault(request.remedy_id, wanted) == wanted
        held = decided.state

    approved = {one.remedy_id for one in held.remedies if one.decided_by and one.state is not RemedyState.REJECTED}
    assert set(asked) == approved
    assert sum(one.amount or 0 for one in held.remedies if one.state in COUNTS) <= PAID.amount
    for one in held.remedies:
        alone = RULEBOOK.limits.cover(RULEBOOK.organisation.by_id[one.proposed_by], one, ())
        assert alone or one.decided_by != one.proposed_by
