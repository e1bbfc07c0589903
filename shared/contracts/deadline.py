"""What the watchdog says about the clocks of a complaint."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event
from shared.contracts.vocabulary import ClockKind, ComplaintId, ComplaintNumber, Team


class DeadlineApproaching(Event):
    """A share of a target is used up (three quarters, where policy names no other), and the clock runs."""

    key: ClassVar[str] = "deadline.approaching.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    clock: ClockKind
    about: str = Field(default="", description="of which there may be several: `remedy/1`, `appeal/1`, `referral/2`")
    warning: int = Field(default=1, ge=1, description="which of the policy's warnings")
    generation: int = Field(ge=1, description="counts the times this clock was started or extended")
    policy: str = Field(description="name@version of the policy that set the target")
    team: Team | None = Field(default=None, description="who had the complaint, where routing had spoken yet")
    due_at: AwareDatetime
    noticed_at: AwareDatetime


class DeadlineMissed(Event):
    """A target passed and nothing had met it."""

    key: ClassVar[str] = "deadline.missed.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    clock: ClockKind
    about: str = ""
    generation: int = Field(ge=1)
    policy: str
    team: Team | None = None
    due_at: AwareDatetime
    missed_at: AwareDatetime
