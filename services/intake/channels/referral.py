"""A complaint that a regulator, a consumer body or a court passes on. Their words about it are never the customer's own wish."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Parsed
from shared.contracts import InboundReferral
from shared.contracts.vocabulary import MessageKind


def parse(message: InboundReferral) -> Parsed:
    referral = message.referral
    return Parsed(
        sender=message.sender,
        subject=f"{referral.body} {referral.reference}",
        text=referral.text,
        evidence=evidence_of(message.attachments),
        thread_id=message.thread_id or f"{referral.body}:{referral.reference}",
        declared_kind=MessageKind.COMPLAINT,
        reference=referral.reference.strip() or None,
        answer_due_at=referral.deadline,
        declared_numbers=(referral.complaint_number,) if referral.complaint_number else (),
    )
