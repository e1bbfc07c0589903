"""A customer on a channel: complains, writes again, and hears what the company sends there."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from itertools import count
from typing import Any
from uuid import uuid4

from shared.adapters import adapters_in
from shared.contracts import OutboundNotice
from shared.contracts.vocabulary import Channel, NoticeKind
from tests.builders import an_inbound
from tests.house import eventually
from tests.journeys.town import ADAPTERS_FILE, Town

KNOWN_BY: dict[Channel, tuple[str, ...]] = {
    Channel.PHONE: ("phone",),
    Channel.CHAT: ("handle", "account_id", "email"),
    Channel.EMAIL: ("email",),
    Channel.SOCIAL: ("handle",),
    Channel.APP: ("account_id", "email"),
    Channel.REVIEW: ("name",),
    Channel.REFERRAL: ("name",),
}
"""What the channel tells us of who writes."""
ADAPTER = {(one.channel, one.country): one.name for one in adapters_in(ADAPTERS_FILE).by_name.values()}
messages = count(1)


@dataclass(frozen=True, slots=True)
class Heard:
    """One notice, as it reached the customer."""

    kind: str
    channel: Channel
    text: str
    subject: str | None
    number: str | None

    def lacks(self, *words: str) -> list[str]:
        """What of this it does not say."""
        return [one for one in words if one not in self.text]


@dataclass(frozen=True, slots=True)
class Complaint:
    complaint_id: str
    number: str


@dataclass(frozen=True)
class Customer:
    town: Town
    key: str
    channel: Channel
    country: str = "CN"

    def on(self, channel: str) -> "Customer":
        """The same person elsewhere."""
        return replace(self, channel=Channel(channel))

    @property
    def adapter(self) -> str:
        return ADAPTER[self.channel, self.country]

    @property
    def account_id(self) -> str:
        return f"U{self.key}"

    @property
    def transaction_id(self) -> str:
        """Of a payment of theirs, as the wallet writes it."""
        return f"20261120{int(self.key, 16) % 10**8:08}"

    @property
    def sender(self) -> dict[str, str]:
        everything = {
            "name": f"customer {self.key}",
            "handle": f"@{self.key}",
            "account_id": self.account_id,
            "email": f"{self.key}@example.com",
            "phone": f"+86138{int(self.key, 16) % 10**8:08}",
        }
        return {name: everything[name] for name in KNOWN_BY[self.channel]}

    async def complains(self, text: str, **changes: Any) -> Complaint:
        """Registered when this returns. `changes` are fields of the channel's contract, or `public=True` of a post."""
        source_id = await self.writes(text, **changes)
        ended = await self._ended(source_id)
        assert ended["result"] == "registered", ended
        return Complaint(ended["complaint_id"], ended["number"])

    async def adds(self, text: str, **changes: Any) -> Complaint:
        """To a complaint that is known: by the conversation, or by its number in the text."""
        ended = await self._ended(await self.writes(text, **changes))
        assert ended["result"] == "linked", ended
        return Complaint(ended["complaint_id"], ended["number"])

    async def writes(self, text: str, **changes: Any) -> str:
        """Returns the source's id of the message."""
        source_id, at = f"{self.key}-{next(messages)}", self.town.now()
        common = {
            "adapter": self.adapter,
            "source_id": source_id,
            "sent_at": at,
            "received_at": at,
            "country": self.country,
            "sender": self.sender,
        }
        own = getattr(self, f"_{self.channel}", self._thread)(text, common, changes)
        message = an_inbound(self.channel, text, **common | own | changes)
        await self.town.house.publish(message)
        return message.source_id

    def heard(self) -> list[Heard]:
        """Everything, on whatever channel, letters last."""
        return [*self._notices(), *self._letters()]

    async def hears(self, kind: NoticeKind, times: int = 1) -> Heard:
        """The last one of the kind, once there were so many."""

        async def of_the_kind() -> list[Heard]:
            return [one for one in self.heard() if one.kind == kind]

        return (await eventually(of_the_kind, lambda seen: len(seen) >= times))[times - 1]

    async def _ended(self, source_id: str) -> dict[str, Any]:
        async def arrival() -> dict[str, Any]:
            found: dict[str, Any] = await self.town.house.view("intake", "/arrival", adapter=self.adapter, source_id=source_id)
            return found

        return await eventually(arrival, lambda seen: seen["result"] != "pending")

    @property
    def _conversation(self) -> str:
        return f"{self.key}-{self.channel}"

    def _thread(self, _text: str, _common: dict[str, Any], _changes: dict[str, Any]) -> dict[str, Any]:
        return {"thread_id": self._conversation}

    def _social(self, text: str, common: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        """In public each post stands alone; in private there is a conversation."""
        public, platform = changes.pop("public", False), changes.pop("platform", "weibo")
        source_id = common["source_id"]
        post = {
            "platform": platform,
            "id": source_id,
            "permalink": f"https://{platform}.example/{source_id}",
            "public": public,
            "text": text,
        }
        return {"post": post} if public else {"post": post, "thread_id": self._conversation}

    def _app(self, text: str, _common: dict[str, Any], _changes: dict[str, Any]) -> dict[str, Any]:
        return {"form": {"text": text}, "thread_id": self._conversation}

    def _review(self, _text: str, _common: dict[str, Any], _changes: dict[str, Any]) -> dict[str, Any]:
        return {}

    def _email(self, text: str, common: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender["email"], "help@okpay.example"
        mail["Subject"] = changes.pop("subject", "投诉" if self.country == "CN" else "A complaint")
        mail["Date"], mail["Message-ID"] = common["sent_at"], f"<{common['source_id']}@example.com>"
        mail["References"] = f"<{self._conversation}@example.com>"
        mail.set_content(text)
        return {"source_id": mail["Message-ID"], "email": {"raw_b64": b64encode(mail.as_bytes()).decode()}}

    def _notices(self) -> Iterator[Heard]:
        for one in self.town.delivered.notices:
            if self._is_mine(one):
                yield Heard(one.kind, one.channel, one.text, one.subject, one.number)

    def _is_mine(self, notice: OutboundNotice) -> bool:
        known = (notice.thread_id, notice.in_reply_to, *notice.to.model_dump().values())
        return any(self.key in one for one in known if one) or notice.to.phone == self.on("phone").sender["phone"]

    def _letters(self) -> Iterator[Heard]:
        """The Message-ID of a letter is made of its notice's id."""
        for one in self.town.mail.letters:
            if self.key in str(one["To"]):
                yield Heard(str(one["Message-ID"]).split(".")[1], Channel.EMAIL, one.get_content(), str(one["Subject"]), None)


def a_customer(town: Town, channel: str, country: str = "CN") -> Customer:
    return Customer(town, uuid4().hex[:8], Channel(channel), country)
