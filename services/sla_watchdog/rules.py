"""The clocks of a complaint: what each event adds to what is known, and what time does to them. Those of one matter: matters.py."""

from dataclasses import replace
from datetime import datetime

from services.sla_watchdog.clocks import Clock, Clocks
from services.sla_watchdog.heard import ENDED_WITHOUT_OUTCOME, Extension, Letter, Move
from services.sla_watchdog.standing import begun, settled
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
    LetterReported,
    MaterialRequested,
    Message,
)
from shared.contracts.vocabulary import ClockKind, MessageKind
from shared.decision import Decision

NO_GRIEVANCE = frozenset({MessageKind.ENQUIRY, MessageKind.SUGGESTION, MessageKind.PRAISE})
"""Whoever is dissatisfied complains, whatever else they ask: no law sets a deadline for the rest."""


def register(event: ComplaintRegistered, targets: Targets) -> Decision[Clocks]:
    """All is owed from the moment the company received the complaint, whenever we come to it."""
    held = begun(Clocks(event.complaint_id, event.number, event.received_at), FIRST, targets.of(FIRST))
    for kind, promise in targets.legal(event.regime).items() if event.kind not in NO_GRIEVANCE else ():
        held = begun(held, kind, promise)
    return Decision(settled(held), what="first-response-started" if targets.knows(event.regime) else "unknown-regime")


def route(held: Clocks, event: ComplaintRouted, targets: Targets) -> Decision[Clocks]:
    if held.has(ClockKind.RESOLUTION):
        return Decision.unchanged(held, "resolution-started-before")
    known = replace(held, team=event.team, routed_at=event.routed_at)
    known = begun(known, ClockKind.RESOLUTION, targets.resolution(event.category, event.priority))
    return Decision(settled(begun(known, ClockKind.UPDATE, targets.of(ClockKind.UPDATE))), what="resolution-started")


def answer(held: Clocks, event: CustomerAnswered) -> Decision[Clocks]:
    """The earliest is the first response, in whatever order we hear of them."""
    return Decision(settled(replace(held, answers=_with(held.answers, event.answered_at))), what="answered")


def ask(held: Clocks, event: MaterialRequested, targets: Targets) -> Decision[Clocks]:
    known = replace(held, requests=_with(held.requests, event.requested_at))
    return Decision(settled(begun(known, ClockKind.MATERIAL_WAIT, targets.of(ClockKind.MATERIAL_WAIT))), what="material-wait-started")


def resolve(held: Clocks, event: ComplaintResolved) -> Decision[Clocks]:
    """A resolution is an answer too."""
    return Decision(settled(replace(held, resolutions=_with(held.resolutions, event.resolved_at))), what="resolved")


def report(held: Clocks, event: LetterReported) -> Decision[Clocks]:
    """The last word on each letter counts; one that came back has met nothing."""
    said = Letter(event.notice_id, event.letter, event.dispatched_at, event.reported_at)
    known = next((one for one in held.letters if one.notice_id == said.notice_id), None)
    if known and known.rank >= said.rank:
        return Decision.unchanged(held, "reported-before")
    letters = (said, *(one for one in held.letters if one is not known))
    ordered = tuple(sorted(letters, key=lambda one: one.notice_id))
    return Decision(settled(replace(held, letters=ordered)), what="letter-left" if said.dispatched_at else "letter-came-back")


def move(held: Clocks, event: ComplaintMoved) -> Decision[Clocks]:
    """Clocks stand still while somebody outside is waited for, end with the complaint, and start again when it is taken up again."""
    if any(one.revision == event.revision for one in held.moves):
        return Decision.unchanged(held, "moved-before")
    one = Move(event.revision, event.before, event.status, event.moved_at)
    moves = tuple(sorted((*held.moves, one), key=lambda it: it.revision))
    return Decision(settled(replace(held, moves=moves)), what=_word_for(one))


def extend(held: Clocks, event: DeadlineExtended) -> Decision[Clocks]:
    """The new deadline is a generation of its own: its warnings and its breach are told anew."""
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
            emit.append(_missed(held, clock, now) if clock.warned == len(clock.warns_at) else _approaching(held, clock, now))
            clock = replace(clock, told=clock.told + 1)  # noqa: PLW2901 - the same clock, one step on
        clocks.append(clock)
    return Decision(replace(held, clocks=tuple(clocks)), emit=emit, what="fired" if emit else "nothing-due")


FIRST = ClockKind.FIRST_RESPONSE


def _with(moments: tuple[datetime, ...], one: datetime) -> tuple[datetime, ...]:
    return tuple(sorted({*moments, one}))


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
        about=clock.about,
        warning=clock.warned + 1,
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
        about=clock.about,
        generation=clock.generation,
        policy=clock.policy,
        team=held.team,
        due_at=clock.due_at,
        missed_at=now,
    )
