"""Regulators, ombudsmen, consumer bodies, courts, media: what goes to them and comes from them, and until when."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event
from shared.contracts.commands import LONGEST_REASON, CaseworkCommand
from shared.contracts.vocabulary import BodyKind, ComplaintId, ComplaintNumber, Personal, ReferralWay

LONGEST_REFERENCE = 120


class ReferComplaint(CaseworkCommand):
    """The complaint goes to an outside body, or one has written about it."""

    key: ClassVar[str] = "complaint.refer.v1"

    way: ReferralWay = ReferralWay.TO_BODY
    body: str = Field(min_length=2, max_length=120, description="its name")
    body_kind: BodyKind
    reference: str | None = Field(default=None, max_length=LONGEST_REFERENCE, description="theirs")
    answer_due_at: AwareDatetime | None = Field(default=None, description="their deadline, or the one they set us")
    sent: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON, description="what was sent, or what they ask")


class RecordReferralAnswer(CaseworkCommand):
    """What the outside body said, or that we answered it."""

    key: ClassVar[str] = "complaint.referral-answer.v1"

    referral: int = Field(ge=1, description="which of the complaint's referrals")
    reference: str | None = Field(default=None, max_length=LONGEST_REFERENCE)
    answer: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON, description="their outcome, or our answer")


class ReferralOpened(Event):
    """An outside body has to do with the complaint now."""

    key: ClassVar[str] = "complaint.referral-opened.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    referral: int = Field(ge=1)
    way: ReferralWay
    body: str
    body_kind: BodyKind
    reference: str | None = None
    answer_due_at: AwareDatetime | None = None
    by: str
    opened_at: AwareDatetime


class ReferralAnswered(Event):
    """An answer to, or from, the outside body is on record."""

    key: ClassVar[str] = "complaint.referral-answered.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    referral: int = Field(ge=1)
    by: str
    answered_at: AwareDatetime
