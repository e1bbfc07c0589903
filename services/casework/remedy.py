"""What is done for the customer: a remedy's kinds, its states, and the limits up to which people may approve one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.casework.organisation import Person, Role
from shared.contracts.vocabulary import AgentId, Currency, Personal, RemedyKind

MONEY = frozenset({RemedyKind.REFUND, RemedyKind.COMPENSATION, RemedyKind.FEE_REVERSAL})
"""They need an amount; goodwill may have one."""
OURS_TO_DO = frozenset({RemedyKind.SERVICE_ADJUSTMENT, RemedyKind.APOLOGY, RemedyKind.EXPLANATION})
"""Done once approved. Everything else the wallet executes."""


class RemedyState(StrEnum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    APPROVED = "approved"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


OWED = frozenset({RemedyState.PROPOSED, RemedyState.APPROVED, RemedyState.PENDING})
"""Nobody may say yet that it was done."""
COUNTS = OWED | {RemedyState.DONE}


@dataclass(frozen=True, slots=True)
class Remedy:
    number: int
    remedy_id: str
    """The idempotency key: under it the wallet pays once, however often it is asked."""
    kind: RemedyKind
    reason: str
    proposed_by: AgentId
    proposed_at: datetime
    amount: int | None = None
    currency: Currency | None = None
    transaction_id: Personal[str | None] = None
    account_id: Personal[str | None] = None
    """The ledger's, never out of a message."""
    state: RemedyState = RemedyState.PROPOSED
    decided_by: AgentId | None = None
    attempt: int = 0
    answer_by: datetime | None = None
    reference: str | None = None
    why_not: str | None = None

    @property
    def is_with_the_wallet(self) -> bool:
        return self.state in {RemedyState.APPROVED, RemedyState.PENDING}


@dataclass(frozen=True, slots=True)
class Limit:
    """What one role may approve of these kinds, in minor units of each currency."""

    role: Role
    kinds: frozenset[RemedyKind]
    up_to: Mapping[Currency, Annotated[int, Field(ge=0)]]


@dataclass(frozen=True, slots=True)
class Limits:
    version: str
    limits: tuple[Limit, ...]

    def cover(self, person: Person, kind: RemedyKind, amount: int | None, currency: Currency | None) -> bool:
        """A currency that no limit names may nobody spend."""
        if amount is None or currency is None:
            return True
        mine = (one for one in self.limits if one.role is person.role and kind in one.kinds)
        return any(amount <= one.up_to.get(currency, -1) for one in mine)
