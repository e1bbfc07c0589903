"""What casework knows of one complaint: where it stands, who has it, and everything that happened to it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.casework.remedy import Remedy, RemedyState
from services.casework.steps import OPEN
from shared.contracts import MaskedFact, Transaction, Wanted
from shared.contracts.vocabulary import (
    AgentId,
    Category,
    ComplaintId,
    ComplaintNumber,
    FactKind,
    Material,
    Outcome,
    Personal,
    Priority,
    RootCause,
    Status,
    Team,
    Verdict,
)

ANSWERED_BY_LEDGER = {
    Material.TRANSACTION_ID: FactKind.TRANSACTION_ID,
    Material.TRANSACTION_TIME: FactKind.TRANSACTION_TIME,
    Material.AMOUNT: FactKind.AMOUNT,
    Material.COUNTERPARTY: FactKind.COUNTERPARTY,
}
CUSTOMER = "customer"
SYSTEM = "system"


class MaterialState(StrEnum):
    OPEN = "open"
    RECEIVED = "received"
    WAIVED = "waived"
    KNOWN = "known"
    """The ledger answered it."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history: what happened, and the status that it left."""

    at: datetime
    by: str
    what: str
    status: Status
    reason: Personal[str | None] = None
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


class InquiryState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the ledger says about something that the customer says."""

    kind: FactKind
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the wallet's ledger, and its answer as evidence. Several transactions are candidates of which a person chooses."""

    lookup_id: str
    wanted: Wanted
    by: AgentId
    asked_at: datetime
    answer_by: datetime
    attempt: int = 1
    state: InquiryState = InquiryState.ASKED
    answered_at: datetime | None = None
    transactions: tuple[Transaction, ...] = ()
    findings: tuple[Finding, ...] = ()

    def answers(self, kind: FactKind) -> bool:
        if len(self.transactions) != 1 or (kind is FactKind.COUNTERPARTY and not self.transactions[0].counterparty):
            return False
        return not any(one.kind is kind and not one.confirmed for one in self.findings)


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision on the merits and its outcome. A complaint that is taken up again keeps the earlier ones as they were."""

    decision: Verdict
    outcome: Outcome
    reason: Personal[str]
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
    facts: tuple[MaskedFact, ...] = ()
    materials: tuple[Requested, ...] = ()
    lookups: tuple[Inquiry, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    notes: tuple[Note, ...] = ()
    linked: tuple[ComplaintId, ...] = ()
    duplicates: tuple[ComplaintId, ...] = ()
    merged_into: ComplaintId | None = None
    resolutions: tuple[Resolution, ...] = ()
    root_cause: RootCause | None = None
    agreed: bool | None = None
    revision: int = 0
    history: tuple[Happening, ...] = ()

    @property
    def next_due(self) -> datetime | None:
        """When the wallet is asked again. About a complaint that is over nobody asks the ledger, but money is followed to its end."""
        questions = [one.answer_by for one in self.lookups if one.state is InquiryState.ASKED and self.status in OPEN]
        payments = [one.answer_by for one in self.remedies if one.is_with_the_wallet and one.answer_by]
        return min((*questions, *payments), default=None)

    @property
    def known_materials(self) -> tuple[Material, ...]:
        """What the customer need not send: the company holds it itself (Order 768, Art. 13), and does not contradict the customer."""
        return tuple(material for material, kind in ANSWERED_BY_LEDGER.items() if any(one.answers(kind) for one in self.lookups))

    @property
    def open_materials(self) -> tuple[Material, ...]:
        return tuple(one.material for one in self.materials if one.state is MaterialState.OPEN)


def happened(held: Life, event: Happening) -> Life:
    """The next revision."""
    event = replace(event, revision=held.revision + 1)
    return replace(held, revision=event.revision, status=event.status, history=(*held.history, event))


def taken_up_again(held: Life) -> Life:
    """What was said about its end holds no more; the decisions stay on record."""
    return replace(held, root_cause=None, agreed=None, merged_into=None)


def let_go(held: Life, at: datetime, why: str) -> Life:
    """The complaint is over: nothing is asked for any more, and what was only proposed is not done."""
    life = settled(held, held.open_materials, MaterialState.WAIVED, at, why)
    rejected = (
        replace(one, state=RemedyState.REJECTED, why_not=why) if one.state is RemedyState.PROPOSED else one for one in life.remedies
    )
    return replace(life, remedies=tuple(rejected))


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
