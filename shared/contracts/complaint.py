"""What the system says about the life of a complaint. Customers' words stay in intake, but for the subject line of a mail (ADR-0013)."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event, Part
from shared.contracts.vocabulary import (
    AdapterName,
    Category,
    Channel,
    ComplaintId,
    ComplaintNumber,
    Country,
    Currency,
    FactKind,
    FactSource,
    Language,
    Material,
    MessageKind,
    NoticeKind,
    Outcome,
    Personal,
    Priority,
    Regime,
    RemedyKind,
    Team,
    Verdict,
)


class Fact(Part):
    """Something definite that a message says, and where it says it. Positions are Unicode code points of `part`."""

    kind: FactKind
    value: Personal[str | int] = Field(description="amounts: integer minor units; times: RFC 3339; otherwise text")
    unit: str | None = Field(default=None, description="ISO 4217 for amounts")
    start: int = Field(ge=0, description="inclusive")
    end: int = Field(ge=0, description="exclusive")
    part: str = Field(description="subject, text, segment:N or attachment:N")
    how: FactSource
    confidence: float = Field(ge=0, le=1)


class MaskedFact(Part):
    """A fact as other services may see it: `value` keeps just enough to recognise it (`…2345`)."""

    kind: FactKind
    value: Personal[str | int]
    unit: str | None = None


class ReplyTo(Part):
    """Where the customer can be answered: the adapter the message came through and the address it knows."""

    channel: Channel
    adapter: AdapterName
    public: bool = Field(default=False, description="the message stood in public: only an invitation may go back")
    thread_id: Personal[str | None] = None
    source_id: Personal[str | None] = Field(default=None, description="what a reply refers to: the Message-ID, the post")
    subject: Personal[str | None] = Field(default=None, description="redacted; e-mail only, for the reply's subject")
    name: Personal[str | None] = None
    email: Personal[str | None] = None
    phone: Personal[str | None] = None
    handle: Personal[str | None] = None
    account_id: Personal[str | None] = None


class ComplaintRegistered(Event):
    """A message became a complaint. It has a number, is understood, and nobody has it yet."""

    key: ClassVar[str] = "complaint.registered.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    legal_entity: str
    country: Country
    channel: Channel
    adapter: AdapterName
    kind: MessageKind
    language: Language
    category: Category
    topic: Category | None = Field(default=None, description="what it is about, where the category only says that it is a question")
    confidence: float = Field(ge=0, le=1)
    signals: tuple[FactKind, ...] = Field(default=(), description="threat, vulnerability, earlier contact: for people to look at")
    facts: tuple[MaskedFact, ...] = ()
    missing: tuple[Material, ...] = ()
    reply_to: ReplyTo
    regime: Regime = Field(default="house", description="adapter setting")
    repeat_of: ComplaintId | None = Field(default=None, description="an earlier complaint of the same customer, at most thirty days old")
    reference: str | None = Field(default=None, max_length=120, description="of the outside body that referred it")
    answer_due_at: AwareDatetime | None = Field(default=None, description="until when the outside body that referred it wants an answer")
    received_at: AwareDatetime
    registered_at: AwareDatetime


class SurveyReply(Part):
    """What a customer answered to the survey. What they suggest stays in intake."""

    solved: bool | None = None
    attitude: int | None = Field(default=None, ge=1, le=5, description="1 is very bad, 5 is very good")
    suggests: bool = Field(default=False, description="they wrote something beside that")


class FollowUpReceived(Event):
    """A later message on a known complaint."""

    key: ClassVar[str] = "complaint.follow-up-received.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    kind: MessageKind
    channel: Channel
    adapter: AdapterName
    language: Language
    owner_known: bool = Field(description="the sender or the thread is the complaint's own; otherwise a person must look first")
    reply_to: ReplyTo
    survey: SurveyReply | None = Field(default=None, description="of a survey's answer")
    reference: str | None = Field(default=None, max_length=120, description="of the outside body that wrote")
    answer_due_at: AwareDatetime | None = Field(default=None, description="until when the outside body that wrote wants an answer")
    received_at: AwareDatetime


class InboundRefused(Event):
    """Read, and declined with a reason: no complaint came of it."""

    key: ClassVar[str] = "inbound.refused.v1"

    inbound_id: str
    channel: Channel
    adapter: AdapterName
    reason: str = Field(description="a slug of docs/operations.md")
    language: Language
    reply_to: ReplyTo
    received_at: AwareDatetime


class ComplaintRouted(Event):
    """A team has the complaint, with a priority."""

    key: ClassVar[str] = "complaint.routed.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    category: Category
    team: Team
    priority: Priority
    why: tuple[str, ...] = Field(description="names of the rules that decided, in order")
    received_at: AwareDatetime
    routed_at: AwareDatetime


class ComplaintEscalated(Event):
    """The complaint moved up one step, to people who stand higher."""

    key: ClassVar[str] = "complaint.escalated.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    from_team: Team
    team: Team
    level: int = Field(ge=1)
    priority: Priority
    reason: str
    escalated_at: AwareDatetime


class CustomerAnswered(Event):
    """A person of the company answered. Automatic notices never are an answer."""

    key: ClassVar[str] = "complaint.customer-answered.v1"

    complaint_id: ComplaintId
    by: str = Field(description="the agent's id")
    text: Personal[str | None] = None
    answered_at: AwareDatetime


class PriorityRaised(Event):
    """The customer urges, and policy makes the complaint more urgent; at most once a day."""

    key: ClassVar[str] = "complaint.priority-raised.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    team: Team
    priority: Priority
    times: int = Field(ge=1, description="how often it was raised so far; the highest says how it stands")
    raised_at: AwareDatetime


class Point(Part):
    """One thing that the customer complained of, and what the company says to it."""

    about: Personal[str] = Field(min_length=2, max_length=500)
    answer: Personal[str] = Field(min_length=2, max_length=4000)


class RemedyTold(Part):
    """What was done for the customer, as a letter may say it."""

    kind: RemedyKind
    amount: int | None = Field(default=None, description="minor units; paid, and confirmed by the wallet")
    currency: Currency | None = None


class LetterReported(Event):
    """How a letter stands on which a deadline depends: it left, or it came back. The last word counts."""

    key: ClassVar[str] = "complaint.letter-reported.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    notice_id: str
    letter: NoticeKind
    dispatched_at: AwareDatetime | None = Field(default=None, description="none: it was not delivered after all")
    reported_at: AwareDatetime


class ComplaintResolved(Event):
    """The company is done with the complaint, with an outcome."""

    key: ClassVar[str] = "complaint.resolved.v1"

    complaint_id: ComplaintId
    by: str = Field(description="the agent's id")
    outcome: Outcome
    decision: Verdict | None = None
    text: Personal[str | None] = None
    regime: Regime = "house"
    points: tuple[Point, ...] = ()
    remedies: tuple[RemedyTold, ...] = ()
    appeal_until: AwareDatetime | None = Field(default=None, description="until when the customer may ask for a review")
    outside_body: str | None = Field(default=None, description="who may be asked next; a name of the regimes' file")
    resolved_at: AwareDatetime
