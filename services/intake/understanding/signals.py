"""What people must see at once: wishes, waiting, earlier contacts, threats, vulnerable customers. Never a reason to wait longer."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain

from services.intake.understanding.chinese_numerals import read_numeral
from services.intake.understanding.found import Found, Reading
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
from services.intake.understanding.words import Hit, Words, anywhere, labelled_phrases, matches_near, phrases
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
_SENTENCE_END = re.compile(r"[。！？!?\n]|[.](?= )")
_CONTACT = re.compile(f"{EARLIER_CONTACT_ZH}|{EARLIER_CONTACT_EN}")
CONTACT_WORDS = anywhere(CONTACT_HINTS)
CONTACT_BEFORE, CONTACT_AFTER = 34, 34
OUTCOME_WORDS, UNASKED_WORDS, ASKING_WORDS = labelled_phrases(OUTCOMES), labelled_phrases(UNASKED), phrases(ASKING)
THREAT_WORDS, VULNERABILITY_WORDS = labelled_phrases(THREATS), labelled_phrases(VULNERABILITIES)
UNITS_ZH, UNITS_EN = anywhere("天|日|周|週|星期|礼拜|月"), anywhere("day|week|month")


def waits(read: Reading) -> Iterator[Found]:
    chinese = matches_near(_WAITED_ZH, read.lowered, read.starts(UNITS_ZH), before=20, after=8)
    english = matches_near(_WAITED_EN, read.lowered, read.starts(UNITS_EN), before=44, after=22)
    for match in chain(chinese, english):
        count, unit = match[1] or match[3], match[2] or match[4]
        number = WORDS.get(count) or (int(count) if count.isdigit() else read_numeral(count))
        days = (number or 0) * DAYS_OF.get(unit, 30)
        if 0 < days <= LONGEST_WAIT:
            yield Found(*match.span(), FactKind.WAITED_DAYS, days)


def wishes(read: Reading) -> Iterator[Found]:
    """Each outcome once, where it is asked for; naming it is not asking."""
    asking = sorted((start, start + len(ASKING_WORDS.all[order].text)) for start, order in read.hits.get(ASKING_WORDS, ()))
    unasked, wanted = _by_label(read, UNASKED_WORDS), _by_label(read, OUTCOME_WORDS)
    for name in OUTCOMES:
        asked = (one for one in wanted.get(name, ()) if _is_asked(read.lowered, one[0], asking))
        found = next(chain(unasked.get(name, ()), asked), None)
        if found is not None:
            yield Found(*found, FactKind.DESIRED_OUTCOME, name, confidence=0.8, how=FactSource.DICTIONARY)


def _by_label(read: Reading, words: Words) -> dict[str, list[tuple[int, int]]]:
    """Where the words of each label stand, in the order of the list."""
    places: dict[str, list[tuple[int, int]]] = {}
    for start, order in sorted(read.hits.get(words, ()), key=_by_order):
        word = words.all[order]
        places.setdefault(word.label, []).append((start, start + len(word.text)))
    return places


def _by_order(hit: Hit) -> Hit:
    return hit[1], hit[0]


def _is_asked(lowered: str, place: int, asking: Sequence[tuple[int, int]]) -> bool:
    """A word of asking stands shortly before, in the same sentence."""
    begin = max(0, place - ASKING_REACH)
    before = asking[bisect_left(asking, (begin, 0)) : bisect_left(asking, (place, 0))]
    if not before:
        return False
    sentence = max((match.end() for match in _SENTENCE_END.finditer(lowered, begin, place)), default=begin)
    return any(start >= sentence and end <= place for start, end in before)


def warnings(read: Reading) -> Iterator[Found]:
    yield from _named(read, FactKind.THREAT, THREAT_WORDS)
    yield from _named(read, FactKind.VULNERABILITY, VULNERABILITY_WORDS)


def contacts(read: Reading) -> Iterator[Found]:
    near = matches_near(_CONTACT, read.lowered, read.starts(CONTACT_WORDS), before=CONTACT_BEFORE, after=CONTACT_AFTER)
    match = next(near, None)
    if match is not None:
        yield Found(*match.span(), FactKind.EARLIER_CONTACT, read.text[match.start() : match.end()].strip(), how=FactSource.DICTIONARY)


def _named(read: Reading, kind: FactKind, words: Words) -> Iterator[Found]:
    for name, places in _by_label(read, words).items():
        yield Found(*places[0], kind, name, confidence=0.8, how=FactSource.DICTIONARY)
