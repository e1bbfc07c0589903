"""A conversation: the customer's turns are the complaint, those of agents and bots its context."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Parsed
from shared.contracts import InboundChat
from shared.contracts.inbound import Role


def parse(message: InboundChat) -> Parsed:
    said = tuple(turn.text for turn in message.chat.turns if turn.role is Role.CUSTOMER)
    context = (turn.text for turn in message.chat.turns if turn.role is not Role.CUSTOMER)
    return Parsed(
        sender=message.sender,
        text="\n".join(said),
        segments=said,
        quoted="\n".join(context),
        evidence=evidence_of(message.attachments),
        thread_id=message.thread_id or message.chat.conversation_id,
    )
