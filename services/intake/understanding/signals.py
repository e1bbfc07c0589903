"""What people must see at once: wishes, waiting, earlier contacts, threats, vulnerable customers. Never a reason to wait longer."""

import re
from collections.abc import Iterator

from services.intake.understanding.chinese_numerals import read_numeral
from services.intake.understanding.found import Found, Reading
from services.intake.understanding.signal_words import EARLIER_CONTACT, OUTCOMES, THREATS, VULNERABILITIES
from shared.contracts.vocabulary import FactKind, FactSource

LONGEST_WAIT = 3650
DAYS_OF = {"天": 1, "日": 1, "工作日": 1, "周": 7, "週": 7, "星期": 7, "礼拜": 7, "個月": 30, "个月": 30, "day": 1, "week": 7, "month": 30}
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a": 1}
_COUNT_ZH = r"(\d{1,3}|[一二两兩三四五六七八九十百半]{1,4})\s?多?(?:个|個)?(工作日|天|日|周|週|星期|礼拜|月)"
_WAITED_ZH = re.compile(
    rf"(?:等了?|等待|等候|拖了?|过了?|過了?|过去了?|已经?|已經|整整|超过|超過|都|足足|快|近|将近|至今)\s?(?:等了?|过了?|過了?|过去了?|有|快|都|已经|超过|整整)?\s?{_COUNT_ZH}(?!之?[以]?[前内后])"
    r"|(\d{1,3}|[一二两兩三四五六七八九十]{1,3})\s?多?(?:个|個)?(工作日|天|周|週|星期|礼拜|月)(?:了|过去|還没|还没|都没|没有|仍)"
)
_WAITED_EN = re.compile(
    r"(?:wait(?:ed|ing)?|been|for|after|over|past|already|nearly|almost)\s(?:for |over |more than |almost |nearly |about |already |a whole |the last |the past |past )?"
    r"(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|a)\s(?:full |whole |business |working |entire )?(day|week|month)s?\b(?! ago)"
    r"|(?<![a-z0-9])(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\s(?:business |working )?(day|week|month)s?\s(?:later|now|and still|and counting|have passed|without|since)"
)


def waits(read: Reading) -> Iterator[Found]:
    for match in (*_WAITED_ZH.finditer(read.lowered), *_WAITED_EN.finditer(read.lowered)):
        count, unit = match[1] or match[3], match[2] or match[4]
        number = WORDS.get(count) or (int(count) if count.isdigit() else read_numeral(count))
        days = (number or 0) * DAYS_OF.get(unit, 30)
        if 0 < days <= LONGEST_WAIT:
            yield Found(*match.span(), FactKind.WAITED_DAYS, days)


def wishes(read: Reading) -> Iterator[Found]:
    yield from _named(read, FactKind.DESIRED_OUTCOME, OUTCOMES)


def warnings(read: Reading) -> Iterator[Found]:
    yield from _named(read, FactKind.THREAT, THREATS)
    yield from _named(read, FactKind.VULNERABILITY, VULNERABILITIES)


def contacts(read: Reading) -> Iterator[Found]:
    match = EARLIER_CONTACT.search(read.lowered)
    if match is not None:
        yield Found(*match.span(), FactKind.EARLIER_CONTACT, read.text[match.start() : match.end()].strip(), how=FactSource.DICTIONARY)


def _named(read: Reading, kind: FactKind, patterns: dict[str, re.Pattern[str]]) -> Iterator[Found]:
    for name, pattern in patterns.items():
        match = pattern.search(read.lowered)
        if match is not None:
            yield Found(*match.span(), kind, name, confidence=0.8, how=FactSource.DICTIONARY)
