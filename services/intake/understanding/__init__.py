"""From the parts of a message to what it means: redacted first, then read. Pure: no clock, no settings, nothing written or fetched."""

from datetime import datetime

from services.intake.complaint import Parsed, Understanding
from services.intake.numbers import find_numbers, read_number
from services.intake.understanding.category import Categories, categories_of
from services.intake.understanding.facts import facts_of
from services.intake.understanding.folding import fold
from services.intake.understanding.found import reading
from services.intake.understanding.kind import kind_of
from services.intake.understanding.language import language_of
from services.intake.understanding.missing import missing_of
from services.intake.understanding.redact import redact
from shared.contracts.vocabulary import Category, Channel, ComplaintNumber, Country, Language, MessageKind

ENOUGH_TEXT = 20
HOUSE_CATEGORIES = {
    MessageKind.SUGGESTION: Category.SUGGESTION,
    MessageKind.ENQUIRY: Category.ENQUIRY,
    MessageKind.PRAISE: Category.OTHER,
    MessageKind.THANKS: Category.OTHER,
}


def understand(  # noqa: PLR0913 - the message and the five things that its meaning depends on
    parsed: Parsed, *, channel: Channel, language_hint: Language | None, country: Country, zone: str, received_at: datetime
) -> Understanding:
    clean, redacted = redact(parsed)
    text = reading(fold(clean.text), country=country, zone=zone, received_at=received_at)
    subject = reading(fold(clean.subject), country=country, zone=zone, received_at=received_at) if clean.subject else None
    facts = facts_of(clean, text, subject if channel is not Channel.REFERRAL else None)
    spoken = _spoken(subject.lowered if subject else "", text.lowered)
    categories = categories_of(text.lowered, subject.lowered if subject else "")
    numbers = _numbers(clean)
    kind, deciding = kind_of(clean, categories.best, spoken, quotes_number=bool(numbers))
    categories = _of_kind(categories, kind, deciding)
    return Understanding(
        kind=kind,
        language=language_of(
            clean.text if len(clean.text) >= ENOUGH_TEXT else f"{clean.subject or ''} {clean.text}", hint=language_hint, country=country
        ),
        subject=clean.subject,
        text=clean.text,
        quoted=clean.quoted,
        redacted=redacted,
        category=categories.best,
        confidence=categories.confidence,
        categories=categories.all,
        why=(f"kind {kind}: {deciding}", *categories.why),
        facts=facts,
        missing=missing_of(clean, kind, categories.best, facts),
        numbers=numbers,
    )


def _spoken(subject: str, text: str) -> str:
    return f"{subject}\n{text}" if subject and subject not in text else text


def _numbers(clean: Parsed) -> tuple[ComplaintNumber, ...]:
    """The fields made for them first, then the customer's own words, then what was quoted."""
    declared = (number for given in clean.declared_numbers if (number := read_number(given)) is not None)
    parts = (clean.subject or "", clean.text, *clean.segments, clean.quoted)
    return tuple(dict.fromkeys((*declared, *(number for part in parts for number in find_numbers(part)))))


def _of_kind(categories: Categories, kind: MessageKind, deciding: str) -> Categories:
    """A question about refunds is an enquiry: the kind overrules the topic, which stays in the list."""
    house = HOUSE_CATEGORIES.get(kind)
    if house is None or categories.best is house:
        return _of_complaint(categories) if kind is MessageKind.COMPLAINT else categories
    share = dict(categories.all).get(house, 0.0)
    return Categories(
        house,
        max(categories.confidence, 0.6),
        ((house, max(share, 0.6)), *(one for one in categories.all if one[0] is not house)),
        (deciding, *categories.why),
    )


def _of_complaint(categories: Categories) -> Categories:
    """Dissatisfaction makes an enquiry a complaint about its topic, where there is one."""
    if categories.best not in {Category.ENQUIRY, Category.SUGGESTION}:
        return categories
    topic = next((one for one in categories.all if one[0] not in {Category.ENQUIRY, Category.SUGGESTION}), None)
    return categories if topic is None else categories._replace(best=topic[0], confidence=round(topic[1], 3))
