"""What a message is for. A question asked in anger is a complaint; politeness alone is none."""

import re

from services.intake.complaint import Parsed
from services.intake.understanding.found import Scanned
from services.intake.understanding.kind_words import DISSATISFIED, GENTLE, KNOWN_COMPLAINT, LATER, LATER_WORDS, REACH, URGING, Clue
from services.intake.understanding.words import matches_near
from shared.contracts.vocabulary import Category, MessageKind

_AUTOMATIC_SUBJECT = re.compile(
    r"^\s{0,5}(?:自动回复|自動回覆|系统退信|automatic reply|auto(?:matic)?[- ]?reply|out of office)", re.IGNORECASE
)


def kind_of(parsed: Parsed, category: Category, spoken: Scanned, *, quotes_number: bool) -> tuple[MessageKind, str]:
    """The kind and the words that decided. Kinds that only a known complaint can have need a number, an answered message or their own word."""
    if parsed.declared_kind is not None:
        return parsed.declared_kind, f"transport:{parsed.declared_kind}"
    if not parsed.text.strip() and not (parsed.subject or "").strip() and not parsed.evidence:
        return MessageKind.REFUSED, "empty"
    if parsed.subject and (automatic := _AUTOMATIC_SUBJECT.match(parsed.subject)):
        return MessageKind.AUTOMATIC, automatic.group().strip()
    later = _later(spoken)
    if later and (
        quotes_number
        or parsed.refers_to
        or KNOWN_COMPLAINT in spoken.hits
        or later[0] in {MessageKind.WITHDRAWAL, MessageKind.APPEAL}
        or URGING.search(spoken.lowered)
    ):
        return later
    return _first_contact(category, spoken, later)


def _later(spoken: Scanned) -> tuple[MessageKind, str] | None:
    places = spoken.starts_by_label(LATER_WORDS)
    for clue in LATER:
        if clue.kind in places and len(spoken.lowered) <= clue.longest:
            match = next(matches_near(clue.pattern, spoken.lowered, places[clue.kind], before=REACH, after=REACH), None)
            if match is not None:
                return clue.kind, match.group().strip()
    return None


def _first_contact(category: Category, spoken: Scanned, later: tuple[MessageKind, str] | None) -> tuple[MessageKind, str]:
    """Without a known complaint: what is wrong counts before what is asked, praise before the mere name of a trouble."""
    cross = spoken.first(DISSATISFIED)
    if cross is not None:
        return MessageKind.COMPLAINT, cross
    gentle = _first(GENTLE, spoken.lowered)
    if gentle is not None:
        return gentle
    if later is not None:
        return later
    plain = {Category.ENQUIRY: MessageKind.ENQUIRY, Category.SUGGESTION: MessageKind.SUGGESTION}
    return plain.get(category, MessageKind.COMPLAINT), f"category:{category}"


def _first(clues: tuple[Clue, ...], lowered: str) -> tuple[MessageKind, str] | None:
    for clue in clues:
        if len(lowered) <= clue.longest and (match := clue.pattern.search(lowered)):
            return clue.kind, match.group().strip()
    return None
