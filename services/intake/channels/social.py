"""A post or a private message on a social platform."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Parsed
from shared.contracts import InboundSocial


def parse(message: InboundSocial) -> Parsed:
    post = message.post
    return Parsed(
        sender=message.sender,
        text=post.text,
        evidence=evidence_of(message.attachments),
        thread_id=message.thread_id or post.in_reply_to or post.id,
        refers_to=(post.in_reply_to,) if post.in_reply_to else (),
        public=post.public,
    )
