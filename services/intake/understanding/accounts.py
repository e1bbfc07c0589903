"""Whose account: phones as E.164, e-mail addresses, account ids."""

import re
from collections.abc import Iterator

import phonenumbers

from services.intake.understanding.found import Found, Reading
from services.intake.understanding.words import anywhere, matches_at, matches_near
from shared.contracts.vocabulary import FactKind

AT = anywhere("@")
LONGEST_NAME, LONGEST_DOMAIN = 65, 330
_EMAIL = re.compile(r"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{0,63}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}(?![a-z0-9])")
_MAINLAND = re.compile(r"(?<![\da-z█.])(?:(?:\+|00)?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?![\da-z█])")
_INTERNATIONAL = re.compile(r"(?<![\da-z█])\+[1-9]\d{0,2}(?:[ \-().]{0,2}\d){6,13}(?!\d)")
PHONE_WORDS = anywhere("手机|手機|电话|電話|联系方式|phone|mobile|tel|call me|reach me")
_LABELLED = re.compile(
    r"(?:手机号?码?|手機號?碼?|电话号?码?|電話號?碼?|联系方式|phone(?: ?(?:number|no))?|mobile(?: ?(?:number|no))?|tel(?:ephone)?"
    r"|call me(?: back)?(?: on| at)?|reach me(?: on| at))"
    r"[\s.:：#是为is]{0,6}(\(?\d(?:[ \-().]{0,2}\d){6,13})(?![\da-z█])"
)
_SIGNS = re.compile(r"[^0-9]")
_MOBILE_CN = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}")
ACCOUNT_WORDS = anywhere("账号|帐号|账户|帳號|帳戶|賬號|賬戶|用户id|用户名|用戶id|会员号|钱包id|uid|account|user|member|wallet|customer")
_ACCOUNT = re.compile(
    r"(?:账号|帐号|账户|帳號|帳戶|賬號|賬戶|用户id|用户名|用戶id|会员号|钱包id|uid|(?:account|user|member|wallet|customer)(?: ?(?:id"
    r"|number|no|name))?)(?:id|号|是|为|為| is|:|：|#|\s|\.){0,5}"
    r"([a-z]{0,4}[-_]?\d{3,16})(?![a-z0-9@.\-]\w)"
)


def phones(read: Reading) -> Iterator[Found]:
    seen: set[str] = set()
    if not read.numbers:
        return
    text, digits = read.lowered, read.digits()
    plus = [start - 1 for start in digits if text[start - 1 : start] == "+"]
    candidates = [(*match.span(), "CN") for match in matches_at(_MAINLAND, text, sorted((*digits, *plus)))]
    candidates += [(*match.span(), read.country) for match in matches_at(_INTERNATIONAL, text, plus)]
    candidates += [(*match.span(1), read.country) for match in matches_at(_LABELLED, text, read.starts(PHONE_WORDS))]
    for start, end, country in candidates:
        number = _e164(read.text[start:end], country)
        if number is not None and number not in seen:
            seen.add(number)
            yield Found(start, end, FactKind.ACCOUNT_PHONE, number)


def _e164(written: str, country: str) -> str | None:
    digits = _SIGNS.sub("", written)
    if _MOBILE_CN.fullmatch(digits) and country == "CN":
        return f"+86{digits[-11:]}"
    try:
        number = phonenumbers.parse(written.replace("0086", "+86", 1) if written.startswith("00") else written, country)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def emails(read: Reading) -> Iterator[Found]:
    for match in matches_near(_EMAIL, read.lowered, read.starts(AT), before=LONGEST_NAME, after=LONGEST_DOMAIN):
        yield Found(*match.span(), FactKind.ACCOUNT_EMAIL, read.text[match.start() : match.end()])


def account_ids(read: Reading) -> Iterator[Found]:
    for match in matches_at(_ACCOUNT, read.lowered, read.starts(ACCOUNT_WORDS) if read.numbers else ()):
        if not re.fullmatch(r"1[3-9]\d{9}", match[1]):
            yield Found(*match.span(1), FactKind.ACCOUNT_ID, read.text[match.start(1) : match.end(1)])
