"""When it happened: dates and times in Chinese and English, counted from the day the message came in."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.intake.understanding.chinese_numerals import NUMERAL, read_numeral
from services.intake.understanding.found import Found, Reading
from services.intake.understanding.time_patterns import DATE_WORDS, MONTHS, NUMBER, NUMBERS, SHAPES
from services.intake.understanding.words import matches_near
from shared.contracts.vocabulary import FactKind

MONTH_FIRST = frozenset({"US", "PH", "CN", "TW", "JP"})
WITHOUT_TIME = 0.6
YEARS_BACK = 20
MOST_DATES = 200
"""Of one shape. A text of nothing but dates costs no more than a long letter."""
WEEKDAYS = {name: number for number, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
ZH_WEEKDAYS = {**{sign: number for number, sign in enumerate("一二三四五六")}, "日": 6, "天": 6}
ZH_DAYS = {"今": 0, "昨": 1, "前": 2, "大前": 3}
UNITS = {"分钟": 1 / 1440, "分鐘": 1 / 1440, "小时": 1 / 24, "小時": 1 / 24, "天": 1, "日": 1, "周": 7, "週": 7, "星期": 7, "礼拜": 7, "个月": 30, "minute": 1 / 1440, "hour": 1 / 24,
         "day": 1, "week": 7, "month": 30}  # fmt: skip
WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}

_SLASHED = frozenset({"s1", "s2", "sy"})
_EXPIRY = re.compile(r"(?:exp(?:iry|ires|iration)?|valid(?: thru| until)?|有效期|到期)[^\d]{0,8}$")
_GROUPS = {name: "" for shape in SHAPES for name in shape.pattern.groupindex}
_GAP = r"[\s,，t(（]{0,2}(?:at |around |about |大约|大概|约|的|左右)?\s?"
_TIME = (
    r"(?P<half>凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚间|晚|夜里|半夜)?\s?"
    rf"(?:(?P<h>\d{{1,2}})[:：](?P<min>\d\d)(?:[:：](?P<s>\d\d))?(?!\d)\s?(?P<ap>[ap]\.?m\b)?|(?P<zh>{NUMBER})[点點时時](?:(?P<zhalf>半)"
    rf"|(?P<quarter>[一三])刻|(?P<zmin>\d{{1,2}}|[{NUMERAL}]{{1,3}})分?)?"
    r"|(?P<eh>\d{1,2})\s?(?P<eap>[ap]\.?m\b))"
)
_TIME_AFTER = re.compile(_GAP + _TIME)
_TIME_BEFORE = re.compile(_TIME + r"(?:\s(?:on|of))?\s?$")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚间", "晚", "夜里"})


Parts = dict[str, str]


class _Day(NamedTuple):
    at: datetime
    exact: bool


def times(read: Reading) -> Iterator[Found]:
    here = read.received_at.astimezone(ZoneInfo(read.zone))
    found: list[Found] = []
    places = read.starts_by_label(DATE_WORDS) | {NUMBERS: [start for start, end in read.numbers if end - start == 4]}
    for shape in SHAPES:
        if not places.get(shape.words):
            continue
        matches = matches_near(shape.pattern, read.lowered, places[shape.words], before=shape.before, after=shape.after)
        found += (one for match in islice(matches, MOST_DATES) if (one := _time(read, match, here)) is not None)
    last = 0
    for one in sorted(found):
        if one.start >= last:
            last = one.end
            yield one


def _time(read: Reading, match: re.Match[str], here: datetime) -> Found | None:
    if match.lastgroup in _SLASHED and _EXPIRY.search(read.lowered, max(0, match.start() - 16), match.start()):
        return None
    parts = _GROUPS | match.groupdict(default="")
    day = _day(parts, here, read.country)
    if day is None or not here.year - YEARS_BACK < day.at.year <= here.year + 1:
        return None
    return _with_time(read.lowered, match, day)


def _day(match: Parts, here: datetime, country: str) -> _Day | None:
    try:
        return _relative(match, here) or _calendar(match, here, country)
    except (ValueError, OverflowError):
        return None


def _relative(match: Parts, here: datetime) -> _Day | None:
    if match["zday"]:
        return _Day(_midnight(here, days=ZH_DAYS[match["zday"]]), exact=False)
    if match["eday"]:
        days = 2 if "before" in match["eday"] else int(match["eday"] in {"yesterday", "last night"})
        return _Day(_midnight(here, days=days), exact=False)
    count, unit = match["ago"] or match["eago"], match["unit"] or match["eunit"]
    if count:
        number = WORDS.get(count) or (int(count) if count.isdigit() else read_numeral(count))
        length = UNITS["个月" if unit == "月" else unit]
        back = here - timedelta(days=length * (number or 0))
        return _Day(back.replace(microsecond=0), exact=True) if length < 1 else _Day(_midnight(back, days=0), exact=False)
    if match["zwd"] or match["wd"]:
        return _Day(_weekday(match, here), exact=False)
    return None


def _weekday(match: Parts, here: datetime) -> datetime:
    """上周三 is in the week before; a bare weekday is the last one that has come."""
    wanted = ZH_WEEKDAYS[match["zwd"]] if match["zwd"] else WEEKDAYS[match["wd"]]
    weeks = {"上": 1, "上上": 2}.get(match["zweek"] or "")
    if weeks:
        return _midnight(here, days=here.weekday() + 7 * weeks - wanted)
    back = (here.weekday() - wanted) % 7
    return _midnight(here, days=back or (7 if match["wlast"] == "last" else 0))


def _calendar(match: Parts, here: datetime, country: str) -> _Day | None:
    if match["y"]:
        return _Day(_at(here, int(match["y"]), int(match["m"]), int(match["d"])), exact=False)
    if match["lastm"] or match["onlyd"]:
        return _Day(_day_alone(match, here), exact=False)
    if match["zm"]:
        return _without_year(here, _number(match["zm"]), _number(match["zd"]), "")
    if match["em"]:
        return _without_year(here, MONTHS[match["em"][:3]], int(match["ed"]), match["ey"])
    if match["fm"]:
        return _without_year(here, MONTHS[match["fm"][:3]], int(match["fd"]), match["fy"])
    first, second = int(match["s1"]), int(match["s2"])
    month, day = (first, second) if country in MONTH_FIRST or second > 12 else (second, first)
    return _without_year(here, month, day, match["sy"])


def _day_alone(match: Parts, here: datetime) -> datetime:
    """15号 is the last fifteenth that has come; 上个月15号 says its month."""
    number = _number(match["lastd"] or match["onlyd"])
    this_month = bool(match["onlyd"]) and number <= here.day
    month = here if this_month else here.replace(day=1) - timedelta(days=1)
    return _at(here, month.year, month.month, number)


def _without_year(here: datetime, month: int, day: int, year: str) -> _Day:
    """A date without its year is the last one that is not in the future."""
    if year:
        return _Day(_at(here, int(year) if len(year) == 4 else 2000 + int(year), month, day), exact=False)
    this = _at(here, here.year, month, day)
    return _Day(this if this.date() <= here.date() + timedelta(days=1) else _at(here, here.year - 1, month, day), exact=False)


def _with_time(text: str, match: re.Match[str], day: _Day) -> Found:
    if day.exact:
        return Found(*match.span(), FactKind.TRANSACTION_TIME, day.at.isoformat())
    after = _TIME_AFTER.match(text, match.end())
    before = None if after else _TIME_BEFORE.search(text, max(0, match.start() - 16), match.start())
    spoken = after or before
    clock = _clock(spoken) if spoken else None
    if spoken is None or clock is None:
        return Found(*match.span(), FactKind.TRANSACTION_TIME, day.at.isoformat(), confidence=WITHOUT_TIME)
    at = day.at.replace(hour=clock.hour, minute=clock.minute, second=clock.second)
    return Found(min(match.start(), spoken.start()), max(match.end(), spoken.end()), FactKind.TRANSACTION_TIME, at.isoformat())


def _clock(spoken: re.Match[str]) -> time | None:
    hour = _number(spoken["h"] or spoken["zh"] or spoken["eh"])
    minute = (
        30
        if spoken["zhalf"]
        else 15 * (read_numeral(spoken["quarter"]) or 0)
        if spoken["quarter"]
        else _number(spoken["min"] or spoken["zmin"] or "0")
    )
    half = (spoken["ap"] or spoken["eap"] or "")[:1]
    if hour < 12 and (half == "p" or spoken["half"] in _AFTERNOON or (spoken["half"] == "中午" and hour < 3)):
        hour += 12
    elif hour == 12 and (half == "a" or spoken["half"] in {"凌晨", "半夜"}):
        hour = 0
    second = int(spoken["s"] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else read_numeral(text) or 0


def _midnight(here: datetime, *, days: int) -> datetime:
    return here.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)


def _at(here: datetime, year: int, month: int, day: int) -> datetime:
    return datetime.combine(date(year, month, day), time(), tzinfo=here.tzinfo)
