"""From the parts of a message to what it means: scanned once, redacted, then each idea reads its own hits. Pure: no clock, no I/O."""

import re
from collections.abc import Iterable
from datetime import datetime

from services.intake.complaint import Parsed, Understanding
from services.intake.numbers import find_numbers, read_number
from services.intake.understanding.category import Categories, categories_of
from services.intake.understanding.facts import facts_of
from services.intake.understanding.follow_up import OnComplaint, as_follow_up, own_words, refers_to_complaint
from services.intake.understanding.found import Scanned, joined, reading
from services.intake.understanding.kind import kind_of
from services.intake.understanding.language import language_of
from services.intake.understanding.missing import missing_of
from services.intake.understanding.redact import parts_of, redact, redactions, without
from services.intake.understanding.scan import scan
from shared.contracts.vocabulary import Category, Channel, ComplaintNumber, Country, Language, MessageKind

ENOUGH_TEXT = 20
_GAP = r"[\s\-\u2010-\u2015\u2212_.\u200b-\u200d]{0,3}"
_NUMBER = re.compile(rf"r(?<![0-9a-z]r){_GAP}d{_GAP}(?:[0-9a-tv-z]{_GAP}){{10}}[0-9a-tv-z](?:a[1-9][0-9]?)?(?![0-9a-z])")
"""What `find_numbers` reads, in folded lower case: few texts have it, so the others need not be read in its way."""
HOUSE_CATEGORIES = {
    MessageKind.SUGGESTION: Category.SUGGESTION,
    MessageKind.ENQUIRY: Category.ENQUIRY,
    MessageKind.PRAISE: Category.OTHER,
    MessageKind.THANKS: Category.OTHER,
}


def understand(  # noqa: PLR0913 - the message and the five things that its meaning depends on
    parsed: Parsed, *, channel: Channel, language_hint: Language | None, country: Country, zone: str, received_at: datetime
) -> Understanding:
    scanned = {part: scan(written) for part, written in parts_of(parsed)}
    clean, secrets = redact(parsed, scanned)
    seen = {part: without(one, secrets.get(part, ())) for part, one in scanned.items()}
    text = reading(seen["text"], country=country, zone=zone, received_at=received_at)
    subject = reading(seen["subject"], country=country, zone=zone, received_at=received_at) if clean.subject else None
    facts = facts_of(clean, text, subject if channel is not Channel.REFERRAL else None)
    spoken = text if subject is None or subject.lowered in text.lowered else joined(subject, text)
    categories = categories_of(text, subject)
    numbers = _numbers(clean, seen.values())
    later = as_follow_up(clean, own_words(clean, text, spoken), facts) if refers_to_complaint(clean, spoken, numbers) else None
    kind, deciding = kind_of(clean, categories.best, spoken, later)
    categories = _of_kind(categories, kind, deciding)
    return Understanding(
        kind=kind,
        language=language_of(_enough_of(clean), hint=language_hint, country=country),
        subject=clean.subject,
        text=clean.text,
        quoted=clean.quoted,
        redacted=redactions(secrets),
        category=categories.best,
        confidence=categories.confidence,
        categories=categories.all,
        why=(f"kind {kind}: {deciding}", *categories.why),
        facts=facts,
        missing=missing_of(clean, kind, categories.best, facts),
        numbers=numbers,
    )


def on_known_complaint(parsed: Parsed, made: Understanding) -> OnComplaint:
    """What an understood message is where it turned out to belong to a complaint: most messages do not, and need not be read so."""
    clean = parsed.model_copy(update={"text": made.text, "subject": made.subject})
    text, subject = scan(made.text), scan(made.subject or "")
    return as_follow_up(clean, own_words(clean, text, joined(subject, text) if made.subject else text), made.facts)


def _enough_of(clean: Parsed) -> str:
    """A short text is in the language of its subject."""
    return clean.text if len(clean.text) >= ENOUGH_TEXT else f"{clean.subject or ''} {clean.text}"


def _numbers(clean: Parsed, seen: Iterable[Scanned]) -> tuple[ComplaintNumber, ...]:
    """The fields made for them first, then the customer's own words, then what was quoted."""
    declared = tuple(number for given in clean.declared_numbers if (number := read_number(given)) is not None)
    if not any(_NUMBER.search(one.lowered) for one in seen):
        return tuple(dict.fromkeys(declared))
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
