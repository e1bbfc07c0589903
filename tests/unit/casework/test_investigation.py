from dataclasses import replace
from datetime import timedelta

import pytest

from services.casework import rules
from services.casework.commands.investigation import findings
from services.casework.life import Life
from services.casework.records.inquiry import InquiryState
from services.casework.records.material import MaterialState
from shared.contracts import (
    ComplaintMoved,
    LookUpLedger,
    LookUpTransaction,
    MaskedFact,
    MaterialRequested,
    RequestMaterial,
    Transaction,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import FactKind, Material, Status
from shared.decision import Decision
from tests.builders import a_ledger_answered, a_transaction
from tests.unit.casework.lives import AT, COMPLAINT, RULEBOOK, TAKEN, after, obeyed, refused

ASKED = after(TAKEN, LookUpTransaction)
PATIENCE = RULEBOOK.wallet


def heard(held: Life, *transactions: Transaction, lookup: int = 1) -> Decision[Life]:
    return rules.hear_the_ledger(held, a_ledger_answered(lookup=lookup, transactions=transactions, answered_at=AT), AT)


def waited(held: Life, times: int = 1) -> Decision[Life]:
    decided = Decision(held)
    for _ in range(times):
        assert decided.state.next_due is not None
        decided = rules.pass_time(decided.state, decided.state.next_due, RULEBOOK)
    return decided


def test_a_question_goes_to_the_ledger_and_the_complaint_waits_for_it():
    decided = obeyed(TAKEN, LookUpTransaction)

    [question] = [one for one in decided.emit if isinstance(one, LookUpLedger)]
    assert (question.lookup_id, question.attempt, question.answer_by) == (f"{COMPLAINT}/1", 1, AT + PATIENCE.answer_within)
    assert decided.state.status is Status.WAITING_FOR_THIRD_PARTY


def test_the_same_question_is_not_asked_twice_while_it_is_open():
    assert refused(obeyed(ASKED, LookUpTransaction)) == "looked-up-already"
    assert refused(obeyed(ASKED, LookUpTransaction, transaction_id=None, amount=12800, currency="CNY")) is None


def test_the_answer_is_kept_as_evidence_and_the_work_goes_on():
    life = heard(ASKED, a_transaction()).state

    [lookup] = life.lookups
    assert (lookup.state, lookup.transactions, lookup.answered_at) == (InquiryState.ANSWERED, (a_transaction(),), AT)
    assert (life.status, life.next_due) == (Status.IN_PROGRESS, None)


def test_with_two_questions_open_the_work_goes_on_after_the_second_answer():
    both = obeyed(ASKED, LookUpTransaction, transaction_id=None, amount=12800, currency="CNY").state

    first = heard(both, a_transaction()).state
    second = heard(first, a_transaction(), lookup=2).state

    assert (first.status, second.status) == (Status.WAITING_FOR_THIRD_PARTY, Status.IN_PROGRESS)


def test_the_first_answer_stays_whatever_comes_after_it():
    life = heard(ASKED, a_transaction()).state

    assert heard(life).state == life
    assert heard(life).what == "answered-already"
    assert heard(TAKEN).what == "never-asked"


@pytest.mark.parametrize(
    ("fact", "confirmed"),
    [
        (MaskedFact(kind=FactKind.AMOUNT, value=12800, unit="CNY"), True),
        (MaskedFact(kind=FactKind.AMOUNT, value=12800, unit="USD"), False),
        (MaskedFact(kind=FactKind.AMOUNT, value=12801, unit="CNY"), False),
        (MaskedFact(kind=FactKind.TRANSACTION_ID, value="…7766"), True),
        (MaskedFact(kind=FactKind.TRANSACTION_ID, value="…0000"), False),
        (MaskedFact(kind=FactKind.TRANSACTION_TIME, value="2026-11-20T09:00:00+08:00"), True),
        (MaskedFact(kind=FactKind.TRANSACTION_TIME, value="2026-11-20T01:00:00-08:00"), False),
        (MaskedFact(kind=FactKind.TRANSACTION_TIME, value="2026-11-20T00:00:00"), True),
        (MaskedFact(kind=FactKind.TRANSACTION_TIME, value="yesterday"), None),
        (MaskedFact(kind=FactKind.COUNTERPARTY, value="e…"), True),
        (MaskedFact(kind=FactKind.COUNTERPARTY, value="x…"), False),
        (MaskedFact(kind=FactKind.APP_VERSION, value="8.1"), None),
    ],
)
def test_the_ledger_confirms_or_contradicts_field_by_field(fact: MaskedFact, confirmed: bool | None):  # noqa: FBT001 - a table
    found = findings((fact,), (a_transaction(),))

    assert [one.confirmed for one in found] == ([] if confirmed is None else [confirmed])


def test_several_candidates_confirm_nothing_and_settle_nothing():
    waiting = obeyed(after(TAKEN, RequestMaterial), LookUpTransaction).state
    life = heard(waiting, a_transaction(), a_transaction(transaction_id="2026112000887767")).state

    assert (life.lookups[0].findings, life.open_materials) == ((), waiting.open_materials)
    assert life.status is Status.WAITING_FOR_CUSTOMER


def test_what_the_ledger_knows_the_customer_need_not_send():
    waiting = obeyed(TAKEN, RequestMaterial, materials=(Material.TRANSACTION_ID, Material.AMOUNT)).state
    life = heard(obeyed(waiting, LookUpTransaction).state, a_transaction()).state

    assert [one.state for one in life.materials] == [MaterialState.KNOWN, MaterialState.KNOWN]
    assert life.status is Status.IN_PROGRESS


def test_what_the_ledger_knows_is_not_asked_for_afterwards():
    known = heard(ASKED, a_transaction()).state
    asked = obeyed(known, RequestMaterial, materials=(Material.AMOUNT, Material.SCREENSHOT))

    assert [one.materials for one in asked.emit if isinstance(one, MaterialRequested)] == [(Material.SCREENSHOT,)]
    assert refused(obeyed(known, RequestMaterial, materials=(Material.AMOUNT,))) == "known-already"


def test_a_silent_ledger_is_asked_again_and_then_the_work_goes_on_without_it():
    again = waited(ASKED)
    at_last = waited(ASKED, PATIENCE.attempts)

    assert [one.attempt for one in again.emit if isinstance(one, LookUpLedger)] == [2]
    assert [one.state for one in at_last.state.lookups] == [InquiryState.SILENT]
    assert (at_last.state.status, at_last.state.next_due) == (Status.IN_PROGRESS, None)
    assert [one.status for one in at_last.emit if isinstance(one, ComplaintMoved)] == [Status.IN_PROGRESS]


def test_before_its_time_nothing_is_asked_again():
    decided = rules.pass_time(ASKED, AT, RULEBOOK)

    assert (decided.state, decided.emit) == (ASKED, [])


def test_an_answer_that_comes_too_late_is_evidence_all_the_same():
    silent = waited(ASKED, PATIENCE.attempts).state

    assert heard(silent, a_transaction()).state.lookups[0].state is InquiryState.ANSWERED


def test_nobody_is_asked_about_a_complaint_that_is_over():
    assert after(ASKED, WithdrawComplaint).next_due is None


def test_a_due_moment_is_never_in_the_past_after_it_fired():
    late = AT + timedelta(days=3)

    assert rules.pass_time(ASKED, late, RULEBOOK).state.next_due == late + PATIENCE.answer_within
    assert replace(ASKED, status=Status.CLOSED).next_due is None
