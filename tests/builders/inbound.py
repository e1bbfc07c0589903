"""What adapters publish, one builder for each channel: `text` is what the customer says, changes are fields of the contract."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

from shared.contracts import (
    DeliveryReported,
    Inbound,
    InboundApp,
    InboundChat,
    InboundEmail,
    InboundPhone,
    InboundReferral,
    InboundReview,
    InboundSocial,
)
from shared.contracts.vocabulary import Channel, DeliveryState
from tests.builders.moments import RECEIVED_AT, a_complaint_id

TEXT = "我上周申请的退款 128 元一直没有到账,请尽快处理。"
SENT_AT = RECEIVED_AT - timedelta(seconds=5)


def an_inbound_phone(text: str = TEXT, **changes: Any) -> InboundPhone:
    defaults = _common(changes, "hotline-cn", "call-0001", {"phone": "+8613800138000"})
    call = {
        "id": defaults["source_id"],
        "direction": "inbound",
        "segments": [{"speaker": "customer", "start_s": 0.0, "end_s": 9.5, "text": text}],
    }
    return InboundPhone(**defaults | {"call": call} | changes)


def an_inbound_chat(text: str = TEXT, **changes: Any) -> InboundChat:
    defaults = _common(changes, "webchat", "chat-0001", {"handle": "@lilei", "name": "李雷"})
    turns = [{"id": "turn-1", "role": "customer", "at": SENT_AT, "text": text}]
    conversation = changes.get("thread_id") or defaults["source_id"]
    return InboundChat(**defaults | {"chat": {"conversation_id": conversation, "turns": turns}} | changes)


def an_email(text: str = TEXT, *, subject: str = "退款没有到账", message_id: str = "<mail-0001@example.com>") -> bytes:
    """The bytes of a plain mail, as they come over SMTP."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Li Lei <lilei@example.com>", "help@okpay.example", subject
    mail["Date"], mail["Message-ID"] = SENT_AT, message_id
    mail.set_content(text)
    return mail.as_bytes()


def an_inbound_email(text: str = TEXT, *, raw: bytes | str | None = None, **changes: Any) -> InboundEmail:
    """Around `raw` where it is given; the Message-ID is the source id, as an adapter does it."""
    content = raw.encode() if isinstance(raw, str) else raw or an_email(text)
    source_id = str(message_from_bytes(content)["Message-ID"] or "").strip() or f"sha256:{sha256(content).hexdigest()}"
    defaults = _common(changes, "mail-cn", source_id, {"email": "lilei@example.com"})
    return InboundEmail(**defaults | {"email": {"raw_b64": b64encode(content).decode()}} | changes)


def an_inbound_social(text: str = TEXT, **changes: Any) -> InboundSocial:
    defaults = _common(changes, "weibo", "post-0001", {"handle": "@lilei"})
    post = {"platform": "weibo", "id": defaults["source_id"], "permalink": "https://weibo.example/post-0001", "public": True, "text": text}
    return InboundSocial(**defaults | {"post": post} | changes)


def an_inbound_app(text: str = TEXT, **changes: Any) -> InboundApp:
    defaults = _common(changes, "app-cn", "form-0001", {"account_id": "U1029"})
    return InboundApp(**defaults | {"form": {"subject": "退款", "text": text}} | changes)


def an_inbound_review(text: str = TEXT, **changes: Any) -> InboundReview:
    defaults = _common(changes, "app-store", "review-0001", {"name": "lilei"})
    return InboundReview(**defaults | {"review": {"store": "app-store", "rating": 1, "text": text, "app_version": "8.3.1"}} | changes)


def an_inbound_referral(text: str = TEXT, **changes: Any) -> InboundReferral:
    defaults = _common(changes, "referrals", "referral-0001", {"name": "李雷"})
    return InboundReferral(**defaults | {"referral": {"body": "12315", "reference": "R-2026-0001", "text": text}} | changes)


BUILDERS: dict[Channel, Callable[..., Inbound]] = {
    Channel.PHONE: an_inbound_phone,
    Channel.CHAT: an_inbound_chat,
    Channel.EMAIL: an_inbound_email,
    Channel.SOCIAL: an_inbound_social,
    Channel.APP: an_inbound_app,
    Channel.REVIEW: an_inbound_review,
    Channel.REFERRAL: an_inbound_referral,
}


def an_inbound(channel: Channel | str = Channel.CHAT, text: str = TEXT, **changes: Any) -> Inbound:
    return BUILDERS[Channel(channel)](text, **changes)


def a_delivery_reported(**changes: Any) -> DeliveryReported:
    defaults = {"notice_id": f"{a_complaint_id()}:receipt:1", "state": DeliveryState.DELIVERED, "at": RECEIVED_AT + timedelta(seconds=30)}
    return DeliveryReported(**defaults | changes)


def _common(changes: dict[str, Any], adapter: str, source_id: str, sender: dict[str, str]) -> dict[str, Any]:
    given = {name: changes[name] for name in ("adapter", "source_id") if name in changes}
    common = {"adapter": adapter, "source_id": source_id, "sent_at": SENT_AT, "received_at": RECEIVED_AT, "country": "CN", "sender": sender}
    return common | given
