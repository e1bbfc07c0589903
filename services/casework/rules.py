"""What moves a complaint through its life: people's commands, refused where they may not be, and what the others tell."""

from dataclasses import replace
from datetime import UTC, datetime

from services.casework import hearing
from services.casework.commands import account_actions, investigation, paying
from services.casework.commands.carrying_out import CARRIED_OUT_BY
from services.casework.commands.deed import Refused
from services.casework.commands.identity import recognised
from services.casework.commands.permission import allow
from services.casework.life import CUSTOMER, SYSTEM, Happening, Life, happened, settled, taken_up_again
from services.casework.policies.rulebook import Rulebook
from services.casework.records.material import MaterialState
from services.casework.steps import COMMANDS, EVENTS, OPEN, name_of
from shared.contracts import (
    AccountActionReported,
    CaseworkCommand,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRouted,
    ComplaintsLinked,
    DeadlineMissed,
    FollowUpReceived,
    LedgerAnswered,
    Message,
    PriorityRaised,
    RemedyReported,
)
from shared.contracts.vocabulary import ClockKind, LinkKind, Priority, Status
from shared.decision import Decision

MOST_URGENT_FIRST = tuple(Priority).index
MOST_REPEATS = 100
"""Who complains all day makes no complaint grow without end; each of the others still names the one that it repeats."""
NEVER = datetime.min.replace(tzinfo=UTC)


def obey(held: Life, command: CaseworkCommand, rulebook: Rulebook, at: datetime) -> Decision[Life]:
    """A refusal changes nothing and is recorded with its slug, so that a repeat is refused for the same reason."""
    try:
        allow(held, command, rulebook)
        deed = CARRIED_OUT_BY[type(command)](held, command, rulebook, at)
    except Refused as no:
        return Decision(held, what=f"refused/{no.slug}", by=command.by)
    what = deed.what or name_of(type(command))
    status = held.status if deed.stays else COMMANDS[type(command)][held.status]
    life = happened(deed.life, Happening(at, command.by, what, status, deed.reason))
    return Decision(life, emit=[*_moved(held, life), *deed.emit], what=what, by=command.by, erases=deed.erases)


def route(held: Life, event: ComplaintRouted) -> Decision[Life]:
    """A team that it was handed up to keeps it, in whatever order we hear."""
    life = replace(held, priority=held.priority or event.priority, team=held.team or event.team)
    life = happened(life, Happening(event.routed_at, SYSTEM, "routed", EVENTS[ComplaintRouted][held.status]))
    return Decision(life, emit=_moved(held, life), what="routed")


def hand_up(held: Life, event: ComplaintEscalated) -> Decision[Life]:
    """The team above has it now, and nobody of it yet. The highest level counts, in whatever order we hear."""
    if event.level <= held.level:
        return Decision.unchanged(held, "stands-higher-already")
    assignee = held.assignee if held.status not in OPEN else None
    priority = min(held.priority or event.priority, event.priority, key=MOST_URGENT_FIRST)
    life = replace(held, level=event.level, team=event.team, priority=priority, assignee=assignee)
    return Decision(happened(life, Happening(event.escalated_at, SYSTEM, "escalated", held.status, event.reason)), what="escalated")


def hear_the_customer(held: Life, event: FollowUpReceived, rulebook: Rulebook, at: datetime) -> Decision[Life]:
    heard = hearing.hear_the_customer(held, event, rulebook.regimes, at)
    life = heard.state if heard.state is held else recognised(heard.state, event, rulebook.identity)
    return replace(heard, state=life, emit=[*_moved(held, life), *heard.emit])


def go_on_without(held: Life, event: DeadlineMissed) -> Decision[Life]:
    """The customer was reminded twice and did not answer. What was asked for after that is still waited for."""
    if event.clock is not ClockKind.MATERIAL_WAIT or held.status is not Status.WAITING_FOR_CUSTOMER:
        return Decision.unchanged(held, "waited-for-nothing")
    late = [one for one in held.materials if one.state is MaterialState.OPEN and one.requested_at <= event.missed_at]
    life = settled(held, tuple(one.material for one in late), MaterialState.UNANSWERED, event.missed_at)
    status = held.status if life.open_materials else EVENTS[DeadlineMissed][held.status]
    life = happened(life, Happening(event.missed_at, SYSTEM, "customer-silent", status, ", ".join(one.material for one in late)))
    return Decision(life, emit=_moved(held, life), what="customer-silent")


def raise_priority(held: Life, event: PriorityRaised) -> Decision[Life]:
    """The highest count says how it stands, in whatever order we hear; it lowers nothing that a step up has raised."""
    if event.times <= held.urged:
        return Decision.unchanged(held, "raised-already")
    priority = min(held.priority or event.priority, event.priority, key=MOST_URGENT_FIRST)
    life = replace(held, urged=event.times, priority=priority)
    return Decision(happened(life, Happening(event.raised_at, CUSTOMER, "urges", held.status, priority)), what="priority-raised")


def hear_the_ledger(held: Life, event: LedgerAnswered, at: datetime) -> Decision[Life]:
    heard = investigation.hear_the_ledger(held, event, at)
    return replace(heard, emit=_moved(held, heard.state))


def hear_of_execution(held: Life, event: RemedyReported, at: datetime) -> Decision[Life]:
    heard = paying.hear_of_execution(held, event, at)
    return replace(heard, emit=[*_moved(held, heard.state), *heard.emit])


def hear_of_account(held: Life, event: AccountActionReported, at: datetime) -> Decision[Life]:
    return account_actions.hear(held, event, at)


def pass_time(held: Life, now: datetime, rulebook: Rulebook) -> Decision[Life]:
    asked, questions = investigation.ask_again(held, now, rulebook.wallet)
    paid, requests = paying.ask_again(asked, now, rulebook.wallet)
    life, orders = account_actions.ask_again(paid, now, rulebook.wallet)
    emit = [*questions, *requests, *orders]
    return Decision(life, emit=[*_moved(held, life), *emit], what="asked-again" if emit else "time-passed")


def link_back(held: Life, event: ComplaintsLinked) -> Decision[Life]:
    """The other side of a link. It is drawn from both, so that either shows it."""
    if event.how is not LinkKind.MERGED and event.linked_at < held.links_heard.get(event.complaint_id, NEVER):
        return Decision.unchanged(held, "older-word")
    if event.how is LinkKind.REPEAT and len(held.linked) >= MOST_REPEATS:
        return Decision.unchanged(held, "linked-often-enough")
    linked, duplicates, other = set(held.linked), set(held.duplicates), {event.complaint_id}
    match event.how:
        case LinkKind.LINKED | LinkKind.REPEAT:
            linked |= other
        case LinkKind.UNLINKED:
            linked -= other
        case LinkKind.MERGED:
            duplicates |= other
    heard = {**held.links_heard, event.complaint_id: event.linked_at}
    life = replace(held, linked=tuple(sorted(linked)), duplicates=tuple(sorted(duplicates)), links_heard=heard)
    if (life.linked, life.duplicates) == (held.linked, held.duplicates):
        return Decision(life, what="known-already")
    status = held.status
    if _must_go_on(held, event):
        life, status = taken_up_again(life), EVENTS[ComplaintsLinked][held.status]
    life = happened(life, Happening(event.linked_at, event.by, event.how, status))
    return Decision(life, emit=_moved(held, life), what=event.how)


def _must_go_on(held: Life, event: ComplaintsLinked) -> bool:
    """Another one was merged into this one, which is put away as a duplicate itself: nobody would work on either. Of two that were merged
    into each other by two people at once, work goes on at the one whose id comes first, and both sides know which.
    """
    if event.how is not LinkKind.MERGED or held.status is not Status.DUPLICATE:
        return False
    return held.merged_into != event.complaint_id or held.complaint_id < event.complaint_id


def _moved(before: Life, life: Life) -> list[Message]:
    if life.status is before.status:
        return []
    last = life.history[-1]
    return [
        ComplaintMoved(
            complaint_id=life.complaint_id,
            number=life.number,
            before=before.status,
            status=life.status,
            by=last.by,
            revision=life.revision,
            priority=life.priority,
            moved_at=last.at,
        )
    ]
