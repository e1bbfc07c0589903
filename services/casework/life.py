"""What casework knows of one complaint: where it stands, who has it, and everything that happened to it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.contracts.vocabulary import (
    AgentId,
    Category,
    ComplaintId,
    ComplaintNumber,
    Material,
    Outcome,
    Personal,
    Priority,
    RootCause,
    Status,
    Team,
    Verdict,
)

CUSTOMER = "customer"
SYSTEM = "system"


class MaterialState(StrEnum):
    OPEN = "open"
    RECEIVED = "received"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: what happened, and the status that it left."""

    at: datetime
    by: str
    what: str
    status: Status
    reason: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Requested:
    """One thing that the customer was asked for."""

    material: Material
    requested_at: datetime
    state: MaterialState = MaterialState.OPEN
    settled_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    by: AgentId
    at: datetime
    text: Personal[str]


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision on the merits and its outcome. A complaint that is taken up again keeps the earlier ones as they were."""

    decision: Verdict
    outcome: Outcome
    reason: str
    by: AgentId
    at: datetime


@dataclass(frozen=True, slots=True)
class Life:
    complaint_id: ComplaintId
    number: ComplaintNumber
    category: Category
    received_at: datetime
    status: Status = Status.REGISTERED
    priority: Priority | None = None
    team: Team | None = None
    level: int = 0
    """How many steps up it went; the team that routing chose first has none."""
    assignee: AgentId | None = None
    worked_on_by: tuple[AgentId, ...] = ()
    materials: tuple[Requested, ...] = ()
    notes: tuple[Note, ...] = ()
    linked: tuple[ComplaintId, ...] = ()
    duplicates: tuple[ComplaintId, ...] = ()
    merged_into: ComplaintId | None = None
    resolutions: tuple[Resolution, ...] = ()
    root_cause: RootCause | None = None
    agreed: bool | None = None
    revision: int = 0
    history: tuple[Event, ...] = ()

    @property
    def open_materials(self) -> tuple[Material, ...]:
        return tuple(one.material for one in self.materials if one.state is MaterialState.OPEN)


def happened(held: Life, event: Event) -> Life:
    """The next revision."""
    event = replace(event, revision=held.revision + 1)
    return replace(held, revision=event.revision, status=event.status, history=(*held.history, event))


def settled(held: Life, materials: tuple[Material, ...], state: MaterialState, at: datetime, reason: str | None = None) -> Life:
    """What of these is open is so no more."""
    return replace(
        held,
        materials=tuple(
            replace(one, state=state, settled_at=at, reason=reason)
            if one.state is MaterialState.OPEN and one.material in materials
            else one
            for one in held.materials
        ),
    )
