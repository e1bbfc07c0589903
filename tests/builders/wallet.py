"""What the wallet's own systems say, with defaults."""

from typing import Any

from shared.contracts import Execution, LedgerAnswered, RemedyReported, Transaction, TransactionState
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


def a_ledger_answered(*transactions: Transaction, lookup: int = 1, **changes: Any) -> LedgerAnswered:
    """To the complaint's first question; the one transaction where none is named."""
    complaint = a_complaint_id()
    defaults = {"complaint_id": complaint, "lookup_id": f"{complaint}/{lookup}", "answered_at": REGISTERED_AT}
    return LedgerAnswered(**{**defaults, "transactions": transactions or (a_transaction(),), **changes})


def a_remedy_reported(state: Execution = Execution.EXECUTED, number: int = 1, **changes: Any) -> RemedyReported:
    complaint = a_complaint_id()
    defaults = {"complaint_id": complaint, "remedy_id": f"{complaint}/{number}", "state": state, "reported_at": REGISTERED_AT}
    return RemedyReported(**defaults | changes)
