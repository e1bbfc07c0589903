"""When a complaint waited for somebody outside, and how much later that makes a moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from services.sla_watchdog.calendar import earliest
from services.sla_watchdog.heard import Move
from shared.contracts.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Pause:
    since: datetime
    until: datetime | None
    """None: it lasts."""


def pauses(moves: Sequence[Move], statuses: Collection[Status]) -> tuple[Pause, ...]:
    """From each move into one of the statuses to the next move, whichever it is."""
    steps = zip_longest(moves, moves[1:])
    return tuple(Pause(one.at, then.at if then else None) for one, then in steps if one and one.status in statuses)


def within(some: Iterable[Pause], since: datetime, until: datetime | None = None) -> tuple[Pause, ...]:
    """What of them lies after `since`, and before `until` where that is known."""
    cut = (Pause(max(one.since, since), earliest(one.until, until)) for one in some)
    return tuple(one for one in cut if one.until is None or one.since < one.until)


def later(moment: datetime, some: Iterable[Pause]) -> datetime:
    """A pause that began before the moment came moves it on, by all of the pause."""
    for one in some:
        if one.until and one.since < moment:
            moment += one.until - one.since
    return moment
