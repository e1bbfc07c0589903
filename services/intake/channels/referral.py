"""A complaint that a regulator, a consumer body or a court passes on."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Parsed
from shared.contracts import InboundReferral


def parse(message: InboundReferral) -> Parsed:
    referral = message.referral
    return Parsed(
        sender=message.sender,
        subject=f"{referral.body} {referral.reference}",
        text=referral.text,
        evidence=evidence_of(message.attachments),
        thread_id=message.thread_id or f"{referral.body}:{referral.reference}",
        declared_numbers=(referral.complaint_number,) if referral.complaint_number else (),
    )
