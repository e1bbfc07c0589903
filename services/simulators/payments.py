"""What a wallet paid: once under each key, never more than a transaction holds, and the list that casework's books are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.contracts import ExecuteRemedy, Execution, Transaction, TransactionState
from shared.contracts.wallet import GIVES_BACK, NOTHING_LEFT


@dataclass(frozen=True, slots=True)
class Payment:
    request: ExecuteRemedy
    state: Execution
    reason: str | None = None


@dataclass
class Payments:
    ledger: Sequence[Transaction]
    done: dict[str, Payment] = field(default_factory=dict)

    def settled(self, request: ExecuteRemedy, failure: str | None = None) -> Payment:
        """How the first request under this key ended: a later one changes nothing."""
        if request.remedy_id not in self.done:
            reason = failure or (None if self._has_left(request) else NOTHING_LEFT)
            self.keep(Payment(request, Execution.FAILED if reason else Execution.EXECUTED, reason))
        return self.done[request.remedy_id]

    def keep(self, payment: Payment) -> None:
        self.done[payment.request.remedy_id] = payment

    def statement(self) -> list[dict[str, str | int | None]]:
        """One line for each payment that was executed, as `redress balance --money` reads it."""
        paid = (one.request for one in self._executed() if one.request.amount)
        return [{"remedy_id": one.remedy_id, "amount": one.amount, "currency": one.currency} for one in paid]

    def _has_left(self, request: ExecuteRemedy) -> bool:
        """Over all complaints, of which each knows its own remedies only."""
        if request.kind not in GIVES_BACK:
            return True
        given = sum(one.request.amount or 0 for one in self._executed() if _takes_from(one.request, request.transaction_id))
        held = next((one for one in self.ledger if one.transaction_id == request.transaction_id), None)
        if held is None or held.state is TransactionState.REVERSED or held.currency != request.currency:
            return False
        return given + (request.amount or 0) <= held.amount

    def _executed(self) -> list[Payment]:
        return [one for one in self.done.values() if one.state is Execution.EXECUTED]


def _takes_from(request: ExecuteRemedy, transaction_id: str | None) -> bool:
    return request.kind in GIVES_BACK and request.transaction_id == transaction_id
