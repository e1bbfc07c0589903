"""What a message is for. A question asked in anger is a complaint; politeness alone is none."""

import re

from services.intake.complaint import Parsed
from services.intake.understanding.kind_words import DISSATISFIED, GENTLE, KNOWN_COMPLAINT, LATER, URGING, Clue
from shared.contracts.vocabulary import Category, MessageKind

SHORT = 60

_DISSATISFIED = DISSATISFIED.split("|")
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s{0,5}(?:自动回复|自動回覆|系统退信|automatic reply|auto(?:matic)?[- ]?reply|out of office)", re.IGNORECASE
)


def kind_of(parsed: Parsed, category: Category, lowered: str, *, quotes_number: bool) -> tuple[MessageKind, str]:
    """The kind and the words that decided. Kinds that only a known complaint can have need a number, an answered message or their own word."""
    if parsed.declared_kind is not None:
        return parsed.declared_kind, f"transport:{parsed.declared_kind}"
    if not parsed.text.strip() and not (parsed.subject or "").strip() and not parsed.evidence:
        return MessageKind.REFUSED, "empty"
    if parsed.subject and (automatic := _AUTOMATIC_SUBJECT.match(parsed.subject)):
        return MessageKind.AUTOMATIC, automatic.group().strip()
    later = _first(LATER, lowered)
    if later and (
        quotes_number
        or parsed.refers_to
        or any(word in lowered for word in KNOWN_COMPLAINT)
        or later[0] in {MessageKind.WITHDRAWAL, MessageKind.APPEAL}
        or URGING.search(lowered)
    ):
        return later
    return _first_contact(category, lowered, later)


def _first_contact(category: Category, lowered: str, later: tuple[MessageKind, str] | None) -> tuple[MessageKind, str]:
    """Without a known complaint: what is wrong counts before what is asked, praise before the mere name of a trouble."""
    thanks = _first(GENTLE[:1], lowered)
    cross = next((word for word in _DISSATISFIED if word in lowered), None)
    if thanks and cross is None:
        return thanks
    gentle = _first(GENTLE[1:], lowered)
    if cross is not None:
        return MessageKind.COMPLAINT, cross
    if gentle is not None:
        return gentle
    if later is not None:
        return later
    plain = {Category.ENQUIRY: MessageKind.ENQUIRY, Category.SUGGESTION: MessageKind.SUGGESTION}
    return plain.get(category, MessageKind.COMPLAINT), f"category:{category}"


def _first(clues: tuple[Clue, ...], lowered: str) -> tuple[MessageKind, str] | None:
    for clue in clues:
        if len(lowered) <= clue.longest and _is_hinted(clue, lowered) and (match := clue.pattern.search(lowered)):
            return clue.kind, match.group().strip()
    return None


def _is_hinted(clue: Clue, lowered: str) -> bool:
    return not clue.hints or any(hint in lowered for hint in clue.hints)
