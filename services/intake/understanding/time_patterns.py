"""How people write dates: each shape with the words beside which it stands. Groups name what was written."""

import re
from typing import NamedTuple

from services.intake.understanding.chinese_numerals import NUMERAL
from services.intake.understanding.words import labelled

MONTHS = {
    name: number
    for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}

MONTH_NAME = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
NUMBER = rf"\d{{1,2}}|[{NUMERAL}]{{1,3}}"


class Shape(NamedTuple):
    """It begins at most `before` signs before its word and ends at most `after` after the word's begin."""

    words: str
    before: int
    after: int
    pattern: re.Pattern[str]


NUMBERS = ""
"""Stands for the places of digits."""
_MONTHS = "|".join(MONTHS)
SHAPES = tuple(
    Shape(words, before, after, re.compile(pattern))
    for words, before, after, pattern in (
        (NUMBERS, 0, 25, r"(?<![\d.])(?P<y>20\d\d)\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})(?!\d)\s?[日号號]?"),
        (
            "月",
            8,
            12,
            (
                rf"(?:(?P<lastm>上个?月)(?P<lastd>{NUMBER})[日号號]|(?<![\d./-])(?<!年)(?<!年 )(?P<zm>{NUMBER})\s?月\s?(?P<zd>{NUMBER})(?:[日号號]"
                r"|(?!\d)))"
            ),
        ),
        ("号|號", 3, 3, r"(?<![\d月号號])(?P<onlyd>\d{1,2})[号號](?![码碼线線楼])"),
        ("今|昨|大前|前天|前日|前早|前晚|前夜", 0, 5, r"(?P<zday>今|昨|大前|前)(?:[天日]|(?=[早晚夜]))"),
        (
            "前",
            14,
            2,
            rf"(?P<ago>\d{{1,3}}|[{NUMERAL}]{{1,3}})\s?个?多?(?P<unit>分钟|分鐘|小时|小時|天|日|周|週|星期|礼拜|(?<=个)月|个月)之?[以]?前",
        ),
        ("周|週|星期|礼拜", 4, 5, r"(?P<zweek>上上|上|这|這|本)?(?:个|個)?(?:周|週|星期|礼拜)(?P<zwd>[一二三四五六日天])"),
        (_MONTHS, 0, 30, rf"\b(?P<em>{MONTH_NAME})\s(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<ey>20\d\d))?"),
        (_MONTHS, 10, 24, rf"\b(?P<fd>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<fm>{MONTH_NAME})(?![a-z])(?:,?\s(?P<fy>20\d\d))?"),
        ("/", 3, 12, r"(?<![\d./-])(?P<s1>\d{1,2})/(?P<s2>\d{1,2})(?:/(?P<sy>20\d\d|\d\d))?(?![\d/])"),
        (
            "today|yesterday|this morning|this afternoon|this evening|tonight|last night|the day before yesterday",
            0,
            26,
            r"(?P<eday>today|yesterday|this morning|this afternoon|this evening|tonight|last night|the day before yesterday)\b",
        ),
        (
            " ago| before| earlier",
            16,
            10,
            (
                r"\b(?P<eago>\d{1,3}|an?|one|two|three|four|five|six|seven|ten)\s(?P<eunit>minute|hour|day|week"
                r"|month)s?\s(?:ago|before|earlier)\b"
            ),
        ),
        (
            " mon| tue| wed| thu| fri| sat| sun",
            5,
            12,
            r"\b(?P<wlast>last|this|on)\s(?P<wd>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b",
        ),
    )
)
DATE_WORDS = labelled({shape.words: shape.words for shape in SHAPES if shape.words})
