"""What a notice says: puts the facts of an event into the words of its language."""

import re
from datetime import datetime, time, timedelta

from services.notification.correspondence import Correspondence
from services.notification.phrasebook import Phrasebook, Tongue
from shared.contracts import ComplaintRegistered, MaskedFact, ReplyTo
from shared.contracts.vocabulary import Channel, ComplaintNumber, FactKind, MessageKind

ECHO_LENGTH = 40
SUBJECT_LENGTH = 120
ONE_HOUR = timedelta(hours=1)
FACTS_SHOWN = 8
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
# A receipt goes to an address that nobody has proved: it must not carry a stranger's link to a third person.
_LINK = re.compile(r"://|www\.|\.[a-z]{2,}/", re.IGNORECASE)
_REPLY_MARK = re.compile(r"^\s*((re|fw|fwd|aw|sv|回复|回覆|答复|转发|轉寄)\s*[:\uff1a]\s*)+", re.IGNORECASE)


def receipt_text(event: ComplaintRegistered) -> str:
    """Which text fits: a suggestion is thanked for, a regulator is not told to keep its password."""
    if event.channel is Channel.REFERRAL:
        return "referral"
    return "thanks" if event.kind in {MessageKind.SUGGESTION, MessageKind.PRAISE} else "receipt"


def receipt(event: ComplaintRegistered, begun: Correspondence, book: Phrasebook) -> str:
    tongue, zone = book.tongue(begun.language), begun.zone
    kinds = tongue.words.kinds
    return tongue.write(
        receipt_text(event),
        number=event.number,
        what=kinds.get(event.kind, kinds[MessageKind.COMPLAINT]),
        category=tongue.words.categories[event.category],
        facts=facts(event.facts, tongue, zone),
        missing=[tongue.words.materials[material] for material in dict.fromkeys(event.missing)],
        answer_by=tongue.moments.write(begun.answer_by or begun.received_at, zone),
        hours=((begun.answer_by or begun.received_at) - begun.received_at) // ONE_HOUR,
        known_answer=book.self_service.text(event, tongue.language),
        law=tongue.words.law.get(begun.regime, ""),
    )


def facts(found: tuple[MaskedFact, ...], tongue: Tongue, zone: str) -> list[str]:
    """One line for each fact that has a label in the language; what is nobody's business to repeat has none."""
    lines: dict[str, None] = {}
    for fact in found:
        label, value = tongue.words.facts.get(fact.kind), fact_value(fact, tongue, zone)
        if label and value:
            lines[f"{label}{tongue.words.colon}{value}"] = None
    return list(lines)[:FACTS_SHOWN]


def fact_value(fact: MaskedFact, tongue: Tongue, zone: str) -> str:
    if fact.kind is FactKind.AMOUNT and isinstance(fact.value, int) and fact.unit:
        return tongue.money.write(fact.value, fact.unit)
    text = one_line(str(fact.value))
    if fact.kind is FactKind.DESIRED_OUTCOME:
        return tongue.words.wishes.get(text, "")
    if fact.kind is FactKind.TRANSACTION_TIME:
        return _moment(text, tongue, zone)
    return "" if _LINK.search(text) else text[:ECHO_LENGTH]


def subject(text: str, number: ComplaintNumber | None, reply_to: ReplyTo, tongue: Tongue) -> str | None:
    """An e-mail goes on under the customer's own subject, so that mail programs keep the conversation together."""
    if reply_to.channel is not Channel.EMAIL:
        return None
    own = _REPLY_MARK.sub("", one_line(reply_to.subject or ""))[:SUBJECT_LENGTH]
    line = f"Re: {own}" if own else tongue.words.subjects[text]
    return line if number is None or number in line else f"{line} [{number}]"


def one_line(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()


def _moment(text: str, tongue: Tongue, zone: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text[:ECHO_LENGTH]
    if moment.time() == time.min:  # the customer named the day only
        return tongue.moments.write_day(moment)
    return tongue.moments.write(moment, zone) if moment.tzinfo else text[:ECHO_LENGTH]
