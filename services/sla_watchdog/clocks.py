"""What the watchdog knows of one complaint: what it heard, and how each clock stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.vocabulary import ClockKind, ComplaintId, ComplaintNumber, Status, Team

TAKEN_UP_AGAIN = frozenset({Status.RESOLVED, Status.CLOSED, Status.WITHDRAWN})
ENDED_WITHOUT_OUTCOME = frozenset({Status.WITHDRAWN, Status.DUPLICATE})


class ClockState(StrEnum):
    """What was told of a clock, or how it ended. That it waits meanwhile is `Clock.paused`: what was told stays told."""

    RUNNING = "running"
    APPROACHING = "approaching"
    MISSED = "missed"
    MET = "met"
    MET_LATE = "met_late"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clock was promised when it was first started; it keeps them, whatever becomes of the policy."""

    target: timedelta
    approaching_share: float
    pauses_in: tuple[Status, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    kind: ClockKind
    generation: int
    policy: str
    terms: Terms
    started_at: datetime
    approaches_at: datetime
    due_at: datetime
    state: ClockState = ClockState.RUNNING
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_since: datetime | None = None
    paused_s: float = 0.0
    """By how much pauses that are over moved the deadline, seconds."""

    @property
    def next_due(self) -> datetime | None:
        """A moment that was reached before the pause began still counts; a later one is unknown until the pause is over."""
        moment = {ClockState.RUNNING: self.approaches_at, ClockState.APPROACHING: self.due_at}.get(self.state)
        return None if moment and self.paused_since and moment > self.paused_since else moment

    @property
    def paused(self) -> bool:
        return self.state in (ClockState.RUNNING, ClockState.APPROACHING) and self.next_due is None


@dataclass(frozen=True, slots=True)
class Move:
    """One change of the complaint's status."""

    revision: int
    before: Status
    status: Status
    at: datetime

    @property
    def reopens(self) -> bool:
        return self.before in TAKEN_UP_AGAIN and self.status is Status.IN_PROGRESS


@dataclass(frozen=True, slots=True)
class Extension:
    clock: ClockKind
    extended_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks of one complaint, and all that was heard: events come in any order, also before the clock that they are about."""

    complaint_id: ComplaintId
    number: ComplaintNumber
    received_at: datetime
    team: Team | None = None
    answered_at: datetime | None = None
    """The earliest answer of all; a resolution is one too."""
    resolutions: tuple[datetime, ...] = ()
    """In the order of time: after a reopening there is another one."""
    moves: tuple[Move, ...] = ()
    """In the order of revisions."""
    extensions: tuple[Extension, ...] = ()
    """In the order of time."""
    clocks: tuple[Clock, ...] = ()

    @property
    def next_due(self) -> datetime | None:
        return min((one.next_due for one in self.clocks if one.next_due), default=None)
