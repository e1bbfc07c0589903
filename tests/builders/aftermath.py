"""Letters, appeals, referrals, remedies and chasers, as events with defaults."""

from datetime import timedelta
from typing import Any

from shared.contracts import (
    AppealDecided,
    AppealOpened,
    LetterReported,
    PriorityRaised,
    ReferralAnswered,
    ReferralOpened,
    RemedyMoved,
    SurveyAnswered,
)
from shared.contracts.vocabulary import (
    AppealDecision,
    BodyKind,
    NoticeKind,
    Outcome,
    Priority,
    ReferralWay,
    RemedyKind,
    RemedyStep,
    Team,
    Verdict,
)
from tests.builders.moments import RECEIVED_AT, identified


def a_letter_reported(**changes: Any) -> LetterReported:
    known = identified(changes)
    defaults = known | {
        "notice_id": f"{known['complaint_id']}:outcome:1",
        "letter": NoticeKind.OUTCOME,
        "dispatched_at": RECEIVED_AT + timedelta(days=2),
        "reported_at": RECEIVED_AT + timedelta(days=2, seconds=5),
    }
    return LetterReported(**defaults | changes)


def an_appeal_opened(**changes: Any) -> AppealOpened:
    defaults = _appeal(changes) | {"priority": Priority.HIGH, "by": "customer", "opened_at": RECEIVED_AT + timedelta(days=4)}
    return AppealOpened(**defaults | changes)


def an_appeal_decided(**changes: Any) -> AppealDecided:
    defaults = _appeal(changes) | {
        "ruling": AppealDecision.OVERTURN,
        "decision": Verdict.UPHELD,
        "outcome": Outcome.MONETARY_RELIEF,
        "by": "reviewer-1",
        "decided_at": RECEIVED_AT + timedelta(days=6),
    }
    return AppealDecided(**defaults | changes)


def a_referral_opened(**changes: Any) -> ReferralOpened:
    defaults = identified(changes) | {
        "referral": 1,
        "way": ReferralWay.FROM_BODY,
        "body": "consumer platform",
        "body_kind": BodyKind.CONSUMER_BODY,
        "reference": "CB-2026-11-17",
        "by": "compliance-1",
        "opened_at": RECEIVED_AT + timedelta(days=3),
    }
    return ReferralOpened(**defaults | changes)


def a_referral_answered(**changes: Any) -> ReferralAnswered:
    defaults = identified(changes) | {"referral": 1, "by": "compliance-1", "answered_at": RECEIVED_AT + timedelta(days=9)}
    return ReferralAnswered(**defaults | changes)


def a_remedy_moved(**changes: Any) -> RemedyMoved:
    defaults = identified(changes) | {
        "remedy": 1,
        "kind": RemedyKind.REFUND,
        "amount": 12_800,
        "currency": "CNY",
        "step": RemedyStep.APPROVED,
        "moved_at": RECEIVED_AT + timedelta(days=1),
    }
    return RemedyMoved(**defaults | changes)


def a_priority_raised(**changes: Any) -> PriorityRaised:
    defaults = identified(changes) | {
        "team": Team("refunds"),
        "priority": Priority.HIGH,
        "times": 1,
        "raised_at": RECEIVED_AT + timedelta(hours=3),
    }
    return PriorityRaised(**defaults | changes)


def a_survey_answered(**changes: Any) -> SurveyAnswered:
    defaults = identified(changes) | {"solved": True, "attitude": 5, "by": "customer", "answered_at": RECEIVED_AT + timedelta(days=3)}
    return SurveyAnswered(**defaults | changes)


def _appeal(changes: dict[str, Any]) -> dict[str, Any]:
    known, appeal = identified(changes), changes.get("appeal", 1)
    return known | {"appeal": appeal, "appeal_number": f"{known['number']}/A{appeal}"}
