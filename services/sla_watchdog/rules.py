"""The clocks of a complaint: what each event adds to what is known, and what time does to them."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.sla_watchdog import calendar
from services.sla_watchdog.clocks import ENDED_WITHOUT_OUTCOME, Clock, Clocks, ClockState, Extension, Move
from services.sla_watchdog.pauses import earliest
from services.sla_watchdog.standing import settled
from services.sla_watchdog.targets import WAITING, Targets
from shared.contracts import (
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    CustomerAnswered,
    DeadlineApproaching,
    DeadlineExtended,
    DeadlineMissed,
    Message,
)
from shared.contracts.vocabulary import ClockKind
from shared.decision import Decision


def register(event: ComplaintRegistered, targets: Targets) -> Decision[Clocks]:
    """The first response is owed from the moment the company received the complaint, whenever we come to it."""
    first = start(ClockKind.FIRST_RESPONSE, event.received_at, targets.first_response, targets)
    return Decision(Clocks(event.complaint_id, event.number, event.received_at, clocks=(first,)), what="first-response-started")


def route(held: Clocks, event: ComplaintRouted, targets: Targets) -> Decision[Clocks]:
    if any(one.kind is ClockKind.RESOLUTION for one in held.clocks):
        return Decision.unchanged(held, "resolution-started-before")
    clock = start(ClockKind.RESOLUTION, held.received_at, targets.resolution(event.category, event.priority), targets)
    return Decision(settled(replace(held, team=event.team, clocks=(*held.clocks, clock))), what="resolution-started")


def answer(held: Clocks, event: CustomerAnswered) -> Decision[Clocks]:
    """The earliest answer counts, in whatever order we hear of them."""
    return Decision(settled(replace(held, answered_at=earliest(held.answered_at, event.answered_at))), what="answered")


def resolve(held: Clocks, event: ComplaintResolved) -> Decision[Clocks]:
    """A resolution is an answer too."""
    resolutions = tuple(sorted({*held.resolutions, event.resolved_at}))
    answered_at = earliest(held.answered_at, event.resolved_at)
    return Decision(settled(replace(held, resolutions=resolutions, answered_at=answered_at)), what="resolved")


def move(held: Clocks, event: ComplaintMoved) -> Decision[Clocks]:
    """Clocks stand still while somebody outside is waited for, end with the complaint, and start again when it is taken up again."""
    if any(one.revision == event.revision for one in held.moves):
        return Decision.unchanged(held, "moved-before")
    one = Move(event.revision, event.before, event.status, event.moved_at)
    moves = tuple(sorted((*held.moves, one), key=lambda it: it.revision))
    return Decision(settled(replace(held, moves=moves)), what=_word_for(one))


def extend(held: Clocks, event: DeadlineExtended) -> Decision[Clocks]:
    """The new deadline is a generation of its own: its warning and its breach are told anew."""
    extension = Extension(event.clock, event.extended_at, event.due_at)
    if extension in held.extensions:
        return Decision.unchanged(held, "extended-before")
    extensions = tuple(sorted((*held.extensions, extension), key=lambda it: (it.extended_at, it.due_at, it.clock)))
    return Decision(settled(replace(held, extensions=extensions)), what="extended")


def fire(held: Clocks, now: datetime) -> Decision[Clocks]:
    """What is due by now happens once. A clock that nobody looked at for long warns and misses in one go."""
    emit: list[Message] = []
    clocks = []
    for clock in held.clocks:
        while clock.next_due and clock.next_due <= now:
            emit.append(_approaching(held, clock, now) if clock.state is ClockState.RUNNING else _missed(held, clock, now))
            clock = replace(clock, state=NEXT[clock.state])  # noqa: PLW2901 - the same clock, one step on
        clocks.append(clock)
    return Decision(replace(held, clocks=tuple(clocks)), emit=emit, what="fired" if emit else "nothing-due")


NEXT = {ClockState.RUNNING: ClockState.APPROACHING, ClockState.APPROACHING: ClockState.MISSED}


def start(kind: ClockKind, started_at: datetime, target: timedelta, targets: Targets) -> Clock:
    due_at = calendar.due(started_at, target)
    approaches_at = calendar.approaching(started_at, due_at, targets.approaching_share)
    return Clock(kind, 1, targets.policy, targets.terms(kind, target), started_at, approaches_at, due_at)


def _word_for(one: Move) -> str:
    """What it means for the clocks, in the history that people read."""
    if one.reopens:
        return "taken-up-again"
    if one.status in ENDED_WITHOUT_OUTCOME:
        return "ended-without-outcome"
    if one.status in WAITING:
        return "waits"
    return "goes-on" if one.before in WAITING else "moved"


def _approaching(held: Clocks, clock: Clock, now: datetime) -> DeadlineApproaching:
    return DeadlineApproaching(
        complaint_id=held.complaint_id,
        number=held.number,
        clock=clock.kind,
        generation=clock.generation,
        policy=clock.policy,
        team=held.team,
        due_at=clock.due_at,
        noticed_at=now,
    )


def _missed(held: Clocks, clock: Clock, now: datetime) -> DeadlineMissed:
    return DeadlineMissed(
        complaint_id=held.complaint_id,
        number=held.number,
        clock=clock.kind,
        generation=clock.generation,
        policy=clock.policy,
        team=held.team,
        due_at=clock.due_at,
        missed_at=now,
    )
