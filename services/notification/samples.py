"""Made-up values for letters: to check templates, and to show people who write them what a customer would read."""

from datetime import UTC, date, datetime

from services.notification.correspondence import Correspondence
from services.notification.saying import Saying
from shared.contracts import Point, RemedyTold, ReplyTo
from shared.contracts.vocabulary import (
    AppealDecision,
    Category,
    Channel,
    ClockKind,
    ComplaintId,
    ComplaintNumber,
    Material,
    NoticeKind,
    Regime,
    RemedyKind,
    Verdict,
)

RECEIVED_AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PAID = RemedyTold(kind=RemedyKind.REFUND, amount=12_800, currency="GBP")
POINTS = (
    Point(about="The payment failed, and the money was taken.", answer="The bank gave it back on 20 November."),
    Point(about="Nobody answered for three days.", answer="We should have. We are sorry."),
)


def a_correspondence(language: str, zone: str) -> Correspondence:
    return Correspondence(
        complaint_id=ComplaintId("00000000-0000-5000-8000-000000000000"),
        number=ComplaintNumber("RD-7K3MQ-2XV9H-5"),
        language=language,
        category=Category.FAILED_TRANSACTION,
        reply_to=ReplyTo(channel=Channel.EMAIL, adapter="sample", email="customer@example.com"),
        received_at=RECEIVED_AT,
        zone=zone,
    )


def a_saying(regime: Regime, decision: Verdict) -> Saying:
    """All that any letter can be told of."""
    return Saying(
        kind=NoticeKind.OUTCOME,
        words="This is what the agent wrote to you.",
        materials=(Material.TRANSACTION_ID, Material.SCREENSHOT),
        clock=ClockKind.FINAL_RESPONSE,
        due_at=datetime(2027, 1, 11, 16, 0, tzinfo=UTC),
        regime=regime,
        decision=decision,
        ruling=AppealDecision.CHANGE,
        points=POINTS,
        remedies=(PAID, RemedyTold(kind=RemedyKind.APOLOGY)),
        appeal_until=datetime(2027, 5, 24, 16, 0, tzinfo=UTC),
        appeal_number="RD-7K3MQ-2XV9H-5/A1",
        review_by=date(2026, 12, 4),
    )
