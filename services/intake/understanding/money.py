"""Amounts with their currency, as integer minor units."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, islice

from services.intake.understanding.chinese_numerals import NUMERAL, read_numeral
from services.intake.understanding.found import Found, Reading
from services.intake.understanding.words import Word, Words, anywhere, matches_at, matches_near
from shared.contracts.vocabulary import Country, Currency, FactKind

LARGEST = 10**15
MOST_AMOUNTS = 100
NO_MINOR_UNIT = frozenset({"JPY", "KRW", "VND", "CLP"})
THREE_DECIMALS = frozenset({"KWD", "BHD", "OMR", "JOD", "TND"})
CURRENCY_OF = {
    "CN": "CNY", "HK": "HKD", "MO": "MOP", "TW": "TWD", "SG": "SGD", "US": "USD", "GB": "GBP", "IN": "INR", "JP": "JPY", "AU": "AUD", "CA": "CAD", "NZ": "NZD",
    "PH": "PHP", "KR": "KRW", "TH": "THB", "MY": "MYR", "ID": "IDR", "VN": "VND", "DE": "EUR", "FR": "EUR", "ES": "EUR", "IT": "EUR", "NL": "EUR", "IE": "EUR", "CH": "CHF",
}  # fmt: skip
DOLLARS = frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD"})
YUAN = frozenset({"CNY", "HKD", "TWD", "MOP"})
NAMES = {
    "CNY": ("rmb", "cny", "人民币", "人民幣", "yuan", "renminbi", "kuai"),
    "HKD": ("hk$", "hkd", "港币", "港幣", "港元", "港纸", "hong kong dollars"),
    "USD": ("us$", "usd", "美元", "美金", "us dollars", "刀"),
    "TWD": ("nt$", "twd", "ntd", "新台币", "新臺幣", "新台幣", "台币", "台幣"),
    "SGD": ("s$", "sgd", "新加坡元", "新币"),
    "AUD": ("a$", "au$", "aud", "澳元"),
    "CAD": ("c$", "ca$", "cad", "加元"),
    "EUR": ("€", "eur", "euros", "euro", "欧元", "歐元"),
    "GBP": ("£", "gbp", "pounds", "pound", "quid", "英镑", "英鎊"),
    "JPY": ("jpy", "日元", "日圆", "日圓", "yen", "円"),
    "INR": ("₹", "inr", "rupees", "rupee", "rs.", "rs", "卢比"),
    "KRW": ("₩", "krw", "韩元", "韓元", "won"),
    "THB": ("฿", "thb", "泰铢", "泰銖", "baht"),
    "MYR": ("rm", "myr", "马币", "林吉特", "ringgit"),
    "PHP": ("₱", "php", "pesos", "peso"),
    "MOP": ("mop", "澳门元", "澳門元"),
    "CHF": ("chf", "瑞士法郎"),
    "VND": ("₫", "vnd", "越南盾"),
    "IDR": ("idr", "印尼盾"),
    "yuan": ("元", "块钱", "块", "塊錢", "塊", "圆", "圓", "蚊"),
    "sign": ("¥", "￥"),
    "dollar": ("$", "dollars", "dollar", "bucks"),
}
_CURRENCY = {name: currency for currency, names in NAMES.items() for name in names}
_MULTIPLES = {"万": 10_000, "萬": 10_000, "千": 1000, "百": 100, "k": 1000, "亿": 10**8, "億": 10**8, "million": 10**6}


def _any_of(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_NUMBER = r"\d{1,3}(?:[,，]\d{3}){1,4}(?:\.\d{1,3})?|\d{1,12}(?:\.\d{1,3})?"
_LEADING_NAMES = [
    name
    for name in _CURRENCY
    if not name[-1].isalpha() or name in {"rmb", "cny", "hkd", "usd", "eur", "gbp", "jpy", "inr", "rs", "sgd", "twd", "aud", "人民币"}
]
LEADING_NAMES = Words(tuple(map(Word, _LEADING_NAMES)))
_SIGNS = _any_of(_LEADING_NAMES)
_SUFFIXES = _any_of([name for name in _CURRENCY if name not in {"rm", "rs", "rs.", "s$", "a$", "c$"}])
_LEADING = re.compile(rf"(?<![a-z])({_SIGNS})[ \t\u00a0]{{0,2}}({_NUMBER})(?![\d%])[ ]?(万|萬|千|亿|k(?![a-z])|million)?")
_TRAILING = re.compile(
    rf"(?<![\d.a-z█-])((?>{_NUMBER}))[ \t\u00a0-]{{0,2}}(万|萬|千|百|亿|k(?![a-z])|million)?[多余]?[ "
    rf"\t\u00a0]?({_SUFFIXES})(?![a-z])(?:(\d)[角毛])?(?:(\d)分(?!钟))?(?:(?<=[块塊])(\d)(?!\d))?"
)
NUMERAL_UNITS = anywhere("元|块|塊|圆|圓|美金|港币|港幣|英镑|人民币")
UNIT_BEFORE, UNIT_AFTER = 24, 16
_NUMERAL_TRAILING = re.compile(
    rf"(?<![第{NUMERAL}])([{NUMERAL}]{{1,16}})(?:点([零一二三四五六七八九]{{1,2}}))?[多余]?(元|块钱|块|塊錢|塊|圆|圓|美元|美金|港币"
    rf"|港幣|港元|欧元|日元|英镑|人民币)"
    r"(?:([一二两三四五六七八九])[角毛])?(?:([一二三四五六七八九])分(?!钟))?(?:(?<=[块塊])([一二三四五六七八九])(?![十百千万]))?"
)
_TOGETHER = re.compile(r"[儿兒去来來走跟和给給在]")
LABELS = anywhere("金额|金額|数额|總額|总额|amount")
_LABELLED = re.compile(rf"(?:金额|金額|数额|總額|总额|amount)(?: of| is| was)?[\s:：是为為]{{0,4}}({_NUMBER})(?![\d%年月日/:：-])")


def amounts(read: Reading) -> Iterator[Found]:
    text = read.lowered
    taken: list[tuple[int, int]] = []
    for found in chain.from_iterable(islice(source(read), MOST_AMOUNTS) for source in (_leading, _trailing, _numerals, _labelled)):
        if not any(start < found.end and found.start < end for start, end in taken) and "█" not in text[found.start : found.end]:
            taken.append((found.start, found.end))
            yield found


def _leading(read: Reading) -> Iterator[Found]:
    for match in matches_at(_LEADING, read.lowered, read.starts(LEADING_NAMES)):
        yield from _found(match, _currency(match[1], read.country), _decimal(match[2]) * _MULTIPLES.get(match[3] or "", 1))


def _trailing(read: Reading) -> Iterator[Found]:
    for match in matches_at(_TRAILING, read.lowered, read.digits()):
        value = _decimal(match[1]) * _MULTIPLES.get(match[2] or "", 1)
        value += Decimal(match[4] or match[6] or 0) / 10 + Decimal(match[5] or 0) / 100
        yield from _found(match, _currency(match[3], read.country), value)


def _numerals(read: Reading) -> Iterator[Found]:
    units = read.starts(NUMERAL_UNITS)
    for match in matches_near(_NUMERAL_TRAILING, read.lowered, units, before=UNIT_BEFORE, after=UNIT_AFTER):
        whole = read_numeral(match[1])
        alone = match[1] == "一" and match[3] in "块塊" and _TOGETHER.match(read.lowered[match.end() : match.end() + 1])
        if whole is None or "半" in match[1] or alone:
            continue
        tenths = Decimal("0." + "".join(str(read_numeral(sign) or 0) for sign in match[2])) if match[2] else Decimal(0)
        small = Decimal(read_numeral(match[4] or match[6] or "零") or 0) / 10 + Decimal(read_numeral(match[5] or "零") or 0) / 100
        yield from _found(match, _currency(match[3], read.country), whole + tenths + small)


def _labelled(read: Reading) -> Iterator[Found]:
    for match in matches_at(_LABELLED, read.lowered, read.starts(LABELS)):
        for found in _found(match, CURRENCY_OF.get(read.country, "CNY"), _decimal(match[1])):
            yield found._replace(start=match.start(1), end=match.end(1), confidence=0.6)


def _found(match: re.Match[str], currency: Currency, value: Decimal) -> Iterator[Found]:
    minor = value * (1 if currency in NO_MINOR_UNIT else 1000 if currency in THREE_DECIMALS else 100)
    if minor == int(minor) and 0 < minor < LARGEST:
        yield Found(*match.span(), FactKind.AMOUNT, int(minor), currency)


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "").replace("，", ""))


def _currency(name: str, country: Country) -> Currency:
    """`$`, `¥` and 元 mean the money of the place."""
    currency = _CURRENCY[name]
    local = CURRENCY_OF.get(country, "")
    if currency == "dollar":
        return local if local in DOLLARS else "USD"
    if currency == "yuan":
        return local if local in YUAN else "CNY"
    return ("JPY" if local == "JPY" else "CNY") if currency == "sign" else currency
