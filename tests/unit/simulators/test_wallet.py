from datetime import datetime, timedelta
from typing import Any

import pytest

from services.simulators.ledger import MOST_CANDIDATES, found
from services.simulators.wallet import Fault, SimulatorSettings, WalletSimulator
from shared.contracts import ExecuteRemedy, LedgerAnswered, LookUpLedger, RemedyReported, Transaction, TransactionState, Wanted
from shared.contracts.vocabulary import RemedyKind
from tests.builders import a_complaint_id

LEDGER = SimulatorSettings().ledger()
FAILED, REPEATED = LEDGER[:2]
AT = datetime.fromisoformat("2026-11-23T02:00:00+00:00")


def a_question(wanted: Wanted) -> LookUpLedger:
    return LookUpLedger(complaint_id=a_complaint_id(), lookup_id="lookup-1", wanted=wanted, attempt=1, answer_by=AT)


def a_request(**changes: Any) -> ExecuteRemedy:
    defaults = {"remedy_id": "remedy-1", "kind": RemedyKind.REFUND, "amount": 12800, "currency": "CNY", "account_id": "U1029", "attempt": 1}
    defaults |= {"transaction_id": FAILED.transaction_id}
    return ExecuteRemedy(**{"complaint_id": a_complaint_id(), **defaults, **changes})


@pytest.mark.parametrize(
    ("wanted", "transactions"),
    [
        (Wanted(transaction_id=FAILED.transaction_id), [FAILED]),
        (Wanted(transaction_id="unknown", amount=FAILED.amount, currency="CNY"), []),
        (Wanted(amount=FAILED.amount, currency="CNY"), [FAILED, REPEATED]),
        (Wanted(amount=FAILED.amount, currency="CNY", at=REPEATED.at), [REPEATED, FAILED]),
        (Wanted(amount=FAILED.amount, currency="USD"), []),
        (Wanted(at=FAILED.at + timedelta(days=3)), []),
    ],
)
def test_a_transaction_is_found_by_its_id_or_else_by_what_fits(wanted: Wanted, transactions: list[Transaction]):
    assert list(found(LEDGER, wanted)) == transactions


def test_no_answer_names_more_candidates_than_a_message_may():
    many = [FAILED.model_copy(update={"transaction_id": f"t-{number:03}"}) for number in range(50)]

    assert len(found(many, Wanted(amount=FAILED.amount, currency="CNY"))) == MOST_CANDIDATES


def test_each_fault_meets_one_question_and_then_the_wallet_answers_well():
    wallet = WalletSimulator(LEDGER, [Fault.SILENT, Fault.TWICE, Fault.NOTHING_FOUND])
    question = a_question(Wanted(transaction_id=FAILED.transaction_id))

    answers = [wallet.answers(question, AT) for _ in range(4)]

    found = [[one.transactions for one in some if isinstance(one, LedgerAnswered)] for some in answers]
    assert found == [[], [(FAILED,), (FAILED,)], [()], [(FAILED,)]]


def test_the_wallet_pays_once_under_each_key_whatever_befalls_its_answers():
    wallet = WalletSimulator(LEDGER, [Fault.SILENT, Fault.PENDING, Fault.TWICE])
    asked = [a_request(attempt=attempt) for attempt in range(1, 5)]

    answers = [[one.state for one in wallet.answers(request, AT) if isinstance(one, RemedyReported)] for request in asked]

    assert answers == [[], ["pending"], ["executed", "executed"], ["executed"]]
    assert wallet.payments.statement() == [{"remedy_id": "remedy-1", "amount": 12800, "currency": "CNY"}]


def test_a_payment_that_failed_stays_failed_under_its_key():
    wallet = WalletSimulator(LEDGER, [Fault.FAILED])

    answers = [[one.state for one in wallet.answers(a_request(), AT) if isinstance(one, RemedyReported)] for _ in range(2)]

    assert (answers, wallet.payments.statement()) == ([["failed"], ["failed"]], [])


@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        ([{}, {}], ["executed", "nothing-left"]),
        ([{"amount": 12_000}, {"amount": 800}, {"amount": 1}], ["executed", "executed", "nothing-left"]),
        ([{"amount": 12_801}, {}], ["nothing-left", "executed"]),
        ([{"kind": RemedyKind.FEE_REVERSAL}, {"kind": RemedyKind.REPEAT_TRANSACTION}], ["executed", "nothing-left"]),
        ([{}, {"kind": RemedyKind.COMPENSATION}], ["executed", "executed"]),
        ([{"kind": RemedyKind.COMPENSATION}, {}], ["executed", "executed"]),
        ([{}, {"transaction_id": REPEATED.transaction_id}], ["executed", "executed"]),
        ([{"transaction_id": "unknown"}, {"transaction_id": None}, {"currency": "USD"}], ["nothing-left"] * 3),
    ],
)
def test_over_all_complaints_no_transaction_gives_back_more_than_it_holds(asked: list[dict[str, Any]], ends: list[str]):
    wallet = WalletSimulator(LEDGER)
    requests = [a_request(complaint_id=a_complaint_id(f"chat-{n}"), remedy_id=f"remedy-{n}", **one) for n, one in enumerate(asked)]

    answers = [one for request in requests for one in wallet.answers(request, AT) if isinstance(one, RemedyReported)]

    assert [one.reason or one.state for one in answers] == ends


def test_what_a_reversed_transaction_held_is_back_already():
    wallet = WalletSimulator([FAILED.model_copy(update={"state": TransactionState.REVERSED})])

    [answer] = wallet.answers(a_request(), AT)

    assert isinstance(answer, RemedyReported)
    assert answer.reason == "nothing-left"


def test_a_question_needs_something_to_go_by():
    with pytest.raises(ValueError, match="an id, a time or an amount"):
        Wanted()
    with pytest.raises(ValueError, match="currency"):
        Wanted(amount=100)
