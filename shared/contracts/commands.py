"""What people ask of casework (docs/life-of-a-complaint.md). A repeat under the same message id changes nothing.

Each names who asks. Whether they may, and whether the complaint is where the command needs it, casework decides: what it refuses
changes nothing and is answered with a slug.
"""

from functools import cached_property
from typing import ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator

from shared.contracts.base import Command
from shared.contracts.complaint import Point
from shared.contracts.vocabulary import (
    AgentId,
    ClockKind,
    ComplaintId,
    Currency,
    Material,
    Outcome,
    Personal,
    RemedyKind,
    RootCause,
    Verdict,
)
from shared.contracts.wallet import Wanted, together

LONGEST_WORDS = 20_000
"""Characters. Our own messages stay small enough to travel whole (ADR-0016)."""
LONGEST_REASON = 500
MOST_MONEY = 10**15
"""Minor units: every sum of some stays within what the database can count."""


class CaseworkCommand(Command):
    complaint_id: ComplaintId
    by: AgentId = Field(description="who asks; the organisation's file says what they may")
    expects: int | None = Field(
        default=None, ge=1, description="the revision that the agent saw: where the complaint has moved on since, the command is refused"
    )


class TakeComplaint(CaseworkCommand):
    """The agent takes the complaint from the team's worklist and begins to work on it."""

    key: ClassVar[str] = "complaint.take.v1"


class AssignComplaint(CaseworkCommand):
    """Somebody who may do so gives the complaint to an agent."""

    key: ClassVar[str] = "complaint.assign.v1"

    assignee: AgentId


class ReplyToCustomer(CaseworkCommand):
    """A person's answer to the customer. Meets the clock of the first response."""

    key: ClassVar[str] = "complaint.reply.v1"

    text: Personal[str | None] = Field(default=None, max_length=LONGEST_WORDS, description="empty where the answer was given elsewhere")


class AddNote(CaseworkCommand):
    """A note for colleagues; the customer never sees it."""

    key: ClassVar[str] = "complaint.add-note.v1"

    text: Personal[str] = Field(min_length=1, max_length=LONGEST_WORDS)


class RequestMaterial(CaseworkCommand):
    """Ask the customer for what is missing, all in one letter. What is asked for already is not asked for again."""

    key: ClassVar[str] = "complaint.request-material.v1"

    materials: tuple[Material, ...] = Field(min_length=1)


class WaiveMaterial(CaseworkCommand):
    """Go on without what was asked for. The last one that is settled ends the waiting."""

    key: ClassVar[str] = "complaint.waive-material.v1"

    materials: tuple[Material, ...] = Field(min_length=1)
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class EscalateComplaint(CaseworkCommand):
    """Hand the complaint one step up."""

    key: ClassVar[str] = "complaint.escalate.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class RequestHigherLevel(CaseworkCommand):
    """The customer asks for somebody higher, before any outcome; an agent records it."""

    key: ClassVar[str] = "complaint.request-higher-level.v1"


class LookUpTransaction(CaseworkCommand):
    """Ask the wallet's ledger about a transaction: by its id, or by time or amount, which may fit several. The answer is evidence."""

    key: ClassVar[str] = "complaint.look-up.v1"

    transaction_id: Personal[str | None] = Field(default=None, min_length=1, max_length=80)
    transaction_at: AwareDatetime | None = None
    amount: int | None = Field(default=None, ge=0, le=MOST_MONEY, description="minor units")
    currency: Currency | None = None

    @cached_property
    def wanted(self) -> Wanted:
        return Wanted(transaction_id=self.transaction_id, at=self.transaction_at, amount=self.amount, currency=self.currency)

    @model_validator(mode="after")
    def _something_to_go_by(self) -> Self:
        _ = self.wanted
        return self


class ProposeRemedy(CaseworkCommand):
    """Do something for the customer. Within the own limit it is approved with that; above it somebody else must."""

    key: ClassVar[str] = "complaint.propose-remedy.v1"

    kind: RemedyKind
    amount: int | None = Field(default=None, gt=0, le=MOST_MONEY, description="minor units")
    currency: Currency | None = None
    transaction_id: Personal[str | None] = Field(default=None, description="one that the ledger found; it names the account")
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)

    @model_validator(mode="after")
    def _an_amount_has_a_currency(self) -> Self:
        together(self.amount, self.currency)
        return self


class ApproveRemedy(CaseworkCommand):
    """Approve what somebody else proposed."""

    key: ClassVar[str] = "complaint.approve-remedy.v1"

    remedy: int = Field(ge=1, description="which of the complaint's remedies")


class RejectRemedy(CaseworkCommand):
    """Do not do what was proposed."""

    key: ClassVar[str] = "complaint.reject-remedy.v1"

    remedy: int = Field(ge=1, description="which of the complaint's remedies")
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class ExtendDeadline(CaseworkCommand):
    """Move a deadline, for a reason that the customer is told."""

    key: ClassVar[str] = "complaint.extend-deadline.v1"

    clock: ClockKind
    due_at: AwareDatetime
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class ResolveComplaint(CaseworkCommand):
    """Decide on the merits, and say with what outcome. Both are owed, and the reason."""

    key: ClassVar[str] = "complaint.resolve.v1"

    decision: Verdict
    outcome: Outcome
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)
    text: Personal[str | None] = Field(default=None, max_length=LONGEST_WORDS, description="what the customer is told")
    points: tuple[Point, ...] = Field(default=(), max_length=20, description="everything they complained of, answered one by one")


class ApproveResolution(CaseworkCommand):
    """A second person agrees to what was to be decided against the customer; with that the complaint is resolved."""

    key: ClassVar[str] = "complaint.approve-resolution.v1"


class RejectResolution(CaseworkCommand):
    """A second person sends back what was to be decided."""

    key: ClassVar[str] = "complaint.reject-resolution.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class CloseComplaint(CaseworkCommand):
    """Put a resolved complaint away. The root cause is owed."""

    key: ClassVar[str] = "complaint.close.v1"

    root_cause: RootCause
    agreed: bool = Field(default=False, description="the customer agreed, which is another thing than silence")


class ReopenComplaint(CaseworkCommand):
    """Take a resolved or closed complaint up again; only people do, and with a reason."""

    key: ClassVar[str] = "complaint.reopen.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class WithdrawComplaint(CaseworkCommand):
    """The customer wants no more of it; an agent records it."""

    key: ClassVar[str] = "complaint.withdraw.v1"

    reason: Personal[str | None] = Field(default=None, max_length=LONGEST_REASON)


class LinkComplaints(CaseworkCommand):
    """This complaint has to do with another one."""

    key: ClassVar[str] = "complaint.link.v1"

    other: ComplaintId


class UnlinkComplaints(CaseworkCommand):
    """They have nothing to do with each other after all."""

    key: ClassVar[str] = "complaint.unlink.v1"

    other: ComplaintId


class MergeDuplicate(CaseworkCommand):
    """The same matter is another complaint already: work goes on there."""

    key: ClassVar[str] = "complaint.merge.v1"

    into: ComplaintId
