"""What casework says about a complaint's life after routing. Agents' words to the customer travel; customers' words stay in intake."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event
from shared.contracts.vocabulary import (
    ClockKind,
    ComplaintId,
    ComplaintNumber,
    Currency,
    LinkKind,
    Material,
    NoticeKind,
    Personal,
    Priority,
    Regime,
    RemedyKind,
    RemedyStep,
    Status,
)


class ComplaintMoved(Event):
    """The complaint's status changed. Of several, the one with the highest revision says how it stands."""

    key: ClassVar[str] = "complaint.moved.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    before: Status
    status: Status
    by: str = Field(description="an agent's id, `customer` or `system`")
    revision: int = Field(ge=1, description="grows with everything that happens to the complaint")
    priority: Priority | None = Field(default=None, description="as it stands")
    moved_at: AwareDatetime


class MaterialRequested(Event):
    """The customer is to send what is named. It names what was not asked for before."""

    key: ClassVar[str] = "complaint.material-requested.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    materials: tuple[Material, ...] = Field(min_length=1)
    by: str
    requested_at: AwareDatetime


class EscalationRequested(Event):
    """Somebody wants the complaint one step up: an agent, or the customer."""

    key: ClassVar[str] = "complaint.escalation-requested.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    by: str
    by_customer: bool = False
    reason: Personal[str]
    requested_at: AwareDatetime


class DeadlineExtended(Event):
    """A deadline was moved, for a reason that the customer is told."""

    key: ClassVar[str] = "complaint.deadline-extended.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    clock: ClockKind
    due_at: AwareDatetime
    by: str
    reason: Personal[str]
    regime: Regime = "house"
    letter: NoticeKind = Field(default=NoticeKind.EXTENSION, description="the letter that is owed: an extension, or a holding reply")
    outside_body: str | None = Field(default=None, description="who may be asked next; a name of the regimes' file")
    extended_at: AwareDatetime


class ComplaintsLinked(Event):
    """Two complaints have to do with each other, or do so no more. Casework draws the other side of the link from it."""

    key: ClassVar[str] = "complaint.linked.v1"

    complaint_id: ComplaintId = Field(description="the complaint on which it was asked; of a merged one, the duplicate")
    other: ComplaintId
    how: LinkKind
    by: str
    linked_at: AwareDatetime


class RemedyMoved(Event):
    """How a remedy stands. The steps have an order: the furthest one counts, in whatever order they are heard."""

    key: ClassVar[str] = "complaint.remedy-moved.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    remedy: int = Field(ge=1)
    kind: RemedyKind
    amount: int | None = Field(default=None, description="minor units")
    currency: Currency | None = None
    step: RemedyStep
    moved_at: AwareDatetime
