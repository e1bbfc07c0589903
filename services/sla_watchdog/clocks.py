"""What the watchdog knows of one complaint: what it heard, and how each clock stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.sla_watchdog.calendar import Span
from services.sla_watchdog.heard import Extension, Letter, Matter, Move
from shared.contracts.vocabulary import ClockKind, ComplaintId, ComplaintNumber, Status, Team


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

    target: Span
    warnings: tuple[float, ...]
    """Shares of the time, in their order, after each of which there is a warning."""
    pauses_in: tuple[Status, ...] = ()
    zone: str = "UTC"
    """Whose days count, where the target is in days."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Known by its kind and what it is about."""

    kind: ClockKind
    generation: int
    policy: str
    terms: Terms
    started_at: datetime
    warns_at: tuple[datetime, ...]
    due_at: datetime
    about: str = ""
    told: int = 0
    """How many of its moments were told in this generation: each warning, then the breach."""
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_since: datetime | None = None
    paused_s: float = 0.0
    """By how much pauses that are over moved the deadline, seconds."""

    @property
    def state(self) -> ClockState:
        if self.stopped_at:
            return ClockState.STOPPED
        if self.met_at:
            return ClockState.MET if self.met_at <= self.due_at else ClockState.MET_LATE
        if self.told > len(self.warns_at):
            return ClockState.MISSED
        return ClockState.APPROACHING if self.told else ClockState.RUNNING

    @property
    def warned(self) -> int:
        return min(self.told, len(self.warns_at))

    @property
    def next_due(self) -> datetime | None:
        """A moment that was reached before the pause began still counts; a later one is unknown until the pause is over."""
        moments = (*self.warns_at, self.due_at)
        if self.met_at or self.stopped_at or self.told >= len(moments):
            return None
        moment = moments[self.told]
        return None if self.paused_since and moment > self.paused_since else moment

    @property
    def paused(self) -> bool:
        return self.state in (ClockState.RUNNING, ClockState.APPROACHING) and self.next_due is None


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks of one complaint, and all that was heard: events come in any order, also before the clock that they are about."""

    complaint_id: ComplaintId
    number: ComplaintNumber
    received_at: datetime
    team: Team | None = None
    routed_at: datetime | None = None
    answers: tuple[datetime, ...] = ()
    """By people of the company, in the order of time."""
    requests: tuple[datetime, ...] = ()
    """To the customer, for material; in the order of time."""
    resolutions: tuple[datetime, ...] = ()
    """In the order of time: after a reopening there is another one."""
    letters: tuple[Letter, ...] = ()
    """One for each notice, by its id."""
    moves: tuple[Move, ...] = ()
    """In the order of revisions."""
    extensions: tuple[Extension, ...] = ()
    """In the order of time."""
    matters: tuple[Matter, ...] = ()
    """By kind and what they are about."""
    clocks: tuple[Clock, ...] = ()
    """By kind and what they are about."""

    @property
    def next_due(self) -> datetime | None:
        return min((one.next_due for one in self.clocks if one.next_due), default=None)

    def has(self, kind: ClockKind, about: str = "") -> bool:
        return any((one.kind, one.about) == (kind, about) for one in self.clocks)
