"""What casework asks of the wallet's own systems, and what they answer. Both ways on one exchange that nobody else may write to."""

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator

from shared.contracts.base import WALLET, Message, Part
from shared.contracts.vocabulary import AccountAction, ComplaintId, Currency, Personal, RemedyKind

GIVES_BACK = frozenset({RemedyKind.REFUND, RemedyKind.FEE_REVERSAL, RemedyKind.REPEAT_TRANSACTION})
"""What of a transaction comes back: over all complaints never more than it holds. The wallet alone sees all of them."""
NOTHING_LEFT = "nothing-left"
"""Why the wallet refuses more than that."""
OVERTAKEN = "overtaken"
"""Why the wallet refuses to do to an account what a later request has settled."""


def together(amount: int | None, currency: Currency | None) -> None:
    """Raises `ValueError` where one of the two stands alone."""
    if (amount is None) != (currency is None):
        raise ValueError("an amount needs its currency, and a currency its amount")


class Wanted(Part):
    """Which transaction is meant: by its id, or else by amount or time, which may fit several."""

    transaction_id: Personal[str | None] = Field(default=None, min_length=1, max_length=80)
    at: AwareDatetime | None = None
    amount: int | None = Field(default=None, ge=0, description="minor units")
    currency: Currency | None = None

    @model_validator(mode="after")
    def _something_to_go_by(self) -> Self:
        if self.transaction_id is None and self.at is None and self.amount is None:
            raise ValueError("an id, a time or an amount is needed")
        together(self.amount, self.currency)
        return self


class TransactionState(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    REVERSED = "reversed"


class Transaction(Part):
    """One line of the wallet's ledger."""

    transaction_id: Personal[str]
    at: AwareDatetime
    amount: int = Field(ge=0, description="minor units")
    currency: Currency
    state: TransactionState
    counterparty: Personal[str | None] = None
    account_id: Personal[str | None] = Field(default=None, description="whose transaction it is; the only account that money goes to")
    registered_email: Personal[str | None] = Field(default=None, description="of the account's owner, as registered; codes go there")


class LookUpLedger(Message):
    """Find a transaction. The ledger may be asked again under the same `lookup_id`, and answers again."""

    key: ClassVar[str] = "ledger.lookup.v1"
    exchange: ClassVar[str] = WALLET

    complaint_id: ComplaintId
    lookup_id: str
    wanted: Wanted
    attempt: int = Field(ge=1)
    answer_by: AwareDatetime = Field(description="when casework asks again, or does without")


class LedgerAnswered(Message):
    """What the ledger found: none, the one, or several that may be meant."""

    key: ClassVar[str] = "ledger.answered.v1"
    exchange: ClassVar[str] = WALLET

    complaint_id: ComplaintId
    lookup_id: str
    transactions: tuple[Transaction, ...] = Field(default=(), max_length=20)
    answered_at: AwareDatetime


class ExecuteRemedy(Message):
    """Do it, once. The wallet may be asked again under the same `remedy_id`; it answers again, and pays nothing twice.

    A refund, reversed fee or repeat beyond what is left of its transaction, over all complaints, fails with the reason `nothing-left`.
    """

    key: ClassVar[str] = "wallet.remedy-execute.v1"
    exchange: ClassVar[str] = WALLET

    complaint_id: ComplaintId
    remedy_id: str = Field(description="the idempotency key")
    kind: RemedyKind
    amount: int | None = Field(default=None, gt=0, description="minor units")
    currency: Currency | None = None
    transaction_id: Personal[str | None] = None
    account_id: Personal[str] = Field(description="as the ledger knows it")
    attempt: int = Field(ge=1)


class Execution(StrEnum):
    PENDING = "pending"
    EXECUTED = "executed"
    FAILED = "failed"


class RemedyReported(Message):
    """How far it is. What was executed may still be reported as failed, where the money came back; what failed is never executed under
    the same key any more.
    """

    key: ClassVar[str] = "wallet.remedy-reported.v1"
    exchange: ClassVar[str] = WALLET

    complaint_id: ComplaintId
    remedy_id: str
    state: Execution
    reference: Personal[str | None] = Field(default=None, max_length=80, description="the wallet's own, for people")
    reason: Personal[str | None] = Field(
        default=None, max_length=200, description="of a failure; `nothing-left`: the transaction holds no more"
    )
    reported_at: AwareDatetime


class ExecuteAccountAction(Message):
    """Do it, once. The wallet may be asked again under the same `action_id`; it answers again, and does nothing twice.

    What was requested before something that it has done to the account already fails with the reason `overtaken`.
    """

    key: ClassVar[str] = "wallet.account-execute.v1"
    exchange: ClassVar[str] = WALLET

    complaint_id: ComplaintId
    action_id: str = Field(description="the idempotency key")
    action: AccountAction
    account_id: Personal[str] = Field(description="as the ledger knows it, or the channel that logged its owner in")
    attempt: int = Field(ge=1)
    requested_at: AwareDatetime


class AccountActionReported(Message):
    """How far it is. What failed is never done under the same key any more."""

    key: ClassVar[str] = "wallet.account-reported.v1"
    exchange: ClassVar[str] = WALLET

    complaint_id: ComplaintId
    action_id: str
    state: Execution
    reference: Personal[str | None] = Field(default=None, max_length=80, description="the wallet's own, for people")
    reason: Personal[str | None] = Field(default=None, max_length=200, description="of a failure; `overtaken`: a later one was done")
    reported_at: AwareDatetime
