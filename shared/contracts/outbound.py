"""What notification asks an adapter to deliver."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.contracts.base import OUTBOUND, Message, Part
from shared.contracts.vocabulary import AdapterName, Channel, ComplaintNumber, Language, NoticeKind, Personal


class Recipient(Part):
    name: Personal[str | None] = None
    email: Personal[str | None] = None
    phone: Personal[str | None] = None
    handle: Personal[str | None] = None
    account_id: Personal[str | None] = None


class OutboundNotice(Message):
    """The adapter delivers `text` to `to`, drops a `notice_id` that it delivered before, and reports with `DeliveryReported`.

    `number` is absent where nothing that identifies a complaint may be said: a public invitation, a refusal.
    """

    key: ClassVar[str] = "outbound.notice.v1"
    exchange: ClassVar[str] = OUTBOUND

    notice_id: str
    number: ComplaintNumber | None = None
    kind: NoticeKind
    channel: Channel
    adapter: AdapterName
    to: Recipient
    thread_id: Personal[str | None] = None
    in_reply_to: Personal[str | None] = None
    language: Language
    subject: Personal[str | None] = None
    text: Personal[str]
    expires_at: AwareDatetime | None = None

    def encoded(self) -> bytes:
        """With every field, for adapters that read without a schema at hand."""
        return self.model_dump_json().encode()

    @property
    def routing_key(self) -> str:
        return f"{self.channel}.{self.adapter}"

    @property
    def fixed_id(self) -> str:
        return self.notice_id

    @property
    def subject_id(self) -> str:
        return self.notice_id.partition(":")[0]


class TeamNotice(Message):
    """A notice to the people of a team, sent by the service's own mail sender. Nothing of the customer's is in it."""

    key: ClassVar[str] = "team.notice.v1"
    exchange: ClassVar[str] = OUTBOUND

    notice_id: str
    to: str
    subject: str
    text: str

    @property
    def routing_key(self) -> str:
        return "team.mail"

    @property
    def fixed_id(self) -> str:
        return self.notice_id

    @property
    def subject_id(self) -> str:
        return self.notice_id.partition(":")[0]
