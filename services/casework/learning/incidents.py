"""Complaints that seem to have one cause: counted, proposed to people, and, once confirmed, told to all concerned, each once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from services.casework.commands.deed import Refused
from services.casework.learning.likeness import Likenesses
from services.casework.life import SYSTEM, Happening, Life, happened
from services.casework.policies.organisation import Organisation
from services.casework.steps import EVENTS
from shared.contracts import (
    ConfirmIncident,
    DismissIncident,
    IncidentCommand,
    IncidentPartlyTold,
    IncidentProposed,
    IncidentTold,
    Message,
    SimilarComplaint,
)
from shared.contracts.vocabulary import AgentId, Category, ComplaintId
from shared.decision import Claim, Create, Decision, Reaction, Transition

TOLD_AT_ONCE = 50
"""Notices in one step: the record of each step holds them all."""
MOST_COMPLAINTS = 20_000
"""More do not fit into one document beside the records; there are other ways to tell so many."""


class IncidentState(StrEnum):
    COUNTED = "counted"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Incident:
    incident_id: str
    likeness: str
    shown: str
    category: Category | None
    since: datetime
    complaints: tuple[ComplaintId, ...] = ()
    """In the order in which we heard of them; the first `told` of them have their notice."""
    state: IncidentState = IncidentState.COUNTED
    told: int = 0
    text: str | None = None
    decided_by: AgentId | None = None
    decided_at: datetime | None = None
    why: str | None = None


def grouped(event: SimilarComplaint, at: datetime) -> Reaction:
    """The first complaint of a signature begins the incident, whichever comes first; the others join it (ADR-0003)."""
    incident_id = incident_id_of(event)
    begun = Incident(incident_id, event.likeness, event.shown, event.category, event.since)
    others = Claim(f"incident/{event.signature}", lambda owner: Transition(owner, lambda held: join(held, event, at), of=Incident))
    return Create(incident_id, join(begun, event, at), claims=(others,))


def incident_id_of(first: SimilarComplaint) -> str:
    """Of the incident that this complaint begins."""
    return f"inc-{sha256(f'{first.signature}/{first.complaint_id}'.encode()).hexdigest()[:12]}"


def join(held: Incident, event: SimilarComplaint, at: datetime) -> Decision[Incident]:
    if event.complaint_id in held.complaints:
        return Decision.unchanged(held, "counted-already")
    if len(held.complaints) >= MOST_COMPLAINTS:
        return Decision.unchanged(held, "incident-full")
    joined = replace(held, complaints=(*held.complaints, event.complaint_id))
    if held.state is IncidentState.CONFIRMED and held.told == len(held.complaints):
        return tell(joined, at, "joined")
    if held.state is IncidentState.COUNTED and len(joined.complaints) >= event.at_least:
        proposed = replace(joined, state=IncidentState.PROPOSED)
        return Decision(proposed, emit=[_proposal(proposed, at)], what="incident-proposed")
    return Decision(joined, what="joined")


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who works here, and who of them decides about incidents."""

    organisation: Organisation
    policy: Likenesses


def obey(held: Incident, command: IncidentCommand, deciders: Deciders, at: datetime) -> Decision[Incident]:
    """Like a command on a complaint: refused with a slug, or carried out."""
    what, deed = _DEEDS[type(command)]
    try:
        _allow(command, deciders)
        done = deed(held, command, at)
    except Refused as no:
        return Decision(held, what=f"refused/{no.slug}", by=command.by)
    return replace(done, what=what, by=command.by)


def remember(held: Life, event: IncidentTold) -> Decision[Life]:
    """Who works on the complaint shall see that it is one of many, and what the customer was told."""
    happening = Happening(event.told_at, SYSTEM, "incident-told", EVENTS[IncidentTold][held.status], f"{event.incident_id}: {event.text}")
    return Decision(happened(held, happening), what="incident-told")


def tell_on(held: Incident, event: IncidentPartlyTold, at: datetime) -> Decision[Incident]:
    if event.told != held.told:
        return Decision.unchanged(held, "told-already")
    return tell(held, at, "told-on")


def tell(held: Incident, at: datetime, what: str) -> Decision[Incident]:
    """The next ones of those concerned, and a word to ourselves where more are left."""
    concerned = held.complaints[held.told : held.told + TOLD_AT_ONCE]
    known = replace(held, told=held.told + len(concerned))
    emit: list[Message] = [
        IncidentTold(complaint_id=one, incident_id=held.incident_id, text=held.text or "", told_at=at) for one in concerned
    ]
    if known.told < len(known.complaints):
        emit.append(IncidentPartlyTold(incident_id=held.incident_id, told=known.told))
    return Decision(known, emit=emit, what=what)


def _confirm(held: Incident, command: ConfirmIncident, at: datetime) -> Decision[Incident]:
    if held.state is IncidentState.CONFIRMED:
        raise Refused("confirmed-already")
    confirmed = replace(held, state=IncidentState.CONFIRMED, text=command.text, decided_by=command.by, decided_at=at, why=None)
    return tell(confirmed, at, "")


def _dismiss(held: Incident, command: DismissIncident, at: datetime) -> Decision[Incident]:
    """What was told cannot be taken back; a dismissed incident may still be confirmed."""
    if held.state is IncidentState.CONFIRMED:
        raise Refused("confirmed-already")
    if held.state is IncidentState.DISMISSED:
        raise Refused("dismissed-already")
    return Decision(replace(held, state=IncidentState.DISMISSED, why=command.reason, decided_by=command.by, decided_at=at))


_DEEDS: Mapping[type[IncidentCommand], tuple[str, Callable[[Incident, Any, datetime], Decision[Incident]]]] = {
    ConfirmIncident: ("confirm-incident", _confirm),
    DismissIncident: ("dismiss-incident", _dismiss),
}


def _allow(command: IncidentCommand, deciders: Deciders) -> None:
    person = deciders.organisation.by_id.get(command.by)
    if person is None:
        raise Refused("unknown-agent")
    if person.role not in deciders.policy.decided_by:
        raise Refused("not-permitted")


def _proposal(held: Incident, at: datetime) -> IncidentProposed:
    return IncidentProposed(
        incident_id=held.incident_id,
        likeness=held.likeness,
        shown=held.shown,
        category=held.category,
        complaints=len(held.complaints),
        since=held.since,
        proposed_at=at,
    )
