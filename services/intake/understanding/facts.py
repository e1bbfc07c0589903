"""The definite things that a message says, and where."""

from collections.abc import Iterable
from itertools import accumulate, islice

from services.intake.complaint import Parsed
from services.intake.understanding import accounts, devices, money, signals, times, transactions
from services.intake.understanding.found import Extractor, Found, Reading
from services.intake.understanding.labels import blackened
from shared.contracts import Fact
from shared.contracts.vocabulary import FactKind, FactSource

EXTRACTORS: tuple[Extractor, ...] = (
    transactions.transaction_ids,
    money.amounts,
    times.times,
    transactions.counterparties,
    accounts.emails,
    accounts.phones,
    accounts.account_ids,
    devices.error_codes,
    devices.error_texts,
    devices.device_models,
    devices.app_versions,
    signals.wishes,
    signals.waits,
    signals.contacts,
    signals.warnings,
)
DIGITS_OWNED_BY = (FactKind.TRANSACTION_ID, FactKind.ACCOUNT_EMAIL, FactKind.ACCOUNT_PHONE)
MOST_FACTS = 100


def facts_of(parsed: Parsed, text: Reading, subject: Reading | None) -> tuple[Fact, ...]:
    """Facts of the text before those of the subject; the adapter's own word last, without a place."""
    found = [_fact(one, "text") for one in _found(text)]
    if "\n".join(parsed.segments) == parsed.text and parsed.segments:
        found = _in_segments(parsed.segments, found)
    if subject is not None:
        known = {(fact.kind, fact.value) for fact in found}
        found += [fact for fact in (_fact(one, "subject") for one in _found(subject)) if (fact.kind, fact.value) not in known]
    app_version = blackened(parsed.app_version or "")
    if app_version and not any(fact.kind is FactKind.APP_VERSION and fact.value == app_version for fact in found):
        version = Found(0, 0, FactKind.APP_VERSION, app_version, confidence=1.0, how=FactSource.ADAPTER)
        found.append(_fact(version, "text"))
    return tuple(found[:MOST_FACTS])


def _found(read: Reading) -> list[Found]:
    """An order number is no price and a phone number no account id: who found the digits first, keeps them."""
    kept: list[Found] = []
    owned: list[Found] = []
    for extract in EXTRACTORS:
        for found in islice(extract(read), MOST_FACTS):
            if found.kind in _DIGIT_KINDS and any(found.start < other.end and other.start < found.end for other in owned):
                continue
            kept.append(found)
            if found.kind in DIGITS_OWNED_BY:
                owned.append(found)
    return sorted(kept)


_DIGIT_KINDS = frozenset(
    {FactKind.AMOUNT, FactKind.TRANSACTION_TIME, FactKind.ACCOUNT_ID, FactKind.ACCOUNT_PHONE, FactKind.ERROR_CODE, FactKind.APP_VERSION}
)


def _fact(found: Found, part: str) -> Fact:
    return Fact(
        kind=found.kind,
        value=found.value,
        unit=found.unit,
        start=found.start,
        end=found.end,
        part=part,
        how=found.how,
        confidence=found.confidence,
    )


def _in_segments(segments: tuple[str, ...], facts: Iterable[Fact]) -> list[Fact]:
    begins = [0, *accumulate(len(segment) + 1 for segment in segments)]
    placed: list[Fact] = []
    place = 0
    for fact in facts:
        while fact.start >= begins[place + 1]:
            place += 1
        start = fact.start - begins[place]
        end = min(fact.end - begins[place], len(segments[place]))
        placed.append(fact.model_copy(update={"part": f"segment:{place + 1}", "start": min(start, end), "end": end}))
    return placed
