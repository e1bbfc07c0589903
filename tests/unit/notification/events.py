"""Events and states with defaults; a test mentions only what it is about."""

from datetime import UTC, datetime
from typing import Any

from services.notification import rules
from services.notification.correspondence import Correspondence
from services.notification.phrasebook import PROMISES, Phrasebook, phrasebook
from services.notification.promises import Teams, load_teams
from shared.contracts import (
    AppealDecided,
    AppealOpened,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    CustomerAnswered,
    DeadlineApproaching,
    DeadlineExtended,
    FollowUpReceived,
    InboundRefused,
    MaskedFact,
    MaterialRequested,
    OutboundNotice,
    PriorityRaised,
    ReplyTo,
    SurveyAnswered,
    TeamNotice,
)
from shared.contracts.vocabulary import (
    Category,
    Channel,
    ClockKind,
    ComplaintId,
    ComplaintNumber,
    FactKind,
    Material,
    MessageKind,
    Outcome,
    Priority,
    Status,
    Team,
)
from shared.decision import Decision
from tests import builders

RECEIVED = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 2, 0, 3, tzinfo=UTC)
COMPLAINT = ComplaintId("0b8d4a52-6a3e-5d0c-9a1b-111111111111")
NUMBER = ComplaintNumber("RD-7K3MQ-2XV9H-5")

CHAT = ReplyTo(channel=Channel.CHAT, adapter="webchat", thread_id="conversation-1", source_id="turn-1", name="李雷", handle="@lilei")
MAIL = ReplyTo(
    channel=Channel.EMAIL,
    adapter="mail-cn",
    thread_id="<first@example.com>",
    source_id="<second@example.com>",
    subject="退款一直没到账",
    name="李雷",
    email="lilei@example.com",
)
POST = ReplyTo(
    channel=Channel.SOCIAL, adapter="weibo", public=True, source_id="post-1", name="李雷", handle="@lilei", phone="+8613800138000"
)

BOOK: Phrasebook = phrasebook()
TEAMS: Teams = load_teams(PROMISES.with_name("teams.toml"))


def a_registered(*, reply_to: ReplyTo = CHAT, **changes: object) -> ComplaintRegistered:
    defaults: dict[str, Any] = {
        "complaint_id": COMPLAINT,
        "number": NUMBER,
        "legal_entity": "redress-cn",
        "country": "CN",
        "channel": reply_to.channel,
        "adapter": reply_to.adapter,
        "kind": MessageKind.COMPLAINT,
        "language": "zh-Hans",
        "category": Category.REFUND,
        "confidence": 0.9,
        "facts": (
            MaskedFact(kind=FactKind.AMOUNT, value=129900, unit="CNY"),
            MaskedFact(kind=FactKind.TRANSACTION_ID, value="…2345"),
            MaskedFact(kind=FactKind.ACCOUNT_PHONE, value="…8000"),
            MaskedFact(kind=FactKind.TRANSACTION_TIME, value="2026-11-21T20:15:00+08:00"),
        ),
        "missing": (Material.COUNTERPARTY, Material.SCREENSHOT),
        "reply_to": reply_to,
        "received_at": RECEIVED,
        "registered_at": NOW,
    }
    return ComplaintRegistered.model_validate({**defaults, **changes})


def a_correspondence(*, reply_to: ReplyTo = CHAT, **changes: object) -> Correspondence:
    return rules.acknowledge(a_registered(reply_to=reply_to, **changes), BOOK, NOW).state


def a_follow_up(**changes: object) -> FollowUpReceived:
    defaults: dict[str, Any] = {
        "complaint_id": COMPLAINT,
        "number": NUMBER,
        "kind": MessageKind.PROGRESS,
        "channel": Channel.CHAT,
        "adapter": "webchat",
        "language": "zh-Hans",
        "owner_known": True,
        "reply_to": CHAT,
        "received_at": NOW,
    }
    return FollowUpReceived.model_validate({**defaults, **changes})


def an_answer(text: str | None = "款项已退回您的账户。") -> CustomerAnswered:
    return CustomerAnswered(complaint_id=COMPLAINT, by="agent-7", text=text, answered_at=NOW)


def a_resolution(text: str | None = "退款已完成。", outcome: Outcome = Outcome.MONETARY_RELIEF, **changes: Any) -> ComplaintResolved:
    return ComplaintResolved(complaint_id=COMPLAINT, by="agent-7", outcome=outcome, text=text, resolved_at=NOW, **changes)


def an_appeal(**changes: Any) -> AppealOpened:
    return builders.an_appeal_opened(complaint_id=COMPLAINT, number=NUMBER, appeal_number=f"{NUMBER}/A1", **changes)


def a_ruling(**changes: Any) -> AppealDecided:
    return builders.an_appeal_decided(complaint_id=COMPLAINT, number=NUMBER, appeal_number=f"{NUMBER}/A1", **changes)


def a_survey(**changes: Any) -> SurveyAnswered:
    return builders.a_survey_answered(complaint_id=COMPLAINT, number=NUMBER, **changes)


def an_urgency(**changes: Any) -> PriorityRaised:
    return builders.a_priority_raised(complaint_id=COMPLAINT, number=NUMBER, **changes)


def a_material_request(**changes: object) -> MaterialRequested:
    return builders.a_material_requested(complaint_id=COMPLAINT, number=NUMBER, **changes)


def an_extension(**changes: object) -> DeadlineExtended:
    return builders.a_deadline_extended(complaint_id=COMPLAINT, number=NUMBER, **changes)


def a_withdrawal(**changes: object) -> ComplaintMoved:
    defaults = {"before": Status.IN_PROGRESS, "status": Status.WITHDRAWN, "by": "customer", "revision": 5}
    return builders.a_complaint_moved(complaint_id=COMPLAINT, number=NUMBER, **defaults | changes)


def a_refusal(**changes: object) -> InboundRefused:
    defaults: dict[str, Any] = {
        "inbound_id": "3f8d4a52-6a3e-5d0c-9a1b-222222222222",
        "channel": Channel.EMAIL,
        "adapter": "mail-cn",
        "reason": "too-large",
        "language": "en",
        "reply_to": MAIL,
        "received_at": RECEIVED,
    }
    return InboundRefused.model_validate({**defaults, **changes})


def an_approaching_deadline(**changes: object) -> DeadlineApproaching:
    defaults: dict[str, Any] = {
        "complaint_id": COMPLAINT,
        "number": NUMBER,
        "clock": ClockKind.FIRST_RESPONSE,
        "generation": 1,
        "policy": "house@1",
        "team": Team("payments"),
        "due_at": BOOK.promises.answer_by(RECEIVED),
        "noticed_at": NOW,
    }
    return DeadlineApproaching.model_validate({**defaults, **changes})


def an_escalation(**changes: object) -> ComplaintEscalated:
    defaults: dict[str, Any] = {
        "complaint_id": COMPLAINT,
        "number": NUMBER,
        "from_team": Team("payments"),
        "team": Team("supervisors"),
        "level": 1,
        "priority": Priority.HIGH,
        "reason": "first_response missed",
        "escalated_at": NOW,
    }
    return ComplaintEscalated.model_validate({**defaults, **changes})


def the_notice(decision: Decision[Any]) -> OutboundNotice:
    (message,) = decision.emit
    assert isinstance(message, OutboundNotice)
    return message


def the_team_notice(decision: Decision[Any]) -> TeamNotice:
    (message,) = decision.emit
    assert isinstance(message, TeamNotice)
    return message


def told(decision: Decision[Any]) -> list[OutboundNotice]:
    """The notices to the customer, in their order."""
    return [one for one in decision.emit if isinstance(one, OutboundNotice)]


def texts(decision: Decision[Any]) -> list[str]:
    """Of the notices to the customer, in their order."""
    return [one.text for one in decision.emit if isinstance(one, OutboundNotice)]
