"""A call: what the customer said is the complaint, what the agent said is its context."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Parsed
from shared.contracts import InboundPhone
from shared.contracts.inbound import Speaker


def parse(message: InboundPhone) -> Parsed:
    said = tuple(segment.text for segment in message.call.segments if segment.speaker is Speaker.CUSTOMER)
    context = (segment.text for segment in message.call.segments if segment.speaker is not Speaker.CUSTOMER)
    return Parsed(
        sender=message.sender,
        text="\n".join(said),
        segments=said,
        quoted="\n".join(context),
        evidence=evidence_of(message.attachments),
        thread_id=message.thread_id or message.call.id,
    )
