"""What compliance asks of casework about a customer's data, and that it was erased (ADR-0025)."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event
from shared.contracts.commands import LONGEST_REASON, CaseworkCommand
from shared.contracts.vocabulary import ComplaintId, ComplaintNumber, Personal


class EraseCustomer(CaseworkCommand):
    """Erase what tells who the customer is and what was said, in every service. Refused where something is open or owed, or kept by law."""

    key: ClassVar[str] = "complaint.erase.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class SetLegalHold(CaseworkCommand):
    """A court, a regulator or a dispute needs the complaint as it is: nothing of it is erased until the hold is lifted."""

    key: ClassVar[str] = "complaint.hold.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class LiftLegalHold(CaseworkCommand):
    """Nobody needs it any more."""

    key: ClassVar[str] = "complaint.lift-hold.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class UnmaskComplaint(CaseworkCommand):
    """See for a while what is behind the dots, or take it out of the house. Who, when and what for stays on record."""

    key: ClassVar[str] = "complaint.unmask.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class CustomerErased(Event):
    """Whoever holds something personal of this complaint takes it away, and takes nothing in any more."""

    key: ClassVar[str] = "complaint.customer-erased.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    erased_at: AwareDatetime
