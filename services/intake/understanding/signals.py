"""What people must see at once: wishes, waiting, earlier contacts, threats, vulnerable customers. Never a reason to wait longer."""

import re
from collections.abc import Iterator
from itertools import islice

from services.intake.understanding.chinese_numerals import read_numeral
from services.intake.understanding.found import Found, Reading
from services.intake.understanding.phrases import Phrase, named_phrases, phrases, place_of, places_of
from services.intake.understanding.signal_words import (
    ASKING,
    CONTACT_HINTS,
    EARLIER_CONTACT_EN,
    EARLIER_CONTACT_ZH,
    OUTCOMES,
    THREATS,
    UNASKED,
    VULNERABILITIES,
)
from shared.contracts.vocabulary import FactKind, FactSource

LONGEST_WAIT = 3650
DAYS_OF = {"天": 1, "日": 1, "工作日": 1, "周": 7, "週": 7, "星期": 7, "礼拜": 7, "個月": 30, "个月": 30, "day": 1, "week": 7, "month": 30}
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a": 1}
_COUNT_ZH = r"(\d{1,3}|[一二两兩三四五六七八九十百半]{1,4})\s?多?(?:个|個)?(工作日|天|日|周|週|星期|礼拜|月)"
_WAITED_ZH = re.compile(
    rf"(?:等[了咗]?|而家|等待|等候|拖了?|过了?|過了?|过去了?|已经?|已經|整整|超过|超過|都|足足|快|近|将近|至今)\s?(?:等了?|过了?|過了?"
    rf"|过去了?|有|快|都|已经|超过|整整)?\s?{_COUNT_ZH}(?!之?[以]?[前内后])"
    r"|(\d{1,3}|[一二两兩三四五六七八九十]{1,3})\s?多?(?:个|個)?(工作日|天|周|週|星期|礼拜|月)(?:了|过去|過去|還|还|都|没|沒|没有|仍|才)"
)
_WAITED_EN = re.compile(
    r"(?:wait(?:ed|ing)?|been|for|after|over|past|already|nearly|almost)\s(?:for |over |more than |almost |nearly |about |already |a "
    r"whole |the last |the past |past )?"
    r"(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|a)\s(?:full |whole |business |working |entire )?(day|week"
    r"|month)s?\b(?! ago)"
    r"|(?<![a-z0-9])(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\s(?:business |working )?(day|week|month)s?,?\s(?:later|now"
    r"|and |have passed|without|since|of |still|no |not |nothing|four|five|two|three|waiting)"
)


ASKING_REACH = 60
MOST_PLACES = 8
_SENTENCE_END = re.compile(r"[。！？!?\n]|[.](?= )")
_CONTACT_EN = re.compile(EARLIER_CONTACT_EN)
_CONTACT = re.compile(f"{EARLIER_CONTACT_ZH}|{EARLIER_CONTACT_EN}")
_OUTCOMES, _UNASKED, _ASKING = named_phrases(OUTCOMES), named_phrases(UNASKED), phrases(ASKING)
_THREATS, _VULNERABILITIES = named_phrases(THREATS), named_phrases(VULNERABILITIES)
_WAIT_HINTS = ("天", "日", "周", "週", "星期", "礼拜", "月", "day", "week", "month")


def waits(read: Reading) -> Iterator[Found]:
    if not any(hint in read.lowered for hint in _WAIT_HINTS):
        return
    patterns = (_WAITED_EN,) if read.lowered.isascii() else (_WAITED_ZH, _WAITED_EN)
    for match in (match for pattern in patterns for match in pattern.finditer(read.lowered)):
        count, unit = match[1] or match[3], match[2] or match[4]
        number = WORDS.get(count) or (int(count) if count.isdigit() else read_numeral(count))
        days = (number or 0) * DAYS_OF.get(unit, 30)
        if 0 < days <= LONGEST_WAIT:
            yield Found(*match.span(), FactKind.WAITED_DAYS, days)


def wishes(read: Reading) -> Iterator[Found]:
    """Each outcome once, where it is asked for; naming it is not asking."""
    asking = tuple(phrase for phrase in _ASKING if len(phrase.pair) < 2 or phrase.pair in read.pairs)
    for name, wanted in _OUTCOMES.items():
        unasked = _UNASKED.get(name, ())
        found = next(_asked_places(read, (*unasked, *wanted), unasked, asking), None)
        if found is not None:
            yield Found(found[0], found[0] + len(found[1].text), FactKind.DESIRED_OUTCOME, name, confidence=0.8, how=FactSource.DICTIONARY)


def _asked_places(
    read: Reading, wanted: tuple[Phrase, ...], unasked: tuple[Phrase, ...], asking: tuple[Phrase, ...]
) -> Iterator[tuple[int, Phrase]]:
    for phrase in wanted:
        if phrase.pair in read.pairs:
            places = islice(places_of(phrase, read.lowered), MOST_PLACES)
            yield from ((place, phrase) for place in places if phrase in unasked or _is_asked(read.lowered, place, asking))


def _is_asked(lowered: str, place: int, asking: tuple[Phrase, ...]) -> bool:
    before = _SENTENCE_END.split(lowered[max(0, place - ASKING_REACH) : place])[-1]
    return any(place_of(phrase, before) >= 0 for phrase in asking)


def warnings(read: Reading) -> Iterator[Found]:
    yield from _named(read, FactKind.THREAT, _THREATS)
    yield from _named(read, FactKind.VULNERABILITY, _VULNERABILITIES)


def contacts(read: Reading) -> Iterator[Found]:
    if not any(hint in read.lowered for hint in CONTACT_HINTS):
        return
    pattern = _CONTACT_EN if read.lowered.isascii() else _CONTACT
    match = pattern.search(read.lowered)
    if match is not None:
        yield Found(*match.span(), FactKind.EARLIER_CONTACT, read.text[match.start() : match.end()].strip(), how=FactSource.DICTIONARY)


def _named(read: Reading, kind: FactKind, signals: dict[str, tuple[Phrase, ...]]) -> Iterator[Found]:
    for name, wanted in signals.items():
        found = ((place_of(phrase, read.lowered), phrase) for phrase in wanted if phrase.pair in read.pairs)
        first = next(((place, phrase) for place, phrase in found if place >= 0), None)
        if first is not None:
            yield Found(first[0], first[0] + len(first[1].text), kind, name, confidence=0.8, how=FactSource.DICTIONARY)
