"""Of each kind of clock its newest run: when it started, how often it had started before, what ended it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from services.sla_watchdog.calendar import earliest
from services.sla_watchdog.clocks import Clock, Clocks
from services.sla_watchdog.heard import ENDED_WITHOUT_OUTCOME, Move
from services.sla_watchdog.pauses import pauses
from shared.contracts.vocabulary import ClockKind, NoticeKind, Status

OVER = ENDED_WITHOUT_OUTCOME | {Status.RESOLVED, Status.CLOSED}
FINAL = frozenset({NoticeKind.OUTCOME})
HOLDING = FINAL | {NoticeKind.HOLDING_REPLY}
"""A final response in time needs no holding reply before it."""


@dataclass(frozen=True, slots=True)
class Run:
    """The time from a clock's newest start. A clock that no moves may hold up lists none."""

    started_at: datetime
    moves: tuple[Move, ...] = ()
    restarts: int = 0
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    due_at: datetime | None = None
    """Where the policy does not say it."""

    @property
    def ended_at(self) -> datetime | None:
        return earliest(self.met_at, self.stopped_at)


def newest(clock: Clock, held: Clocks) -> Run:
    return _matter(clock, held) if clock.about else OF[clock.kind](held)


def _first_response(held: Clocks) -> Run:
    """A resolution is an answer too. A first response is given once, whatever becomes of the complaint."""
    met_at = earliest(*held.answers, *held.resolutions)
    return Run(held.received_at, held.moves, met_at=met_at, stopped_at=_ended_without_outcome(held.moves))


def _resolution(held: Clocks) -> Run:
    """Starts again when the complaint is taken up again."""
    moves, reopenings = _since_taken_up(held)
    started_at = moves[0].at if reopenings else held.received_at
    return Run(started_at, moves, reopenings, _resolved_at(held, moves, reopenings), _ended_without_outcome(moves))


def _update(held: Clocks) -> Run:
    """Starts again with everything that the customer hears from us while the complaint is open."""
    open_ = _resolution(held)
    letters = [one.dispatched_at for one in held.letters if one.dispatched_at]
    again = {*held.answers, *held.requests, *letters, *(one.at for one in held.moves if one.reopens)}
    while_open = [one for one in again if open_.ended_at is None or one <= open_.ended_at]
    started_at = max([held.routed_at or held.received_at, *while_open])
    restarts = len({*held.answers, *held.requests}) + len(held.letters) + open_.restarts
    return Run(started_at, held.moves, restarts, open_.met_at, open_.stopped_at)


def _material_wait(held: Clocks) -> Run:
    """From the newest request until the complaint waits no longer. A request within a wait starts it again."""
    asked_at = held.requests[-1]
    spans = [one for one in pauses(held.moves, {Status.WAITING_FOR_CUSTOMER}) if one.since <= asked_at]
    waits = [one for one in spans if one.until is None or asked_at <= one.until]
    ended_at = waits[-1].until if waits else earliest(*(one.at for one in held.moves if one.status in OVER and one.at >= asked_at))
    ends = {one.status for one in held.moves if one.at == ended_at}
    met_at, stopped_at = (None, ended_at) if ends and ends <= ENDED_WITHOUT_OUTCOME else (ended_at, None)
    return Run(asked_at, held.moves, len(held.requests) - 1, met_at, stopped_at)


def _by_letter(held: Clocks, *, letters: frozenset[NoticeKind]) -> Run:
    """From the day of receipt; what left counts, and not that somebody meant to send it. A withdrawal that was taken back stops nothing."""
    met_at = earliest(*(one.dispatched_at for one in held.letters if one.letter in letters))
    return Run(held.received_at, held.moves, met_at=met_at, stopped_at=_ended_without_outcome(_since_taken_up(held)[0]))


def _matter(clock: Clock, held: Clocks) -> Run:
    """What becomes of the complaint meanwhile makes no difference, but that nothing is reviewed when it ended without a decision."""
    one = next(one for one in held.matters if (one.kind, one.about) == (clock.kind, clock.about))
    started_at = one.opened_at or held.received_at
    let_go = _ended_without_outcome(tuple(move for move in held.moves if move.at >= started_at))
    stopped_at = earliest(one.stopped_at, let_go) if clock.kind is ClockKind.APPEAL_REVIEW else one.stopped_at
    return Run(started_at, met_at=one.met_at, stopped_at=stopped_at, due_at=one.due_at)


OF: Mapping[ClockKind, Callable[[Clocks], Run]] = {
    ClockKind.FIRST_RESPONSE: _first_response,
    ClockKind.RESOLUTION: _resolution,
    ClockKind.UPDATE: _update,
    ClockKind.MATERIAL_WAIT: _material_wait,
    ClockKind.HOLDING_REPLY: partial(_by_letter, letters=HOLDING),
    ClockKind.FINAL_RESPONSE: partial(_by_letter, letters=FINAL),
}
"""The others are of one matter each."""


def _since_taken_up(held: Clocks) -> tuple[tuple[Move, ...], int]:
    """The moves from the newest reopening on, and how many reopenings there were."""
    starts = [position for position, one in enumerate(held.moves) if one.reopens]
    return (held.moves[starts[-1] :] if starts else held.moves), len(starts)


def _resolved_at(held: Clocks, moves: tuple[Move, ...], reopenings: int) -> datetime | None:
    """A resolution that came with a move belongs where that move stands. Of any other, the moment decides."""
    moved = {one.at for one in held.moves if one.status is Status.RESOLVED}
    told = [one for one in held.resolutions if one not in moved and (not reopenings or one > moves[0].at)]
    return earliest(*told, *(one.at for one in moves if one.status is Status.RESOLVED))


def _ended_without_outcome(moves: tuple[Move, ...]) -> datetime | None:
    return earliest(*(one.at for one in moves if one.status in ENDED_WITHOUT_OUTCOME))
