"""A review in an app store: public, with a title and stars."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Parsed
from shared.contracts import InboundReview


def parse(message: InboundReview) -> Parsed:
    return Parsed(
        sender=message.sender,
        subject=message.review.title,
        text=message.review.text,
        evidence=evidence_of(message.attachments),
        thread_id=message.thread_id or message.source_id,
        public=True,
        app_version=message.review.app_version,
    )
