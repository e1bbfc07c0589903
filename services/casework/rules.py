"""What moves a complaint through its life: people's commands, refused where they may not be, and what the others tell."""

from dataclasses import replace
from datetime import datetime

from services.casework import investigation, remedies
from services.casework.carrying_out import CARRIED_OUT_BY
from services.casework.deed import Refused
from services.casework.life import CUSTOMER, SYSTEM, Happening, Life, MaterialState, happened, let_go, settled, taken_up_again
from services.casework.organisation import Person
from services.casework.rulebook import Rulebook
from services.casework.steps import ASSIGNEES_ALONE, COMMANDS, EVENTS, OPEN, WITHDRAWAL, name_of
from shared.contracts import (
    CaseworkCommand,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintRouted,
    ComplaintsLinked,
    FollowUpReceived,
    LedgerAnswered,
    MaskedFact,
    Message,
    RemedyReported,
)
from shared.contracts.vocabulary import FactKind, LinkKind, MessageKind, Status
from shared.decision import Decision

NO_ANSWER = frozenset({MessageKind.CHASER, MessageKind.PROGRESS, MessageKind.THANKS, MessageKind.SURVEY_ANSWER, MessageKind.WITHDRAWAL})
"""Follow-ups that bring nothing of what the customer was asked for."""


def begin(event: ComplaintRegistered) -> Decision[Life]:
    """The account under which the customer wrote is something that the customer says: the ledger may contradict it."""
    account = event.reply_to.account_id
    facts = (*event.facts, MaskedFact(kind=FactKind.ACCOUNT_ID, value=f"…{account[-4:]}")) if account else event.facts
    life = Life(event.complaint_id, event.number, event.category, event.received_at, facts=facts)
    return Decision(happened(life, Happening(event.registered_at, SYSTEM, "registered", Status.REGISTERED)), what="registered")


def obey(held: Life, command: CaseworkCommand, rulebook: Rulebook, at: datetime) -> Decision[Life]:
    """A refusal changes nothing and is recorded with its slug, so that a repeat is refused for the same reason."""
    what = name_of(type(command))
    try:
        _allow(held, command, rulebook)
        deed = CARRIED_OUT_BY[type(command)](held, command, rulebook, at)
    except Refused as no:
        return Decision(held, what=f"refused/{no.slug}", by=command.by)
    status = held.status if deed.stays else COMMANDS[type(command)][held.status]
    life = happened(deed.life, Happening(at, command.by, what, status, deed.reason))
    return Decision(life, emit=[*_moved(held, life), *deed.emit], what=what, by=command.by)


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
    life = replace(held, level=event.level, team=event.team, priority=event.priority, assignee=assignee)
    return Decision(happened(life, Happening(event.escalated_at, SYSTEM, "escalated", held.status, event.reason)), what="escalated")


def hear_the_customer(held: Life, event: FollowUpReceived, at: datetime) -> Decision[Life]:
    """A stranger's message ends nothing: a person must look at it first."""
    if not event.owner_known:
        return Decision.unchanged(held, "owner-unknown")
    if event.kind is MessageKind.WITHDRAWAL:
        status = WITHDRAWAL[held.status]
        life = happened(let_go(held, at, "withdrawn") if status is not held.status else held, Happening(at, CUSTOMER, "withdraw", status))
    elif held.open_materials and event.kind not in NO_ANSWER:
        answered = settled(held, held.open_materials, MaterialState.RECEIVED, at)
        life = happened(answered, Happening(at, CUSTOMER, "material-received", EVENTS[FollowUpReceived][held.status]))
    else:
        life = happened(held, Happening(at, CUSTOMER, "follow-up", held.status, event.kind))
    return Decision(life, emit=_moved(held, life), what=life.history[-1].what)


def hear_the_ledger(held: Life, event: LedgerAnswered, at: datetime) -> Decision[Life]:
    heard = investigation.hear_the_ledger(held, event, at)
    return replace(heard, emit=_moved(held, heard.state))


def hear_of_execution(held: Life, event: RemedyReported, at: datetime) -> Decision[Life]:
    heard = remedies.hear_of_execution(held, event, at)
    return replace(heard, emit=_moved(held, heard.state))


def pass_time(held: Life, now: datetime, rulebook: Rulebook) -> Decision[Life]:
    asked, questions = investigation.ask_again(held, now, rulebook.wallet)
    life, requests = remedies.ask_again(asked, now, rulebook.wallet)
    emit = [*questions, *requests]
    return Decision(life, emit=[*_moved(held, life), *emit], what="asked-again" if emit else "time-passed")


def link_back(held: Life, event: ComplaintsLinked) -> Decision[Life]:
    """The other side of a link. It is drawn from both, so that either shows it."""
    linked, duplicates, other = set(held.linked), set(held.duplicates), {event.complaint_id}
    match event.how:
        case LinkKind.LINKED:
            linked |= other
        case LinkKind.UNLINKED:
            linked -= other
        case LinkKind.MERGED:
            duplicates |= other
    life = replace(held, linked=tuple(sorted(linked)), duplicates=tuple(sorted(duplicates)))
    if life == held:
        return Decision.unchanged(held, "known-already")
    status = held.status
    if _merged_into_each_other(held, event):
        life, status = taken_up_again(life), EVENTS[ComplaintsLinked][held.status]
    life = happened(life, Happening(event.linked_at, event.by, event.how, status))
    return Decision(life, emit=_moved(held, life), what=event.how)


def _merged_into_each_other(held: Life, event: ComplaintsLinked) -> bool:
    """Two people at once, one on each: then work goes on at the one whose id comes first, and both sides know which."""
    merged = event.how is LinkKind.MERGED and held.merged_into == event.complaint_id
    return merged and held.complaint_id < event.complaint_id


def _allow(held: Life, command: CaseworkCommand, rulebook: Rulebook) -> None:
    """Who may at all, then whether it is theirs, then whether the complaint is where the command needs it. Raises `Refused`."""
    person = rulebook.organisation.by_id.get(command.by)
    if person is None:
        raise Refused("unknown-agent")
    if person.role not in rulebook.permissions.may[name_of(type(command))]:
        raise Refused("not-permitted")
    if type(command) in ASSIGNEES_ALONE and not _has_it(held, person):
        raise Refused("not-yours")
    if command.expects is not None and command.expects != held.revision:
        raise Refused("changed-meanwhile")
    if held.status not in COMMANDS[type(command)]:
        raise Refused("wrong-status")


def _has_it(held: Life, person: Person) -> bool:
    return held.assignee == person.id or person.stands_above_the_teams


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
            moved_at=last.at,
        )
    ]
