"""How the clocks stand, out of all that was heard: the order in which it was heard makes no difference."""

from dataclasses import replace
from datetime import datetime

from services.sla_watchdog import calendar
from services.sla_watchdog.clocks import Clock, Clocks, Terms
from services.sla_watchdog.heard import Extension
from services.sla_watchdog.pauses import Pause, later, pauses, within
from services.sla_watchdog.runs import Run, newest
from services.sla_watchdog.targets import Promise
from shared.contracts.vocabulary import ClockKind

IN_ORDER = tuple(ClockKind)


def begun(held: Clocks, kind: ClockKind, promise: Promise, about: str = "") -> Clocks:
    """With this clock, where there is none yet: the first promise holds."""
    if held.has(kind, about):
        return held
    clock = Clock(kind, 1, promise.policy, promise.terms, held.received_at, (), held.received_at, about)
    return replace(held, clocks=tuple(sorted((*held.clocks, clock), key=lambda one: (IN_ORDER.index(one.kind), one.about))))


def settled(held: Clocks) -> Clocks:
    """Every clock against what is known to have happened."""
    return replace(held, clocks=tuple(_settled(one, held) for one in held.clocks))


def _settled(clock: Clock, held: Clocks) -> Clock:
    """Made anew from what it was promised: only what was told of it is remembered."""
    run = newest(clock, held)
    waits = within(pauses(run.moves, clock.terms.pauses_in), run.started_at, run.ended_at)
    extensions = [one for one in held.extensions if one.clock is clock.kind]
    warns_at, due_at = _moments(clock.terms, run, [one for one in extensions if _reaches(one, run)], waits)
    generation = 1 + run.restarts + len(extensions)
    same = (run.started_at, warns_at, due_at) == (clock.started_at, clock.warns_at, clock.due_at)
    met_at, stopped_at = _end(run, due_at)
    return Clock(
        kind=clock.kind,
        generation=generation,
        policy=clock.policy,
        terms=clock.terms,
        started_at=run.started_at,
        warns_at=warns_at,
        due_at=due_at,
        about=clock.about,
        # Heard of late, an answer that a newer one follows starts nothing anew.
        told=clock.told if same or generation == clock.generation else 0,
        met_at=met_at,
        stopped_at=stopped_at,
        paused_since=next((one.since for one in waits if one.until is None), None),
        paused_s=_stood_still_s(waits, due_at),
    )


def _reaches(extension: Extension, run: Run) -> bool:
    """What was extended in an earlier run, or when all was over, moves nothing in this one."""
    return run.started_at <= extension.extended_at and (run.ended_at is None or extension.extended_at <= run.ended_at)


def _moments(terms: Terms, run: Run, extensions: list[Extension], waits: tuple[Pause, ...]) -> tuple[tuple[datetime, ...], datetime]:
    """The warnings and the deadline. An extension never makes it earlier; of its warnings, the time from the extension on counts."""
    since, due_at = run.started_at, run.due_at or calendar.due(run.started_at, terms.target, terms.zone)
    for one in extensions:
        due_at = max(later(due_at, within(waits, since, one.extended_at)), one.due_at)
        since = one.extended_at
    rest = within(waits, since)
    warns_at = tuple(later(calendar.at_share(since, due_at, share), rest) for share in terms.warnings)
    return warns_at, later(due_at, rest)


def _stood_still_s(waits: tuple[Pause, ...], due_at: datetime) -> float:
    return sum((one.until - one.since).total_seconds() for one in waits if one.until and one.since < due_at)


def _end(run: Run, due_at: datetime) -> tuple[datetime | None, datetime | None]:
    """When it was met or stopped. What comes first ends it; a deadline that had passed before all ended without an outcome was missed."""
    met_at, stopped_at = run.met_at, run.stopped_at
    if stopped_at and stopped_at < due_at and (met_at is None or stopped_at < met_at):
        return None, stopped_at
    return met_at, None
