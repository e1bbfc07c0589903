"""What the wallet core was asked to do with an account, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.vocabulary import AccountAction, AgentId, Personal


class ErrandState(StrEnum):
    ASKED = "asked"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Errand:
    number: int
    action_id: str
    """The idempotency key: under it the wallet does it once, however often it is asked."""
    action: AccountAction
    reason: Personal[str]
    by: AgentId
    requested_at: datetime
    account_id: Personal[str]
    """The ledger's, or that of the channel that logged its owner in; never out of a message."""
    state: ErrandState = ErrandState.ASKED
    attempt: int = 0
    answer_by: datetime | None = None
    settled_at: datetime | None = None
    reference: Personal[str | None] = None
    why_not: Personal[str | None] = None

    @property
    def is_with_the_wallet(self) -> bool:
        return self.state in {ErrandState.ASKED, ErrandState.PENDING}
