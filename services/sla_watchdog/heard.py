"""What the watchdog hears, kept so that its order makes no difference: moves, extensions, letters, and matters of their own."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.sla_watchdog.calendar import earliest
from shared.contracts.vocabulary import ClockKind, NoticeKind, Status

TAKEN_UP_AGAIN = frozenset({Status.RESOLVED, Status.CLOSED, Status.WITHDRAWN, Status.DUPLICATE})
ENDED_WITHOUT_OUTCOME = frozenset({Status.WITHDRAWN, Status.DUPLICATE})


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
class Letter:
    """The last word on one letter: when it left, or that it did not after all."""

    notice_id: str
    letter: NoticeKind
    dispatched_at: datetime | None
    reported_at: datetime

    @property
    def rank(self) -> tuple[datetime, bool, datetime, NoticeKind]:
        """Of two words of one moment the bad one counts, and then the later; no two that differ rank the same."""
        return self.reported_at, self.dispatched_at is None, self.dispatched_at or self.reported_at, self.letter


@dataclass(frozen=True, slots=True)
class Matter:
    """What may be there several times in one complaint, each with a clock of its own: an appeal, a remedy, a referral."""

    kind: ClockKind
    about: str
    opened_at: datetime | None = None
    due_at: datetime | None = None
    """Where somebody outside has set the deadline."""
    met_at: datetime | None = None
    stopped_at: datetime | None = None

    def joined(self, other: "Matter") -> "Matter":
        """Of each moment the earliest counts."""
        return replace(
            self,
            opened_at=earliest(self.opened_at, other.opened_at),
            due_at=earliest(self.due_at, other.due_at),
            met_at=earliest(self.met_at, other.met_at),
            stopped_at=earliest(self.stopped_at, other.stopped_at),
        )
