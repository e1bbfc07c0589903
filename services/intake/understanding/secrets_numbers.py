"""Secrets that prove themselves by arithmetic: cards, identity numbers of the PRC, IBANs."""

import re
from collections.abc import Iterator
from itertools import accumulate

from stdnum import luhn
from stdnum.iso7064 import mod_11_2, mod_97_10

from services.intake.understanding.found import Scanned
from services.intake.understanding.span import Span
from services.intake.understanding.words import anywhere, matches_at

CARD_LENGTHS = range(13, 20)
LABELLED_LENGTHS = range(12, 20)
LABEL_REACH = 24
MOST_GROUPS = 6
_SEPARATOR = r"[ \t\n\-\u2010-\u2015.·\u00a0\u3000\u200b-\u200d/]"
_RUN = re.compile(rf"(?<!\d)\d(?:{_SEPARATOR}{{0,2}}\d){{11,59}}")
_GROUP = re.compile(r"\d+")
_CARD_LABEL = re.compile(r"(?:card|\bcc\b|卡号|卡號|银行卡|銀行卡|信用卡|储蓄卡|借记卡|\bpan\b)[^\d\n]{0,18}$")
_TRANSACTION_LABEL = re.compile(
    r"(?:交易|订单|訂單|流水|单号|單號|凭证|編號|编号|transaction|order|reference|ref|txn|receipt|trace|tracking)[^\d\n]{0,18}$"
)
_ID_LABEL = re.compile(
    r"(?:(?:交易|订单|訂單|流水|凭证|憑證|支付|付款|转账|轉賬|轉帳|汇款|匯款|退款|充值|提现)\s?(?:编号|編號|单号|單號|流水号|号码|號碼|号|號|id)"
    r"|流水号|单号|單號|(?:transaction|order|payment|transfer|refund) ?(?:id|number|num|no|ref|reference|code)|\btxn(?: ?id)?"
    r"|\bref(?:erence)?(?: ?(?:id|number|num|no))?)[\s.:：#=（(【是为為is]{0,6}$"
)
"""Stands at the number itself and names it, so that neither its arithmetic nor a card mentioned before makes it a card."""
_BRAND = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11,16}|35\d{14}|(?:50|5[6-9]|6\d)\d{11,17}"
)
_DATE_FIRST = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_PRC_ID = re.compile(
    r"(?<![0-9a-z])[1-9]\d{5}[ \-]?(?:19\d|20[01])\d[ \-]?(?:0[1-9]|1[0-2])[ \-]?(?:0[1-9]|[12]\d"
    r"|3[01])[ \-]?\d{3}[ \-]?[\dx](?![0-9a-z])"
)
PRC_LABELS = anywhere("身份证|身份證|证件号|證件號|公民身份|id card|idcard|id number|idnumber|id no|idno|identity ")
_PRC_LABELLED = re.compile(
    r"(?:身份证|身份證|证件号|證件號|公民身份|\bid ?card|\bid ?(?:number|no\b)|identity (?:card|number"
    r"|no\b))[^\d\n]{0,16}(\d(?:[ \-]?\d){13,16}[ \-]?[\dx])(?![0-9a-z])"
)
_IBAN = re.compile(r"(?<![0-9a-z])[a-z]{2}\d{2}(?:[ \-]?[0-9a-z]){11,30}(?![0-9a-z])")
_SIGNS = re.compile(r"[^0-9a-z]")


def cards(scanned: Scanned) -> Iterator[Span]:
    if sum(end - start for start, end in scanned.numbers) < LABELLED_LENGTHS.start:
        return
    for run in matches_at(_RUN, scanned.lowered, scanned.digits()):
        yield from _cards_in(scanned.lowered, run)


def _cards_in(text: str, run: re.Match[str]) -> Iterator[Span]:
    """Digits with blanks or dashes between: the longest stretch from group to group that is a card, then the next one after it."""
    groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
    digits = [0, *accumulate(end - start for start, end in groups)]
    before = text[max(0, run.start() - LABEL_REACH) : run.start()]
    first = 0
    while first < len(groups):
        fitting = (last for last in _lasts(first, len(groups)) if digits[last + 1] - digits[first] in LABELLED_LENGTHS)
        last = next((last for last in fitting if _is_card(text, before, groups, first, last)), None)
        if last is not None:
            yield Span(groups[first][0], groups[last][1], "card")
        first = first + 1 if last is None else last + 1


def _lasts(first: int, count: int) -> Iterator[int]:
    """Where a card that begins with this group may end: within a few groups, or with the whole run."""
    if first == 0 and MOST_GROUPS < count <= CARD_LENGTHS.stop:
        yield count - 1
    yield from range(min(count, first + MOST_GROUPS) - 1, first - 1, -1)


def _is_card(text: str, before: str, groups: list[tuple[int, int]], first: int, last: int) -> bool:
    whole = first == 0 and (last == len(groups) - 1 or last == first)
    digits = "".join(text[start:end] for start, end in groups[first : last + 1])
    if len(groups) == 1 and _ID_LABEL.search(before):
        return False
    if whole and _CARD_LABEL.search(before):
        return True
    length = len(digits)
    if length not in CARD_LENGTHS or not luhn.is_valid(digits):
        return False
    if _TRANSACTION_LABEL.search(before) or (last > first and not whole) or (before[-1:].isascii() and before[-1:].isalpha()):
        return _BRAND.fullmatch(digits) is not None
    return not _DATE_FIRST.match(digits) and not (before.endswith("+") and length < 16)


def prc_ids(scanned: Scanned) -> Iterator[Span]:
    """A wrong check digit is a slip, not an alibi: the shape with a birthday in it counts unless it is called a transaction."""
    text = scanned.lowered
    for match in matches_at(_PRC_ID, text, scanned.digits()):
        before = text[max(0, match.start() - LABEL_REACH) : match.start()]
        if mod_11_2.is_valid(_SIGNS.sub("", match.group()).upper()) or not _TRANSACTION_LABEL.search(before):
            yield Span(*match.span(), "prc_id")
    for match in matches_at(_PRC_LABELLED, text, scanned.starts(PRC_LABELS)):
        yield Span(*match.span(1), "prc_id")


def ibans(scanned: Scanned) -> Iterator[Span]:
    for match in matches_at(_IBAN, scanned.lowered, (start - 2 for start in scanned.digits() if start >= 2)):
        plain = _SIGNS.sub("", match.group()).upper()
        if mod_97_10.is_valid(plain[4:] + plain[:4]):
            yield Span(*match.span(), "iban")
