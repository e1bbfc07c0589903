"""What may follow a decision, and who outside looks on: appeals, referrals, surveys, and a decision that waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts import Point
from shared.contracts.vocabulary import (
    AgentId,
    AppealDecision,
    BodyKind,
    Outcome,
    Personal,
    Priority,
    ReferralWay,
    Verdict,
)


class AppealState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    LATE = "late"
    """It came when no appeal was open to the customer any more; that was the answer."""
    LET_GO = "let_go"
    """The complaint was taken up again for another reason, and ended without a decision: there is nothing left to review."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """A review of one of the complaint's resolutions. That resolution stays as it is."""

    number: int
    of: int
    """Which of the complaint's resolutions, from 1."""
    opened_by: str
    opened_at: datetime
    priority: Priority
    state: AppealState = AppealState.OPEN
    reason: Personal[str | None] = None
    reviewer: AgentId | None = None
    ruling: AppealDecision | None = None
    decision: Verdict | None = None
    outcome: Outcome | None = None
    why: Personal[str | None] = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """What went to an outside body, or came from one."""

    number: int
    way: ReferralWay
    body: str
    body_kind: BodyKind
    by: str
    opened_at: datetime
    reference: Personal[str | None] = None
    answer_due_at: datetime | None = None
    sent: Personal[str | None] = None
    answer: Personal[str | None] = None
    answered_by: AgentId | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """How the customer found the resolution of this number. A later answer adds to it, and changes nothing."""

    of: int
    at: datetime
    by: str
    solved: bool | None = None
    attitude: int | None = None
    suggestion: Personal[str | None] = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that a second person must agree to first."""

    decision: Verdict
    outcome: Outcome
    reason: Personal[str]
    by: AgentId
    at: datetime
    text: Personal[str | None] = None
    points: Personal[tuple[Point, ...]] = ()
