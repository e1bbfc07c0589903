"""How the clocks stand, out of all that was heard: the order in which it was heard makes no difference."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.sla_watchdog import calendar
from services.sla_watchdog.clocks import ENDED_WITHOUT_OUTCOME, Clock, Clocks, ClockState, Extension, Move
from services.sla_watchdog.pauses import Pause, earliest, later, pauses, within
from shared.contracts.vocabulary import ClockKind, Status

STARTS_AGAIN = frozenset({ClockKind.RESOLUTION})
"""When a complaint is taken up again. A first response is given once."""
OPEN = (ClockState.RUNNING, ClockState.APPROACHING, ClockState.MISSED)


@dataclass(frozen=True, slots=True)
class Run:
    """The time from a clock's newest start: what happened in it, and how often the clock had been started before."""

    started_at: datetime
    moves: tuple[Move, ...]
    restarts: int


def settled(held: Clocks) -> Clocks:
    """Every clock against what is known to have happened."""
    return replace(held, clocks=tuple(_settled(one, held) for one in held.clocks))


def _settled(clock: Clock, held: Clocks) -> Clock:
    run = _newest_run(clock.kind, held)
    met_at, stopped_at = _met_at(clock.kind, run, held), _stopped_at(run)
    ended_at = earliest(met_at, stopped_at)
    waits = within(pauses(run.moves, clock.terms.pauses_in), run.started_at, ended_at)
    extensions = [one for one in held.extensions if one.clock is clock.kind]
    placed = _placed(clock, run.started_at, [one for one in extensions if _reaches(one, run.started_at, ended_at)], waits)
    generation = 1 + run.restarts + len(extensions)
    told = clock.state if generation == clock.generation and clock.state in OPEN else ClockState.RUNNING
    return _ended(replace(placed, generation=generation, state=told, met_at=None, stopped_at=None), met_at, stopped_at)


def _newest_run(kind: ClockKind, held: Clocks) -> Run:
    starts = [position for position, one in enumerate(held.moves) if one.reopens] if kind in STARTS_AGAIN else []
    if not starts:
        return Run(held.received_at, held.moves, 0)
    return Run(held.moves[starts[-1]].at, held.moves[starts[-1] :], len(starts))


def _met_at(kind: ClockKind, run: Run, held: Clocks) -> datetime | None:
    """A resolution that came with a move belongs where that move stands. Of any other, the moment decides."""
    if kind is ClockKind.FIRST_RESPONSE:
        return held.answered_at
    moved = {one.at for one in held.moves if one.status is Status.RESOLVED}
    told = [one for one in held.resolutions if one not in moved and (not run.restarts or one > run.started_at)]
    return earliest(*told, *(one.at for one in run.moves if one.status is Status.RESOLVED))


def _stopped_at(run: Run) -> datetime | None:
    return earliest(*(one.at for one in run.moves if one.status in ENDED_WITHOUT_OUTCOME))


def _reaches(extension: Extension, started_at: datetime, ended_at: datetime | None) -> bool:
    """What was extended in an earlier run, or when all was over, moves nothing in this one."""
    return started_at <= extension.extended_at and (ended_at is None or extension.extended_at <= ended_at)


def _placed(clock: Clock, started_at: datetime, extensions: list[Extension], waits: tuple[Pause, ...]) -> Clock:
    """Where the deadline lies. An extension never makes it earlier; of its warning, the time from the extension on counts."""
    since, due_at = started_at, calendar.due(started_at, clock.terms.target)
    for one in extensions:
        due_at = max(later(due_at, within(waits, since, one.extended_at)), one.due_at)
        since = one.extended_at
    rest = within(waits, since)
    approaches_at = later(calendar.approaching(since, due_at, clock.terms.approaching_share), rest)
    due_at = later(due_at, rest)
    over = [one.until - one.since for one in waits if one.until and one.since < due_at]
    return replace(
        clock,
        started_at=started_at,
        approaches_at=approaches_at,
        due_at=due_at,
        paused_since=next((one.since for one in waits if one.until is None), None),
        paused_s=sum(one.total_seconds() for one in over),
    )


def _ended(clock: Clock, met_at: datetime | None, stopped_at: datetime | None) -> Clock:
    """What comes first ends it. A deadline that had passed before the complaint was withdrawn was missed all the same."""
    if stopped_at and stopped_at < clock.due_at and (met_at is None or stopped_at < met_at):
        return replace(clock, state=ClockState.STOPPED, stopped_at=stopped_at)
    if met_at:
        return replace(clock, state=ClockState.MET if met_at <= clock.due_at else ClockState.MET_LATE, met_at=met_at)
    return clock
