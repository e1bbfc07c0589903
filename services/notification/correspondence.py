"""What notification remembers of one complaint: whom it told what, where, and what became of it."""

import re
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import AwareDatetime, Field

from services.notification.saying import Saying
from services.notification.standing import Asked, Move, Review, Stranger, SurveyStep
from shared.contracts import DeliveryReported, Part, ReplyTo
from shared.contracts.vocabulary import (
    AdapterName,
    Category,
    Channel,
    ClockKind,
    ComplaintId,
    ComplaintNumber,
    Language,
    NoticeKind,
    Personal,
    Regime,
    Status,
    Team,
)

REASON_LENGTH = 200
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+|\+?\d[\d -]{5,}\d")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class NoticeState(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"


# Reports come in any order. A late success outranks an attempt that failed; a bounce is the mailbox's last word.
_RANK = {NoticeState.SENT: 0, NoticeState.FAILED: 1, NoticeState.DELIVERED: 2, NoticeState.BOUNCED: 3}

LOST = frozenset({NoticeState.FAILED, NoticeState.BOUNCED})


class Dispatch(Part):
    """What every notice has: its id, where it stands, since when."""

    notice_id: str
    state: NoticeState = NoticeState.SENT
    reason: Personal[str | None] = None
    at: AwareDatetime


class Notice(Dispatch):
    """One notice to the customer."""

    kind: NoticeKind
    channel: Channel
    adapter: AdapterName
    to: Personal[str] = Field(description="masked, for showing")
    told_at: AwareDatetime = Field(description="when it was decided; `at` moves on with the reports")


class TeamNoticeRecord(Dispatch):
    """One notice to a team."""

    team: Team
    to: str
    about: str = Field(description="what it was for, so that the same is never said twice")
    level: int = Field(default=0, ge=0, description="of the escalation; 0 for a warning")


class Correspondence(Part):
    """Everything said to the customer and the teams about one complaint."""

    complaint_id: ComplaintId
    number: ComplaintNumber
    language: Language
    category: Category
    reply_to: Personal[ReplyTo]
    received_at: AwareDatetime
    team: Team | None = None
    notices: tuple[Notice, ...] = ()
    team_notices: tuple[TeamNoticeRecord, ...] = ()
    withheld: tuple[Saying, ...] = ()
    zone: str = Field(default="UTC", description="where the customer's times are shown")
    answer_by: AwareDatetime | None = Field(default=None, description="the promise of the first response, as told")
    promise: str = Field(default="", description="name@version of the promise")
    private_since: AwareDatetime | None = Field(default=None, description="when the private `reply_to` of a public complaint was given")
    extended: dict[ClockKind, AwareDatetime] = Field(default_factory=dict, description="the latest moment that deadlines were moved to")
    status: Status | None = Field(default=None, description="as casework last said")
    revision: int = Field(default=0, ge=0, description="of the complaint's life, when casework said so")
    regime: Regime = "house"
    moves: tuple[Move, ...] = ()
    asked: tuple[Asked, ...] = Field(default=(), description="everything that the customer was ever asked for")
    reviews: tuple[Review, ...] = ()
    survey: SurveyStep = SurveyStep.NOT_ANSWERED
    strangers: tuple[Stranger, ...] = ()

    def promised(self, clock: ClockKind) -> datetime | None:
        return self.extended.get(clock, self.answer_by if clock is ClockKind.FIRST_RESPONSE else None)


class RefusalNotice(Part):
    """An inbound message that was refused, and what its sender was told, where that was safe."""

    inbound_id: str
    reason: str
    notice: Notice | None = None


class IncidentNotice(Part):
    """What the supervisors were told of complaints that may have one cause."""

    incident_id: str
    notice: TeamNoticeRecord


D = TypeVar("D", bound=Dispatch)


def notice_id(complaint_id: str, kind: str, position: int) -> str:
    return f"{complaint_id}:{kind}:{position}"


def complaint_of(notice_id: str) -> ComplaintId:
    return ComplaintId(notice_id.partition(":")[0])


def settled(dispatch: D, report: DeliveryReported) -> D:
    """The greater of what is known and what is reported: commutative and idempotent, so order and repetition do not matter."""
    state = NoticeState(report.state)
    reason = without_addresses(report.reason) if report.reason else None
    if (_RANK[state], report.at, reason or "") <= (_RANK[dispatch.state], dispatch.at, dispatch.reason or ""):
        return dispatch
    return dispatch.model_copy(update={"state": state, "reason": reason, "at": report.at})


def without_addresses(reason: str) -> str:
    """Mail servers like to repeat the address in what they answer; a stored reason must not."""
    return _ADDRESS.sub("…", _UNPRINTABLE.sub(" ", reason)).strip()[:REASON_LENGTH]


def is_refusal(notice_id: str) -> bool:
    return ":refusal:" in notice_id


def is_incident(notice_id: str) -> bool:
    return ":incident:" in notice_id
