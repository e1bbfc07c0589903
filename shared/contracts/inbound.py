"""What channel adapters publish to `redress.inbound`, one message class for each channel, and their delivery reports."""

from enum import StrEnum
from typing import ClassVar, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from shared.contracts.base import INBOUND, Message, Part
from shared.contracts.vocabulary import AdapterName, Channel, Country, DeliveryState, Language, Personal


class Sender(Part):
    """Who wrote, as the adapter knows it. At least one field is given."""

    name: Personal[str | None] = None
    account_id: Personal[str | None] = None
    email: Personal[str | None] = None
    phone: Personal[str | None] = Field(default=None, description="E.164 where the source knows the country")
    handle: Personal[str | None] = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not any((self.name, self.account_id, self.email, self.phone, self.handle)):
            raise ValueError("sender needs at least one of name, account_id, email, phone, handle")
        return self


class Attachment(Part):
    """A file that came with the message: its bytes, or where they lie."""

    name: Personal[str]
    type: str
    size: int = Field(ge=0, description="bytes")
    sha256: str | None = None
    content_b64: Personal[str | None] = None
    ref: str | None = None

    @model_validator(mode="after")
    def _bytes_or_reference(self) -> Self:
        if self.content_b64 is None and self.ref is None:
            raise ValueError("attachment needs content_b64 or ref")
        return self


class BodyReference(Part):
    """Header `redress-body`, as JSON: a body above 256 kB lies in the store of bodies, and the message only says where."""

    ref: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*/[0-9a-f]{64}$", description="`<adapter>/<sha256>`")
    size: int = Field(gt=0, description="bytes")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Inbound(Message):
    """The part that all channels share. `source_id` is the source's own id: unique for the adapter, so a resend is a duplicate."""

    exchange: ClassVar[str] = INBOUND
    channel: ClassVar[Channel]

    adapter: AdapterName
    source_id: str = Field(min_length=1, max_length=512)
    thread_id: str | None = Field(default=None, max_length=512)
    sent_at: AwareDatetime
    received_at: AwareDatetime = Field(description="when the company received it; clocks start here")
    country: Country | None = None
    language: Language | None = None
    sender: Sender
    attachments: tuple[Attachment, ...] = Field(default=(), fail_fast=True)

    @property
    def routing_key(self) -> str:
        return f"{self.channel}.{self.adapter}"

    @property
    def fixed_id(self) -> str:
        return self.source_id


class Speaker(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"


class Segment(Part):
    speaker: Speaker
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    text: Personal[str]


class Call(Part):
    id: str
    direction: Literal["inbound", "outbound"]
    recording_ref: str | None = None
    segments: tuple[Segment, ...] = Field(fail_fast=True)


class InboundPhone(Inbound):
    """A call, transcribed."""

    key: ClassVar[str] = "inbound.phone.v1"
    channel: ClassVar[Channel] = Channel.PHONE

    call: Call


class Role(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"


class Turn(Part):
    id: str
    role: Role
    at: AwareDatetime
    text: Personal[str]


class Conversation(Part):
    """The turns that are new since the adapter's last message of this conversation."""

    conversation_id: str
    turns: tuple[Turn, ...] = Field(fail_fast=True)


class InboundChat(Inbound):
    """The new turns of a conversation."""

    key: ClassVar[str] = "inbound.chat.v1"
    channel: ClassVar[Channel] = Channel.CHAT

    chat: Conversation


class RawEmail(Part):
    raw_b64: Personal[str] = Field(description="the message as it came over SMTP or IMAP, base64")


class InboundEmail(Inbound):
    """`source_id` is the Message-ID, or `sha256:…` of the bytes where there is none."""

    key: ClassVar[str] = "inbound.email.v1"
    channel: ClassVar[Channel] = Channel.EMAIL

    email: RawEmail


class Post(Part):
    platform: str
    id: str
    permalink: Personal[str | None] = None
    in_reply_to: str | None = None
    public: bool
    followers: int | None = Field(default=None, ge=0)
    text: Personal[str]


class InboundSocial(Inbound):
    """A post, a comment, or a private message on a platform."""

    key: ClassVar[str] = "inbound.social.v1"
    channel: ClassVar[Channel] = Channel.SOCIAL

    post: Post


class Form(Part):
    subject: Personal[str | None] = None
    text: Personal[str]
    fields: Personal[dict[str, str]] = Field(default_factory=dict)


class InboundApp(Inbound):
    """In-app form, web form, or a letter typed in."""

    key: ClassVar[str] = "inbound.app.v1"
    channel: ClassVar[Channel] = Channel.APP

    form: Form


class Review(Part):
    store: str
    rating: int = Field(ge=1, le=5)
    title: Personal[str | None] = None
    text: Personal[str]
    app_version: str | None = None


class InboundReview(Inbound):
    """A review in an app store; it stands in public."""

    key: ClassVar[str] = "inbound.review.v1"
    channel: ClassVar[Channel] = Channel.REVIEW

    review: Review


class Referral(Part):
    body: str = Field(description="the regulator, consumer body or court")
    reference: str
    deadline: AwareDatetime | None = None
    text: Personal[str]
    complaint_number: str | None = None


class InboundReferral(Inbound):
    """A complaint that a regulator, a consumer body or a court passes on."""

    key: ClassVar[str] = "inbound.referral.v1"
    channel: ClassVar[Channel] = Channel.REFERRAL

    referral: Referral


class DeliveryReported(Message):
    """What became of a notice, said by the adapter that had to deliver it; published with key `delivery.<adapter>`."""

    key: ClassVar[str] = "delivery.reported.v1"
    exchange: ClassVar[str] = INBOUND

    notice_id: str = Field(min_length=1, max_length=200)
    state: DeliveryState
    reason: str | None = None
    at: AwareDatetime


INBOUND_BY_CHANNEL: dict[Channel, type[Inbound]] = {
    contract.channel: contract
    for contract in (InboundPhone, InboundChat, InboundEmail, InboundSocial, InboundApp, InboundReview, InboundReferral)
}
