"""Says what is for the customer alone, or keeps it until there is a private way to say it."""

from datetime import datetime

from services.notification import wording
from services.notification.correspondence import Correspondence, Saying, is_public, is_reachable
from services.notification.drafting import Draft, tell
from services.notification.phrasebook import Phrasebook
from shared.contracts import OutboundNotice
from shared.decision import Decision


def say(held: Correspondence, saying: Saying, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    why_not = _why_not(held)
    if why_not:
        return Decision(held.model_copy(update={"withheld": (*held.withheld, saying)}), what=why_not)
    tongue = book.tongue(held.language)
    draft = Draft(
        saying.kind,
        tongue.language,
        wording.in_private(saying, held, tongue),
        subject=wording.subject(saying.template, held.number, held.reply_to, tongue),
        number=held.number,
    )
    return tell(held, draft, held.reply_to, at)


def hand_over(held: Correspondence, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """Says what was withheld, in the order in which it was decided, once there is a private address."""
    if not held.withheld or _why_not(held):
        return Decision.unchanged(held, "nothing-to-hand-over")
    told, emit = held.model_copy(update={"withheld": ()}), list[OutboundNotice]()
    for saying in held.withheld:
        decision = say(told, saying, book, at)
        told = decision.state
        emit += [message for message in decision.emit if isinstance(message, OutboundNotice)]
    return Decision(told, emit=emit, what="withheld-sent")


def _why_not(held: Correspondence) -> str | None:
    if is_public(held.reply_to):
        return "public-channel"
    return None if is_reachable(held.reply_to) else "no-address"
