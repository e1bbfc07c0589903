"""What the wallet's own systems say, with defaults."""

from datetime import timedelta
from typing import Any

from shared.contracts import (
    AccountActionReported,
    ExecuteAccountAction,
    ExecuteRemedy,
    Execution,
    LedgerAnswered,
    LookUpLedger,
    RemedyReported,
    Transaction,
    TransactionState,
    Wanted,
)
from shared.contracts.vocabulary import AccountAction, RemedyKind
from tests.builders.moments import REGISTERED_AT, a_complaint_id


def a_transaction(**changes: Any) -> Transaction:
    defaults = {
        "transaction_id": "2026112000887766",
        "at": "2026-11-20T02:15:00Z",
        "amount": 12_800,
        "currency": "CNY",
        "state": TransactionState.FAILED,
        "counterparty": "example-bookshop",
        "account_id": "U1029",
    }
    return Transaction(**defaults | changes)


def a_look_up_of_the_ledger(**changes: Any) -> LookUpLedger:
    complaint = a_complaint_id()
    wanted = Wanted(transaction_id="2026112000887766")
    defaults = {"complaint_id": complaint, "lookup_id": f"{complaint}/1", "wanted": wanted, "attempt": 1}
    return LookUpLedger(**{**defaults, "answer_by": REGISTERED_AT + timedelta(minutes=5), **changes})


def an_order_to_pay(**changes: Any) -> ExecuteRemedy:
    complaint = a_complaint_id()
    defaults = {
        "complaint_id": complaint,
        "remedy_id": f"{complaint}/1",
        "kind": RemedyKind.REFUND,
        "amount": 12_800,
        "currency": "CNY",
        "account_id": "U1029",
        "attempt": 1,
    }
    return ExecuteRemedy(**defaults | changes)


def an_order_on_an_account(**changes: Any) -> ExecuteAccountAction:
    complaint = a_complaint_id()
    defaults = {
        "complaint_id": complaint,
        "action_id": f"{complaint}/account/1",
        "action": AccountAction.FREEZE,
        "account_id": "U1029",
        "attempt": 1,
        "requested_at": REGISTERED_AT,
    }
    return ExecuteAccountAction(**defaults | changes)


def an_account_action_reported(state: Execution = Execution.EXECUTED, **changes: Any) -> AccountActionReported:
    complaint = a_complaint_id()
    defaults = {"complaint_id": complaint, "action_id": f"{complaint}/account/1", "state": state, "reported_at": REGISTERED_AT}
    return AccountActionReported(**defaults | changes)


def a_ledger_answered(*transactions: Transaction, lookup: int = 1, **changes: Any) -> LedgerAnswered:
    """To the complaint's first question; the one transaction where none is named."""
    complaint = a_complaint_id()
    defaults = {"complaint_id": complaint, "lookup_id": f"{complaint}/{lookup}", "answered_at": REGISTERED_AT}
    return LedgerAnswered(**{**defaults, "transactions": transactions or (a_transaction(),), **changes})


def a_remedy_reported(state: Execution = Execution.EXECUTED, number: int = 1, **changes: Any) -> RemedyReported:
    complaint = a_complaint_id()
    defaults = {"complaint_id": complaint, "remedy_id": f"{complaint}/{number}", "state": state, "reported_at": REGISTERED_AT}
    return RemedyReported(**defaults | changes)
