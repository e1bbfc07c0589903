"""What a message is for. A question asked in anger is a complaint; politeness alone is none."""

from services.intake.complaint import Parsed
from services.intake.understanding.follow_up import OnComplaint, first_message_clue, without_words
from services.intake.understanding.found import Scanned
from services.intake.understanding.kind_words import DISSATISFIED, GENTLE, IN_ADVANCE, Why, first_of
from shared.contracts.vocabulary import Category, MessageKind


def kind_of(parsed: Parsed, category: Category, spoken: Scanned, later: OnComplaint | None) -> Why:
    """The kind and the words that decided. `later` is given where it names a complaint, or answers a message of ours."""
    if (said := without_words(parsed)) is not None:
        return said
    if later is not None and later.kind is not MessageKind.FOLLOW_UP:
        return later.kind, later.why
    return _first_contact(category, spoken)


def _first_contact(category: Category, spoken: Scanned) -> Why:
    """Without a known complaint: what is wrong counts before what is asked, praise before the mere name of a trouble."""
    if (clue := first_message_clue(spoken)) is not None:
        return clue
    cross = spoken.first(DISSATISFIED)
    if cross is not None:
        return MessageKind.COMPLAINT, cross
    gentle = first_of(GENTLE, spoken.lowered)
    if gentle is not None and not (gentle[0] is MessageKind.THANKS and IN_ADVANCE.search(spoken.lowered)):
        return gentle
    plain = {Category.ENQUIRY: MessageKind.ENQUIRY, Category.SUGGESTION: MessageKind.SUGGESTION}
    return plain.get(category, MessageKind.COMPLAINT), f"category:{category}"
