"""Every event and command with defaults: a test names only what it is about. Changes are the contract's own fields."""

from datetime import timedelta
from typing import Any

from shared.contracts import (
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintsLinked,
    CustomerAnswered,
    CustomerErased,
    DeadlineApproaching,
    DeadlineExtended,
    DeadlineMissed,
    DiscardDeadLetter,
    EscalationRequested,
    FollowUpReceived,
    InboundRefused,
    Lost,
    MaskedFact,
    MaterialRequested,
    PublishAgain,
    ReplayDeadLetter,
    ReplyTo,
)
from shared.contracts.vocabulary import (
    Category,
    Channel,
    ClockKind,
    FactKind,
    LinkKind,
    Material,
    MessageKind,
    Outcome,
    Priority,
    Status,
    Team,
    Verdict,
)
from tests.builders.moments import FIRST_RESPONSE_DUE, RECEIVED_AT, REGISTERED_AT, ROUTED_AT, a_complaint_id, identified


def a_reply_to(**changes: Any) -> ReplyTo:
    """Fields of the contract as keywords, here as in every builder; pydantic checks them."""
    return ReplyTo(
        **{"channel": Channel.CHAT, "adapter": "webchat", "thread_id": "chat-0001", "handle": "@lilei", "name": "李雷"} | changes
    )


def a_complaint_registered(**changes: Any) -> ComplaintRegistered:
    channel, adapter = changes.get("channel", Channel.CHAT), changes.get("adapter", "webchat")
    defaults = identified(changes) | {
        "legal_entity": "okpay-cn",
        "country": "CN",
        "channel": channel,
        "adapter": adapter,
        "kind": MessageKind.COMPLAINT,
        "language": "zh-Hans",
        "category": Category.REFUND,
        "confidence": 0.8,
        "facts": (MaskedFact(kind=FactKind.AMOUNT, value=12800, unit="CNY"),),
        "missing": (Material.TRANSACTION_TIME,),
        "reply_to": a_reply_to(channel=channel, adapter=adapter),
        "received_at": RECEIVED_AT,
        "registered_at": REGISTERED_AT,
    }
    return ComplaintRegistered(**defaults | changes)


def a_follow_up_received(**changes: Any) -> FollowUpReceived:
    channel, adapter = changes.get("channel", Channel.CHAT), changes.get("adapter", "webchat")
    defaults = identified(changes) | {
        "kind": MessageKind.CHASER,
        "channel": channel,
        "adapter": adapter,
        "language": "zh-Hans",
        "owner_known": True,
        "reply_to": a_reply_to(channel=channel, adapter=adapter),
        "received_at": RECEIVED_AT + timedelta(hours=3),
    }
    return FollowUpReceived(**defaults | changes)


def an_inbound_refused(**changes: Any) -> InboundRefused:
    channel, adapter = changes.get("channel", Channel.CHAT), changes.get("adapter", "webchat")
    defaults = {
        "inbound_id": a_complaint_id("refused-0001"),
        "channel": channel,
        "adapter": adapter,
        "reason": "no-text",
        "language": "zh-Hans",
        "reply_to": a_reply_to(channel=channel, adapter=adapter),
        "received_at": RECEIVED_AT,
    }
    return InboundRefused(**defaults | changes)


def a_complaint_routed(**changes: Any) -> ComplaintRouted:
    defaults = identified(changes) | {
        "category": Category.REFUND,
        "team": Team("refunds"),
        "priority": Priority.NORMAL,
        "why": ("category-refund",),
        "received_at": RECEIVED_AT,
        "routed_at": ROUTED_AT,
    }
    return ComplaintRouted(**defaults | changes)


def a_complaint_escalated(**changes: Any) -> ComplaintEscalated:
    defaults = identified(changes) | {
        "from_team": Team("refunds"),
        "team": Team("supervisors"),
        "level": 1,
        "priority": Priority.HIGH,
        "reason": "first_response-missed",
        "escalated_at": FIRST_RESPONSE_DUE + timedelta(seconds=1),
    }
    return ComplaintEscalated(**defaults | changes)


def a_customer_answered(**changes: Any) -> CustomerAnswered:
    defaults = {
        "complaint_id": a_complaint_id(),
        "by": "agent-7",
        "text": "您好,退款已经在处理,三个工作日内到账。",
        "answered_at": RECEIVED_AT + timedelta(hours=5),
    }
    return CustomerAnswered(**defaults | changes)


def a_complaint_resolved(**changes: Any) -> ComplaintResolved:
    defaults = {
        "complaint_id": a_complaint_id(),
        "by": "agent-7",
        "outcome": Outcome.MONETARY_RELIEF,
        "decision": Verdict.UPHELD,
        "text": "退款 128 元已经退回您的账户。",
        "resolved_at": RECEIVED_AT + timedelta(days=2),
    }
    return ComplaintResolved(**defaults | changes)


def a_complaint_moved(**changes: Any) -> ComplaintMoved:
    """The agent takes it from the worklist."""
    defaults = identified(changes) | {
        "before": Status.ROUTED,
        "status": Status.IN_PROGRESS,
        "by": "agent-7",
        "revision": 3,
        "moved_at": ROUTED_AT + timedelta(minutes=30),
    }
    return ComplaintMoved(**defaults | changes)


def a_material_requested(**changes: Any) -> MaterialRequested:
    defaults = identified(changes) | {
        "materials": (Material.TRANSACTION_ID, Material.SCREENSHOT),
        "by": "agent-7",
        "requested_at": RECEIVED_AT + timedelta(hours=2),
    }
    return MaterialRequested(**defaults | changes)


def an_escalation_requested(**changes: Any) -> EscalationRequested:
    defaults = identified(changes) | {
        "by": "agent-7",
        "reason": "above what an agent may decide",
        "requested_at": RECEIVED_AT + timedelta(hours=3),
    }
    return EscalationRequested(**defaults | changes)


def a_deadline_extended(**changes: Any) -> DeadlineExtended:
    defaults = identified(changes) | {
        "clock": ClockKind.RESOLUTION,
        "due_at": RECEIVED_AT + timedelta(days=20),
        "by": "agent-7",
        "reason": "The receiving bank has not answered yet.",
        "extended_at": RECEIVED_AT + timedelta(days=3),
    }
    return DeadlineExtended(**defaults | changes)


def a_customer_erased(**changes: Any) -> CustomerErased:
    return CustomerErased(**identified(changes) | {"erased_at": RECEIVED_AT + timedelta(days=2_000)} | changes)


def a_complaints_linked(**changes: Any) -> ComplaintsLinked:
    defaults = {
        "complaint_id": a_complaint_id(),
        "other": a_complaint_id("chat-0002"),
        "how": LinkKind.LINKED,
        "by": "agent-7",
        "linked_at": RECEIVED_AT + timedelta(hours=4),
    }
    return ComplaintsLinked(**defaults | changes)


def a_deadline_approaching(**changes: Any) -> DeadlineApproaching:
    due_at = changes.get("due_at", FIRST_RESPONSE_DUE)
    return DeadlineApproaching(**_clock(changes) | {"due_at": due_at, "noticed_at": due_at - timedelta(hours=6)} | changes)


def a_deadline_missed(**changes: Any) -> DeadlineMissed:
    due_at = changes.get("due_at", FIRST_RESPONSE_DUE)
    return DeadlineMissed(**_clock(changes) | {"due_at": due_at, "missed_at": due_at + timedelta(seconds=1)} | changes)


def a_replay_of_a_dead_letter(**changes: Any) -> ReplayDeadLetter:
    return ReplayDeadLetter(**{"service": "routing", "dead_id": "dead-0001", "by": "ops-1"} | changes)


def a_discard_of_a_dead_letter(**changes: Any) -> DiscardDeadLetter:
    return DiscardDeadLetter(**{"service": "routing", "dead_id": "dead-0001", "by": "ops-1", "reason": "sent by mistake"} | changes)


def a_publishing_again(**changes: Any) -> PublishAgain:
    lost = (Lost(of=a_complaint_id(), id="event-0001"),)
    return PublishAgain(**{"service": "intake", "source": "complaints", "lost": lost, "by": "ops-1"} | changes)


def _clock(changes: dict[str, Any]) -> dict[str, Any]:
    return identified(changes) | {"clock": ClockKind.FIRST_RESPONSE, "generation": 1, "policy": "first-response@1", "team": Team("refunds")}
