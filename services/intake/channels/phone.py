"""A call: what the customer said is the complaint, what the agent said is its context."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Evidence, Parsed
from shared.contracts import InboundPhone
from shared.contracts.inbound import Call, Speaker


def parse(message: InboundPhone) -> Parsed:
    said = tuple(segment.text for segment in message.call.segments if segment.speaker is Speaker.CUSTOMER)
    context = (segment.text for segment in message.call.segments if segment.speaker is not Speaker.CUSTOMER)
    return Parsed(
        sender=message.sender,
        text="\n".join(said),
        segments=said,
        quoted="\n".join(context),
        evidence=(*evidence_of(message.attachments), *_recording(message.call)),
        thread_id=message.thread_id or message.call.id,
    )


def _recording(call: Call) -> tuple[Evidence, ...]:
    """It stays where it was made, and nobody tells us its size or checksum."""
    if not call.recording_ref:
        return ()
    return (Evidence(name="recording of the call", type="audio/*", size=0, sha256="", origin="recording", ref=call.recording_ref),)
