"""The normalised complaint: one schema for every channel. Each field says where it comes from. All text is redacted."""

from pydantic import AwareDatetime, Field

from shared.contracts.base import Part
from shared.contracts.complaint import Fact, ReplyTo, SurveyReply
from shared.contracts.inbound import Sender
from shared.contracts.vocabulary import (
    AdapterName,
    Category,
    Channel,
    ComplaintId,
    ComplaintNumber,
    Country,
    Language,
    Material,
    MessageKind,
    Personal,
    Priority,
    Regime,
    Status,
)


class Evidence(Part):
    """A file the customer sent. Its bytes stay in the sealed original; `origin` says where there."""

    name: Personal[str]
    type: str = Field(description="MIME type as declared by the source")
    size: int = Field(ge=0, description="bytes")
    sha256: str
    origin: str = Field(
        description="`attachment:N` of the inbound message, counted from 1 in the order of arrival, or `recording` of a call"
    )
    ref: Personal[str | None] = Field(default=None, description="where the bytes lie, when the adapter sent a reference")


class Redaction(Part):
    """What was blackened in `part`; the mask is as long as the secret, so positions hold in both texts."""

    part: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    kind: str = Field(description="password, card, cvv, one_time_code, prc_id, iban")


class Parsed(Part):
    """What a channel's `parse()` returns: the message's parts told apart, nothing interpreted, nothing redacted yet."""

    sender: Sender
    subject: Personal[str | None] = None
    text: Personal[str] = Field(description="the customer's own words, without quotes and signature")
    segments: Personal[tuple[str, ...]] = Field(
        default=(), description="the customer's segments or turns, joined by newlines in `text`; empty on other channels"
    )
    quoted: Personal[str] = ""
    evidence: tuple[Evidence, ...] = ()
    thread_id: str = Field(description="what ties messages of one conversation together, unique within the adapter")
    refers_to: tuple[str, ...] = Field(default=(), description="source ids that this message answers (In-Reply-To, References)")
    public: bool = False
    declared_kind: MessageKind | None = Field(default=None, description="what the transport says: automatic, bounce, newsletter")
    declared_numbers: tuple[str, ...] = Field(default=(), description="complaint numbers in fields made for them")
    app_version: str | None = Field(default=None, description="given by the adapter, e.g. by the store with a review")
    reference: str | None = Field(default=None, description="what the outside body that wrote calls the matter")
    answer_due_at: AwareDatetime | None = Field(default=None, description="until when the outside body that wrote wants an answer")
    reply_subject: Personal[str | None] = None


class Understanding(Part):
    """What the rules made of a parsed message. `text`, `subject` and `quoted` are the redacted ones."""

    kind: MessageKind
    language: Language
    subject: Personal[str | None]
    text: Personal[str]
    quoted: Personal[str]
    redacted: tuple[Redaction, ...]
    category: Category
    confidence: float = Field(ge=0, le=1)
    categories: tuple[tuple[Category, float], ...] = Field(description="all that scored, best first")
    why: tuple[str, ...] = Field(description="the words and rules that decided, redacted like the text")
    facts: tuple[Fact, ...]
    missing: tuple[Material, ...]
    numbers: tuple[ComplaintNumber, ...] = Field(description="well-formed complaint numbers found anywhere in the message")


class FollowUp(Part):
    """A later message on the complaint."""

    inbound_id: str
    source_id: str
    adapter: AdapterName
    channel: Channel
    kind: MessageKind
    language: Language
    subject: Personal[str | None]
    text: Personal[str]
    facts: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    redacted: tuple[Redaction, ...] = ()
    owner_known: bool = Field(description="sender or thread is the complaint's own")
    survey: SurveyReply | None = Field(default=None, description="answers to the survey; what was suggested stands in `text`")
    reference: str | None = None
    answer_due_at: AwareDatetime | None = None
    received_at: AwareDatetime


class Complaint(Part):
    """What intake knows of one complaint."""

    complaint_id: ComplaintId = Field(description="uuid5 of adapter and source id")
    number: ComplaintNumber = Field(description="keyed hash of the id, see numbers.py")
    number_key: str = Field(description="version of the key that made the number")
    legal_entity: str = Field(description="adapter setting")
    country: Country = Field(description="the message, else the adapter setting")
    regime: Regime = Field(default="house", description="adapter setting; the house's for questions, ideas and praise")
    channel: Channel = Field(description="routing key, confirmed by the contract")
    adapter: AdapterName = Field(description="the broker's user, confirmed by routing key and body")
    source_id: str = Field(description="adapter")
    thread_id: Personal[str] = Field(description="adapter, or the mail's references")
    kind: MessageKind = Field(description="rules")
    language: Language = Field(description="detected; the adapter's word where the text is too short to tell")
    subject: Personal[str | None] = Field(description="channel, redacted")
    text: Personal[str] = Field(description="the customer's words, redacted")
    quoted: Personal[str] = Field(description="what the customer quoted, redacted")
    sender: Sender = Field(description="adapter; for e-mail the From header")
    identities: Personal[tuple[str, ...]] = Field(description="keyed hashes of e-mail, phone, handle and account, to match without reading")
    repeat_of: ComplaintId | None = Field(default=None, description="an earlier complaint of the same customer, at most thirty days old")
    reference: str | None = Field(default=None, description="of the outside body that wrote: its own word for the matter, redacted")
    answer_due_at: AwareDatetime | None = Field(default=None, description="of the outside body that wrote: its deadline")
    public: bool = Field(description="channel")
    category: Category = Field(description="rules")
    confidence: float = Field(description="rules; 0 where nothing spoke")
    categories: tuple[tuple[Category, float], ...] = Field(description="rules")
    why: Personal[tuple[str, ...]] = Field(description="rules")
    facts: tuple[Fact, ...] = Field(description="rules, adapter")
    missing: tuple[Material, ...] = Field(description="what the category needs less what facts and evidence give")
    evidence: tuple[Evidence, ...] = Field(description="attachments")
    redacted: tuple[Redaction, ...] = Field(description="rules")
    priority: Priority | None = Field(default=None, description="routing decides; empty here")
    status: Status = Field(default=Status.REGISTERED, description="as registered; what happens later is casework's")
    reply_to: ReplyTo = Field(description="adapter")
    received_at: AwareDatetime = Field(description="adapter; clamped to `registered_at` where it lay in the future")
    received_in_future: bool = Field(default=False, description="the adapter's clock was ahead")
    registered_at: AwareDatetime = Field(description="database clock")
    follow_ups: tuple[FollowUp, ...] = ()


class Declined(Part):
    """An inbound message that became no complaint: set aside or refused. Kept, so that the balance can count it."""

    inbound_id: str
    adapter: AdapterName
    channel: Channel
    source_id: str
    result: str = Field(description="set_aside or refused")
    kind: MessageKind
    reason: str = Field(description="a slug of docs/operations.md")
    declined_at: AwareDatetime
