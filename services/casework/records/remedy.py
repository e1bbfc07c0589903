"""What is done for the customer: a remedy's kinds, its states, and the limits up to which people may approve one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from services.casework.policies.organisation import Person, Role
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


OWED = frozenset({RemedyState.PROPOSED, RemedyState.APPROVED, RemedyState.PENDING, RemedyState.FAILED})
"""Not done; one that failed is owed until somebody sets it aside."""
COUNTS = frozenset({RemedyState.PROPOSED, RemedyState.APPROVED, RemedyState.PENDING, RemedyState.DONE})
"""What is spent, or may be."""


@dataclass(frozen=True, slots=True)
class Remedy:
    number: int
    remedy_id: str
    """The idempotency key: under it the wallet pays once, however often it is asked."""
    kind: RemedyKind
    reason: Personal[str]
    proposed_by: AgentId
    proposed_at: datetime
    amount: int | None = None
    currency: Currency | None = None
    transaction_id: Personal[str | None] = None
    account_id: Personal[str | None] = None
    """The ledger's, never out of a message."""
    payee: Personal[str] = ""
    """The same for each account, so that what one customer got can be added up; it tells nobody which account it is."""
    state: RemedyState = RemedyState.PROPOSED
    decided_by: AgentId | None = None
    limits: str = ""
    """Version of the limits by which it was decided."""
    settled_at: datetime | None = None
    attempt: int = 0
    answer_by: datetime | None = None
    reference: Personal[str | None] = None
    why_not: Personal[str | None] = None
    appeal: int | None = None
    """Which appeal brought it; the others came with the complaint's own decision."""

    @property
    def is_with_the_wallet(self) -> bool:
        return self.state in {RemedyState.APPROVED, RemedyState.PENDING}


@dataclass(frozen=True, slots=True)
class Limit:
    """What one role may approve of these kinds, in minor units of each currency."""

    role: Role
    kinds: frozenset[RemedyKind]
    up_to: Mapping[Currency, Annotated[int, Field(ge=0)]]


def _each_once(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    named = [f"{one.role} for {kind}" for one in limits for kind in one.kinds]
    if twice := sorted({one for one in named if named.count(one) > 1}):
        raise ValueError(f"limited twice: {', '.join(twice)}")
    return limits


@dataclass(frozen=True, slots=True)
class Limits:
    version: str
    limits: Annotated[tuple[Limit, ...], AfterValidator(_each_once)]

    def cover(self, person: Person, remedy: Remedy, others: Sequence[Remedy]) -> bool:
        """With the complaint's others of the kinds that share a limit: many small ones are one large one. A kind or currency that no
        limit names for the role may it not spend.
        """
        mine = [one for one in self.limits if one.role is person.role and remedy.kind in one.kinds]
        if remedy.amount is None or remedy.currency is None:
            return remedy.kind in OURS_TO_DO or bool(mine)
        spent = [one for one in others if one.state in COUNTS and one.currency == remedy.currency]
        return any(
            remedy.amount + sum(one.amount or 0 for one in spent if one.kind in limit.kinds) <= limit.up_to.get(remedy.currency, -1)
            for limit in mine
        )
