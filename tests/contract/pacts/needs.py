"""What each consumer needs of a message: the fields it reads, in the form it reads them. Others may be there or not."""

from enum import StrEnum
from typing import Any

from pact import match

from shared.contracts import Execution, TransactionState
from shared.contracts.vocabulary import (
    AccountAction,
    AppealDecision,
    BodyKind,
    Category,
    Channel,
    ClockKind,
    DeliveryState,
    FactKind,
    LinkKind,
    Material,
    MessageKind,
    NoticeKind,
    Outcome,
    Priority,
    ReferralWay,
    RemedyKind,
    RemedyStep,
    Status,
    Verdict,
)
from tests.builders import a_complaint_id, number_of

Needs = dict[str, Any]
"""A body of examples and pact matchers."""

ID = a_complaint_id()
TEXT = match.str("some text")
MOMENT = match.regex("2026-11-22T02:00:05Z", regex=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
LANGUAGE = match.regex("zh-Hans", regex=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
COUNTRY = match.regex("CN", regex=r"^[A-Z]{2}$")
COMPLAINT = {"complaint_id": match.regex(ID, regex=r"^[0-9a-f-]{36}$")}
NUMBER = {"number": match.regex(number_of(ID), regex=r"^RD-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$")}
COUNT = match.int(1)
WORD_OR_NUMBER = match.regex("12800", regex=r"^.+$")


def one_of(values: type[StrEnum]) -> Any:
    """One of a closed set: a value that the consumer does not know would stop it."""
    return match.regex(next(iter(values)).value, regex=f"^({'|'.join(values)})$")


def adapter(name: str) -> Any:
    return match.regex(name, regex=r"^[a-z][a-z0-9-]{0,39}$")


REPLY_TO = {"channel": one_of(Channel), "adapter": adapter("webchat")}

REGISTERED_HEAD = COMPLAINT | NUMBER | {"legal_entity": TEXT, "country": COUNTRY, "channel": one_of(Channel), "adapter": adapter("webchat")}
REGISTERED: Needs = REGISTERED_HEAD | {
    "kind": one_of(MessageKind),
    "language": LANGUAGE,
    "category": one_of(Category),
    "confidence": match.number(0.5),
    "reply_to": REPLY_TO,
    "received_at": MOMENT,
    "registered_at": MOMENT,
}
REGISTERED_WITH_FACTS: Needs = REGISTERED | {"facts": match.each_like({"kind": one_of(FactKind), "value": WORD_OR_NUMBER}, min=1)}
REGISTERED_TO_BE_ANSWERED: Needs = REGISTERED | {
    "reply_to": REPLY_TO | {"handle": match.str("@lilei"), "thread_id": match.str("chat-0001")}
}

FOLLOWED_UP: Needs = (
    COMPLAINT
    | NUMBER
    | {
        "kind": one_of(MessageKind),
        "channel": one_of(Channel),
        "adapter": adapter("webchat"),
        "language": LANGUAGE,
        "owner_known": match.bool(True),
        "reply_to": REPLY_TO,
        "received_at": MOMENT,
    }
)
REFUSED: Needs = {
    "inbound_id": match.str(ID),
    "channel": one_of(Channel),
    "adapter": adapter("webchat"),
    "reason": match.regex("no-text", regex=r"^[a-z0-9-]+$"),
    "language": LANGUAGE,
    "reply_to": REPLY_TO,
    "received_at": MOMENT,
}
ROUTED: Needs = (
    COMPLAINT
    | NUMBER
    | {
        "category": one_of(Category),
        "team": match.str("refunds"),
        "priority": one_of(Priority),
        "why": match.each_like("a-rule", min=1),
        "received_at": MOMENT,
        "routed_at": MOMENT,
    }
)
ESCALATED: Needs = (
    COMPLAINT
    | NUMBER
    | {
        "from_team": match.str("refunds"),
        "team": match.str("supervisors"),
        "level": COUNT,
        "priority": one_of(Priority),
        "reason": TEXT,
        "escalated_at": MOMENT,
    }
)
PRIORITY_RAISED: Needs = (
    COMPLAINT | NUMBER | {"team": match.str("refunds"), "priority": one_of(Priority), "times": COUNT, "raised_at": MOMENT}
)
CLOCK: Needs = (
    COMPLAINT
    | NUMBER
    | {
        "clock": one_of(ClockKind),
        "about": match.regex("remedy/1", regex=r"^([a-z]+/\d+)?$"),
        "generation": COUNT,
        "policy": TEXT,
        "due_at": MOMENT,
    }
)
APPROACHING: Needs = CLOCK | {"noticed_at": MOMENT, "warning": COUNT, "team": match.str("refunds")}
LETTER_REPORTED: Needs = (
    COMPLAINT | NUMBER | {"notice_id": TEXT, "letter": one_of(NoticeKind), "dispatched_at": MOMENT, "reported_at": MOMENT}
)
MISSED: Needs = CLOCK | {"missed_at": MOMENT}

ANSWERED: Needs = COMPLAINT | {"by": TEXT, "answered_at": MOMENT}
ANSWERED_WITH_TEXT: Needs = ANSWERED | {"text": TEXT}
RESOLVED: Needs = COMPLAINT | {"by": TEXT, "outcome": one_of(Outcome), "resolved_at": MOMENT}
RESOLVED_WITH_TEXT: Needs = RESOLVED | {"text": TEXT}

MOVED: Needs = COMPLAINT | NUMBER | {"before": one_of(Status), "status": one_of(Status), "by": TEXT, "revision": COUNT, "moved_at": MOMENT}
MATERIAL_REQUESTED: Needs = COMPLAINT | NUMBER | {"materials": match.each_like(one_of(Material), min=1), "by": TEXT, "requested_at": MOMENT}
ESCALATION_REQUESTED: Needs = COMPLAINT | NUMBER | {"by": TEXT, "reason": TEXT, "requested_at": MOMENT}
EXTENDED: Needs = COMPLAINT | NUMBER | {"clock": one_of(ClockKind), "due_at": MOMENT, "by": TEXT, "reason": TEXT, "extended_at": MOMENT}
SIMILAR: Needs = COMPLAINT | {"likeness": TEXT, "signature": TEXT, "shown": TEXT, "at_least": COUNT, "since": MOMENT, "found_at": MOMENT}
INCIDENT = {"incident_id": match.regex("inc-0123456789ab", regex="^inc-[0-9a-f]{12}$")}
INCIDENT_PROPOSED: Needs = INCIDENT | {"likeness": TEXT, "shown": TEXT, "complaints": COUNT, "since": MOMENT, "proposed_at": MOMENT}
INCIDENT_TOLD: Needs = COMPLAINT | INCIDENT | {"text": TEXT, "told_at": MOMENT}
INCIDENT_PARTLY_TOLD: Needs = INCIDENT | {"told": COUNT}
ERASED: Needs = COMPLAINT | NUMBER | {"erased_at": MOMENT}
APPEAL: Needs = COMPLAINT | NUMBER | {"appeal": COUNT, "appeal_number": TEXT, "by": TEXT}
APPEAL_TOLD: Needs = APPEAL | {"priority": one_of(Priority), "opened_at": MOMENT}
REFERRAL: Needs = COMPLAINT | NUMBER | {"referral": COUNT, "by": TEXT}
REFERRAL_OPENED: Needs = REFERRAL | {
    "way": one_of(ReferralWay),
    "body": TEXT,
    "body_kind": one_of(BodyKind),
    "opened_at": MOMENT,
    "answer_due_at": MOMENT,
}
REFERRAL_ANSWERED: Needs = REFERRAL | {"answered_at": MOMENT}
REMEDY_MOVED: Needs = COMPLAINT | NUMBER | {"remedy": COUNT, "kind": one_of(RemedyKind), "step": one_of(RemedyStep), "moved_at": MOMENT}
RULING_TOLD: Needs = APPEAL | {
    "ruling": one_of(AppealDecision),
    "decision": one_of(Verdict),
    "outcome": one_of(Outcome),
    "text": TEXT,
    "decided_at": MOMENT,
}
SURVEY_ANSWERED: Needs = COMPLAINT | NUMBER | {"solved": match.bool(True), "by": TEXT, "answered_at": MOMENT}
LINKED: Needs = COMPLAINT | {"other": TEXT, "how": one_of(LinkKind), "by": TEXT, "linked_at": MOMENT}

REPORTED: Needs = {"notice_id": match.str(f"{ID}:receipt:1"), "state": one_of(DeliveryState), "at": MOMENT}
NOTICE: Needs = {
    "notice_id": TEXT,
    "kind": one_of(NoticeKind),
    "channel": match.regex("chat", regex="^chat$"),
    "adapter": match.regex("webchat", regex="^webchat$"),
    "to": {"handle": match.str("@lilei")},
    "thread_id": TEXT,
    "language": LANGUAGE,
    "text": TEXT,
}


def _inbound(name: str, sender: Needs, **part: Any) -> Needs:
    head = {"adapter": adapter(name), "source_id": match.str("id-0001"), "sent_at": MOMENT, "received_at": MOMENT, "sender": sender}
    return head | part


WORDS = match.str("我的退款没有到账")
MAIL = "RnJvbTogbGlsZWlAZXhhbXBsZS5jb20KU3ViamVjdDogcmVmdW5kCgpNeSByZWZ1bmQgaXMgbGF0ZS4K"
SEGMENT = {
    "speaker": match.regex("customer", regex="^(customer|agent)$"),
    "start_s": match.number(0.5),
    "end_s": match.number(9.5),
    "text": WORDS,
}
TURN = {"id": TEXT, "role": match.regex("customer", regex="^(customer|agent|bot)$"), "at": MOMENT, "text": WORDS}
DIRECTION = match.regex("inbound", regex="^(inbound|outbound)$")

INBOUND: dict[Channel, Needs] = {
    Channel.PHONE: _inbound(
        "hotline-cn", {"phone": TEXT}, call={"id": TEXT, "direction": DIRECTION, "segments": match.each_like(SEGMENT, min=1)}
    ),
    Channel.CHAT: _inbound("webchat", {"handle": TEXT}, chat={"conversation_id": TEXT, "turns": match.each_like(TURN, min=1)}),
    Channel.EMAIL: _inbound("mail-cn", {"email": TEXT}, email={"raw_b64": match.regex(MAIL, regex=r"^[A-Za-z0-9+/]+=*$")}),
    Channel.SOCIAL: _inbound(
        "weibo",
        {"handle": TEXT},
        post={"platform": TEXT, "id": TEXT, "public": match.bool(True), "text": WORDS},
    ),
    Channel.APP: _inbound("app-cn", {"account_id": TEXT}, form={"text": WORDS}),
    Channel.REVIEW: _inbound("app-store", {"name": TEXT}, review={"store": TEXT, "rating": match.int(1), "text": WORDS}),
    Channel.REFERRAL: _inbound("referrals", {"name": TEXT}, referral={"body": TEXT, "reference": TEXT, "text": WORDS}),
}

CURRENCY = match.regex("CNY", regex=r"^[A-Z]{3}$")
AMOUNT = match.int(12_800)
LEDGER_ASKED = COMPLAINT | {"lookup_id": TEXT, "wanted": {"transaction_id": TEXT}, "attempt": COUNT, "answer_by": MOMENT}
TRANSACTION = {
    "transaction_id": TEXT,
    "at": MOMENT,
    "amount": AMOUNT,
    "currency": CURRENCY,
    "state": one_of(TransactionState),
    "account_id": TEXT,
}
LEDGER_ANSWERED = COMPLAINT | {"lookup_id": TEXT, "transactions": match.each_like(TRANSACTION, min=1), "answered_at": MOMENT}
REMEDY_ORDERED = COMPLAINT | {
    "remedy_id": TEXT,
    "kind": one_of(RemedyKind),
    "amount": AMOUNT,
    "currency": CURRENCY,
    "account_id": TEXT,
    "attempt": COUNT,
}
REMEDY_REPORTED = COMPLAINT | {"remedy_id": TEXT, "state": one_of(Execution), "reported_at": MOMENT}
ACCOUNT_ORDERED = COMPLAINT | {
    "action_id": TEXT,
    "action": one_of(AccountAction),
    "account_id": TEXT,
    "attempt": COUNT,
    "requested_at": MOMENT,
}
ACCOUNT_REPORTED = COMPLAINT | {"action_id": TEXT, "state": one_of(Execution), "reported_at": MOMENT}
CODE_ISSUED = COMPLAINT | NUMBER | {"code_id": TEXT, "account_id": TEXT, "expires_at": MOMENT, "issued_at": MOMENT}
