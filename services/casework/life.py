"""What casework knows of one complaint: where it stands, who has it, and everything that happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from services.casework.records.aftermath import Appeal, AppealState, Proposal, Referral, Survey
from services.casework.records.errand import Errand
from services.casework.records.inquiry import Inquiry, InquiryState
from services.casework.records.material import MaterialState, Requested
from services.casework.records.persons import UNPROVED, Identity, Recusal, Representative
from services.casework.records.remedy import Remedy, RemedyState
from services.casework.steps import OPEN
from shared.contracts import MaskedFact
from shared.contracts.vocabulary import (
    AgentId,
    Category,
    Channel,
    ComplaintId,
    ComplaintNumber,
    FactKind,
    Material,
    Outcome,
    Personal,
    Priority,
    Regime,
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
class Note:
    by: AgentId
    at: datetime
    text: Personal[str]


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision on the merits and its outcome. A complaint that is taken up again keeps the earlier ones as they were."""

    decision: Verdict
    outcome: Outcome
    reason: Personal[str]
    by: AgentId
    at: datetime
    approved_by: AgentId | None = None
    """The second person, where one was needed."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody outside needs the complaint as it is."""

    by: AgentId
    at: datetime
    reason: Personal[str]


@dataclass(frozen=True, slots=True)
class Life:
    complaint_id: ComplaintId
    number: ComplaintNumber
    category: Category
    received_at: datetime
    channel: Channel | None = None
    regime: Regime = "house"
    repeat_of: ComplaintId | None = None
    """An earlier complaint of the same customer, at most thirty days old."""
    status: Status = Status.REGISTERED
    priority: Priority | None = None
    urged: int = 0
    """How often the customer's urging made it more urgent."""
    team: Team | None = None
    level: int = 0
    """How many steps up it went; the team that routing chose first has none."""
    assignee: AgentId | None = None
    worked_on_by: tuple[AgentId, ...] = ()
    recused: tuple[Recusal, ...] = ()
    identity: Identity = UNPROVED
    representatives: tuple[Representative, ...] = ()
    facts: tuple[MaskedFact, ...] = ()
    materials: tuple[Requested, ...] = ()
    lookups: tuple[Inquiry, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    account_actions: tuple[Errand, ...] = ()
    notes: tuple[Note, ...] = ()
    linked: tuple[ComplaintId, ...] = ()
    links_heard: Mapping[ComplaintId, datetime] = field(default_factory=dict)
    """When the newest word about each link was said: an older one, heard later, changes nothing."""
    duplicates: tuple[ComplaintId, ...] = ()
    merged_into: ComplaintId | None = None
    proposal: Proposal | None = None
    resolutions: tuple[Resolution, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    referrals: tuple[Referral, ...] = ()
    surveys: tuple[Survey, ...] = ()
    root_cause: RootCause | None = None
    agreed: bool | None = None
    legal_hold: Hold | None = None
    erased_at: datetime | None = None
    """Since when nothing here tells who the customer is."""
    revision: int = 0
    history: tuple[Happening, ...] = ()

    @property
    def next_due(self) -> datetime | None:
        """When the wallet is asked again. About a complaint that is over nobody asks the ledger, but money is followed to its end."""
        questions = [one.answer_by for one in self.lookups if one.state is InquiryState.ASKED and self.is_worked_on]
        asked: tuple[Remedy | Errand, ...] = (*self.remedies, *self.account_actions)
        return min((*questions, *(one.answer_by for one in asked if one.is_with_the_wallet and one.answer_by)), default=None)

    @property
    def open_appeal(self) -> Appeal | None:
        return next((one for one in self.appeals if one.state is AppealState.OPEN), None)

    @property
    def appeal_of_newest(self) -> Appeal | None:
        """Of the decision that holds. There is one for each."""
        return next((one for one in self.appeals if one.of == len(self.resolutions)), None)

    @property
    def is_worked_on(self) -> bool:
        return self.status in OPEN or self.open_appeal is not None

    @property
    def known_materials(self) -> tuple[Material, ...]:
        """What the customer need not send: the company holds it itself (Order 768, Art. 13), and does not contradict the customer."""
        return tuple(material for material, kind in ANSWERED_BY_LEDGER.items() if any(one.answers(kind) for one in self.lookups))

    @property
    def open_materials(self) -> tuple[Material, ...]:
        return tuple(one.material for one in self.materials if one.state is MaterialState.OPEN)


class Numbered(Protocol):
    @property
    def number(self) -> int: ...


N = TypeVar("N", bound=Numbered)


def in_its_place(parts: tuple[N, ...], one: N) -> tuple[N, ...]:
    """The parts with this one in place of the one of its number."""
    return tuple(one if other.number == one.number else other for other in parts)


def happened(held: Life, event: Happening) -> Life:
    """The next revision."""
    event = replace(event, revision=held.revision + 1)
    return replace(held, revision=event.revision, status=event.status, history=(*held.history, event))


def taken_up_again(held: Life) -> Life:
    """What was said about its end holds no more; the decisions stay on record."""
    return replace(held, root_cause=None, agreed=None, merged_into=None, proposal=None)


def let_go(held: Life, at: datetime, why: str) -> Life:
    """The complaint is over: nothing is asked for any more, what was only proposed is not done, and what was decided not reviewed."""
    life = settled(held, held.open_materials, MaterialState.WAIVED, at, why)
    rejected = (
        replace(one, state=RemedyState.REJECTED, why_not=why) if one.state is RemedyState.PROPOSED else one for one in life.remedies
    )
    appeals = (replace(one, state=AppealState.LET_GO) if one.state is AppealState.OPEN else one for one in life.appeals)
    return replace(life, remedies=tuple(rejected), proposal=None, appeals=tuple(appeals))


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
