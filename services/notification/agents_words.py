"""Passes an agent's words on to the customer, or keeps them until there is a private way to say them."""

from datetime import datetime

from services.notification import wording
from services.notification.correspondence import Correspondence, Withheld, is_public, is_reachable
from services.notification.drafting import Draft, tell
from services.notification.phrasebook import Phrasebook
from shared.contracts import OutboundNotice
from shared.contracts.vocabulary import NoticeKind
from shared.decision import Decision


def pass_on(held: Correspondence, kind: NoticeKind, words: str, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    if not words.strip():
        return Decision.unchanged(held, "no-text")
    why_not = why_not_private(held)
    if why_not:
        kept = (*held.withheld, Withheld(kind=kind, words=words))
        return Decision(held.model_copy(update={"withheld": kept}), what=why_not)
    tongue = book.tongue(held.language)
    draft = Draft(
        kind,
        tongue.language,
        tongue.write(kind, number=held.number, words=words.strip()),
        subject=wording.subject(kind, held.number, held.reply_to, tongue),
        number=held.number,
    )
    return tell(held, draft, held.reply_to, at)


def hand_over(held: Correspondence, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """Says what was withheld, in the order in which it was decided, once there is a private address."""
    if not held.withheld or why_not_private(held):
        return Decision.unchanged(held, "nothing-to-hand-over")
    told, emit = held.model_copy(update={"withheld": ()}), list[OutboundNotice]()
    for kept in held.withheld:
        decision = pass_on(told, kept.kind, kept.words, book, at)
        told = decision.state
        emit += [message for message in decision.emit if isinstance(message, OutboundNotice)]
    return Decision(told, emit=emit, what="withheld-sent")


def why_not_private(held: Correspondence) -> str | None:
    if is_public(held.reply_to):
        return "public-channel"
    return None if is_reachable(held.reply_to) else "no-address"
