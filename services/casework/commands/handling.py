"""Working on a complaint: who has it, what is said and asked, who stands higher, how long it may take."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.commands.recusal import is_recused
from services.casework.life import Life, Note, settled
from services.casework.policies.organisation import Person
from services.casework.policies.regimes import HOUSE, RegimeRules
from services.casework.policies.rulebook import Rulebook
from services.casework.records.material import MaterialState, Requested
from services.casework.steps import name_of
from shared.contracts import (
    AddNote,
    AssignComplaint,
    CustomerAnswered,
    DeadlineExtended,
    EscalateComplaint,
    EscalationRequested,
    ExtendDeadline,
    MaterialRequested,
    ReplyToCustomer,
    RequestHigherLevel,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
    WaiveMaterial,
)
from shared.contracts.vocabulary import AgentId, ClockKind, NoticeKind, Status

MOST_NOTES = 200
"""So many of the longest fill a quarter of what one document holds."""
ASKED_BY_CUSTOMER = "the customer asks for somebody higher"


def take(held: Life, command: TakeComplaint, rulebook: Rulebook, _: datetime) -> Deed:
    person = rulebook.organisation.by_id[command.by]
    if held.assignee == person.id:
        raise Refused("yours-already")
    if not may_work_on(held, person):
        raise Refused("another-teams")
    if held.assignee and not person.stands_above_the_teams:
        raise Refused("taken-already")
    return Deed(_given_to(held, person.id))


def assign(held: Life, command: AssignComplaint, rulebook: Rulebook, _: datetime) -> Deed:
    """Nobody gives away another team's complaint, or gives one to another team's agent, but who stands above the teams."""
    person, assignee = rulebook.organisation.by_id[command.by], rulebook.organisation.by_id.get(command.assignee)
    if assignee is None:
        raise Refused("unknown-assignee")
    if assignee.role not in rulebook.permissions.may[name_of(ResolveComplaint)]:
        raise Refused("works-on-none")
    if not (may_work_on(held, person) and (person.stands_above_the_teams or may_work_on(held, assignee))):
        raise Refused("another-teams")
    if held.assignee == assignee.id:
        raise Refused("assigned-already")
    if is_recused(held, assignee.id):
        raise Refused("assignee-recused")
    return Deed(_given_to(held, assignee.id), reason=f"to {assignee.id}")


def reply(held: Life, command: ReplyToCustomer, _: Rulebook, at: datetime) -> Deed:
    said = CustomerAnswered(complaint_id=held.complaint_id, by=command.by, text=command.text, answered_at=at)
    return Deed(held, [said])


def add_note(held: Life, command: AddNote, _: Rulebook, at: datetime) -> Deed:
    if len(held.notes) >= MOST_NOTES:
        raise Refused("too-many-notes")
    return Deed(replace(held, notes=(*held.notes, Note(command.by, at, command.text))))


def request_material(held: Life, command: RequestMaterial, _: Rulebook, at: datetime) -> Deed:
    unknown = [one for one in dict.fromkeys(command.materials) if one not in held.known_materials]
    if not unknown:
        raise Refused("known-already")
    wanted = tuple(one for one in unknown if one not in held.open_materials)
    if not wanted:
        raise Refused("asked-for-already")
    asked = replace(held, materials=(*held.materials, *(Requested(one, at) for one in wanted)))
    request = MaterialRequested(complaint_id=held.complaint_id, number=held.number, materials=wanted, by=command.by, requested_at=at)
    return Deed(asked, [request], reason=", ".join(wanted))


def waive_material(held: Life, command: WaiveMaterial, _: Rulebook, at: datetime) -> Deed:
    if not set(command.materials) & set(held.open_materials):
        raise Refused("not-asked-for")
    life = settled(held, command.materials, MaterialState.WAIVED, at, command.reason)
    return Deed(life, reason=command.reason, stays=bool(life.open_materials))


def escalate(held: Life, command: EscalateComplaint, _: Rulebook, at: datetime) -> Deed:
    return Deed(held, [_escalation(held, command.by, command.reason, at)], reason=command.reason)


def request_higher_level(held: Life, command: RequestHigherLevel, _: Rulebook, at: datetime) -> Deed:
    return asked_for_higher(held, command.by, at)


def asked_for_higher(held: Life, by: str, at: datetime) -> Deed:
    return Deed(held, [_escalation(held, by, ASKED_BY_CUSTOMER, at, by_customer=True)], reason=ASKED_BY_CUSTOMER)


def extend_deadline(held: Life, command: ExtendDeadline, rulebook: Rulebook, at: datetime) -> Deed:
    """What runs, and never beyond what the regime allows. A legal deadline is put off by the letter that its regime wants."""
    regime = rulebook.regimes.of(held.regime)
    latest = regime.latest(held.received_at)
    final = command.clock is ClockKind.FINAL_RESPONSE
    if command.due_at <= at:
        raise Refused("due-in-the-past")
    if not _runs(held, command.clock, regime):
        raise Refused("no-such-clock")
    if final and latest and command.due_at > latest:
        raise Refused("beyond-the-limit")
    extended = DeadlineExtended(
        complaint_id=held.complaint_id,
        number=held.number,
        clock=command.clock,
        due_at=command.due_at,
        by=command.by,
        reason=command.reason,
        regime=held.regime,
        letter=regime.extension_letter if final else NoticeKind.EXTENSION,
        outside_body=regime.outside_body,
        extended_at=at,
    )
    return Deed(held, [extended], reason=command.reason)


def _runs(held: Life, clock: ClockKind, regime: RegimeRules) -> bool:
    """Nobody moves a deadline that is met, or that this complaint never had."""
    match clock:
        case ClockKind.FIRST_RESPONSE:
            return not any(one.what == "reply" or one.status is Status.RESOLVED for one in held.history)
        case ClockKind.RESOLUTION:
            return True
        case ClockKind.MATERIAL_WAIT:
            return held.status is Status.WAITING_FOR_CUSTOMER
        case ClockKind.FINAL_RESPONSE:
            return regime.name != HOUSE
        case _:
            return False


def may_work_on(held: Life, person: Person) -> bool:
    return person.team == held.team or person.stands_above_the_teams


def _given_to(held: Life, agent: AgentId) -> Life:
    return replace(held, assignee=agent, worked_on_by=tuple(dict.fromkeys((*held.worked_on_by, agent))))


def _escalation(held: Life, by: str, reason: str, at: datetime, *, by_customer: bool = False) -> EscalationRequested:
    return EscalationRequested(
        complaint_id=held.complaint_id, number=held.number, by=by, by_customer=by_customer, reason=reason, requested_at=at
    )
