"""Says what is for the customer alone, or keeps it until there is a private way to say it."""

from collections.abc import Sequence
from datetime import datetime

from services.notification import wording
from services.notification.addresses import is_public, is_reachable
from services.notification.correspondence import Correspondence
from services.notification.drafting import Draft, tell
from services.notification.letters import letter
from services.notification.phrasebook import Phrasebook
from services.notification.saying import Saying
from shared.decision import Decision


def say(held: Correspondence, saying: Saying, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    why_not = no_private_way(held)
    if why_not:
        return Decision(held.model_copy(update={"withheld": (*held.withheld, saying)}), what=why_not)
    tongue = book.tongue(held.language)
    draft = Draft(
        saying.kind,
        tongue.language,
        letter(saying, held, tongue),
        subject=wording.subject(saying.template, held.number, held.reply_to, tongue),
        number=held.number,
    )
    return tell(held, draft, held.reply_to, at)


def say_all(held: Correspondence, sayings: Sequence[Saying], book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """One after the other, as notices of their own; the first one names what happened."""
    decision = say(held, sayings[0], book, at)
    for saying in sayings[1:]:
        following = say(decision.state, saying, book, at)
        decision = Decision(following.state, emit=(*decision.emit, *following.emit), what=decision.what)
    return decision


def hand_over(held: Correspondence, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """Says what was withheld, in the order in which it was decided, once there is a private address."""
    if not held.withheld or no_private_way(held):
        return Decision.unchanged(held, "nothing-to-hand-over")
    told = say_all(held.model_copy(update={"withheld": ()}), held.withheld, book, at)
    return Decision(told.state, emit=told.emit, what="withheld-sent")


def no_private_way(held: Correspondence) -> str | None:
    """Why nothing can be said now to the customer alone; None where it can."""
    if is_public(held.reply_to):
        return "public-channel"
    return None if is_reachable(held.reply_to) else "no-address"
