"""Secrets that only the word before them gives away: passwords, PINs, card codes, one-time codes."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from services.intake.numbers import number_spans
from services.intake.understanding.found import Scanned
from services.intake.understanding.span import Span
from services.intake.understanding.words import anywhere, matches_at

_WORD = (
    r"(?:密码|密碼|口令|passwords?|passwd|(?<![a-z])pass(?=\s?[:：=])|passcodes?|pass ?phrase|(?<![a-z])pwd(?![a-z])"
    r"|(?<![a-z])pw(?![a-z])|(?<![a-z])pin(?![a-z])"
    r"(?: ?码| ?碼| code| number)?|密保答案)"
)
_A_WORD = re.compile(_WORD)
_OPEN = r"[\"'“‘「『(（《【<\[]{0,2}"
_LINKED = re.compile(
    rf"{_WORD}(?P<fill>[^\n:：=。，,.;；!！?？█]{{0,24}}?)\s{{0,2}}(?P<link>[:：=]|是|为|為|成了?|\bis\b|\bwas\b"
    rf"|\bto\b)[\s:：=]{{0,4}}{_OPEN}"
    r"(?P<secret>[^\s，。；、！？█]{1,128})"
)
_BARE = re.compile(rf"{_WORD}[ \t\n\u3000]{{0,3}}{_OPEN}(?P<secret>[!-9;<>-~][!-~]{{3,127}})")
_FILLED = re.compile(rf"{_WORD}[^\n。，,.;；!！?？:：=\da-z█]{{1,12}}(?P<secret>[a-z0-9@#$%^&*!_+.\-]{{6,64}})")
_BEFORE = re.compile(
    r"(?<![!-~])(?P<secret>[!-~]{4,64})[ \"'”’]{0,2}(?:is|was|是|就是|为)\s{0,2}(?:my |the |your |我|我的|你的|他的)?[^\n,.，。]{0,8}?\Z"
)
"""Ends where a password word begins."""
_BEFORE_REACH = 92
_PAIR = re.compile(
    rf"(?:账号|帐号|账户|帳號|用户名|login|username|user ?id|account)[ 和及与、/&+]{{0,3}}(?:and )?{_WORD}[^\n]{{0,4}}?[:：=是 "
    rf"]{{1,3}}[^\s,，、/]{{1,64}}[\s/,，、]{{1,3}}"
    r"(?P<secret>[!-~]{4,64})"
)
_NO_SECRET_FOLLOWS = re.compile(r"错|錯|误|誤|error|fail|提示|失败|失敗|显示|顯示|次|forg|忘|wrong|incorrect|reset link|hint")
PLAIN_WORDS = (
    "a about accepted again all also always an and another any because been being blank but case correct easy empty ever "
    "expired fine for from gone good hacked her his how i if in incorrect invalid it its just known leaked locked lost me "
    "missing my never new no not now of ok okay old on only or our out over please possible protected public really "
    "required right safe same saved secure shared so still stolen strong such that the their then there they this to too "
    "totally unknown unsafe used valid very weak what when where which who why with working wrong you your entered "
    "rejected changed compromised unchanged one something set"
)
_PLAIN_WORDS = frozenset(PLAIN_WORDS.split())
ENOUGH_FOR_A_PASSWORD = 8
_PIECE = re.compile(r"[ \u3000](?=[!-~]{0,5}\d)[!-~]{3,6}(?![!-~])(?! ?(?:[元块塊年月日天次分]|day|time|hour|minute|yuan|usd|rmb))")
_PAIRS = re.compile(r"\d{2}(?:[ \u3000]\d{2}){1,3}(?![!-~])(?! ?[元块塊年月日天次分])")
_NO_PLAIN_ENDINGS = ("ed", "ing", "ly")
PASSWORD_WORDS = anywhere("密码|密碼|口令|密保答案|password|passwd|pass|pwd|pw|pin")
ACCOUNT_WORDS = anywhere("账号|帐号|账户|帳號|用户名|login|username|user id|userid|account")
_CARD_CODE = re.compile(
    r"(?:cvv2?|cvc2?|cvn2?|安全码|安全碼|security code|(?:后|後|末)(?:三|3)位(?:数字?|數字?)?|背面[^\d\n]{0,6}(?:三"
    r"|3)位)[^\d\n]{0,16}(?P<secret>\d{3,4})(?!\d)"
)
CARD_CODE_WORDS = anywhere("cvv|cvc|cvn|安全码|安全碼|security code|后三位|后3位|後三位|後3位|末三位|末3位|背面")
_ONCE = (
    r"(?:验证码|驗證碼|校验码|校驗碼|动态码|動態碼|短信码|确认码|(?<![a-z])otp(?![a-z])|(?:verification|one[- ]time|sms"
    r"|authentication|authorization|login|confirmation|2fa|security) (?:pass)?(?:code|word))"
)
_DIGITS = r"(?:[a-z]-)?(?P<secret>\d{3}[ \-]\d{3}|\d{4,8})(?![\d年元块]|[ \t]?(?:分钟|小时|minutes|hours|yuan|rmb|元))"
_ONE_TIME = re.compile(rf"{_ONCE}[\s:：=，,]{{0,3}}[^\d\n，。,;；!！?？█]{{0,20}}?{_DIGITS}")
_ONE_TIME_AFTER = re.compile(rf"(?<![\d.])(?P<secret>\d{{4,8}})[^\d\n，。,;；]{{0,4}}(?:is|was|是|为|作为)?[^\d\n，。,;；]{{0,16}}?{_ONCE}")
_CODE = re.compile(rf"(?<![a-z])codes?(?: (?:i got|i received|they sent|sent))?(?: is| was)?[\s:：=#\"'“]{{1,4}}{_DIGITS}")
OTHER_CODES = (
    "error err promo coupon zip postal post country area sort swift reference order status response failure discount "
    "invite referral qr complaint transaction merchant result return http reason dialling dial bank branch bar product "
    "tracking voucher gift"
)
_OTHER_CODES = frozenset(OTHER_CODES.split())
ONCE_WORDS = anywhere(
    "验证码|驗證碼|校验码|校驗碼|动态码|動態碼|短信码|确认码|otp|verification |one time |one-time |sms |authentication |authorization "
    "|login |confirmation |2fa |security "
)
CODE_WORDS = anywhere("code")
ONCE_REACH = 30


def passwords(scanned: Scanned) -> Iterator[Span]:
    words, text = _outside_numbers(scanned), scanned.lowered
    if not words:
        return
    for match in matches_at(_LINKED, text, words):
        if _is_linked_secret(match):
            yield Span(match.start("secret"), _end_of_pieces(text, *match.span("secret")), "password")
    for pattern, is_secret, starts in (
        (_BARE, _looks_secret, words),
        (_FILLED, _looks_chosen, words),
        (_PAIR, _has_digit, scanned.starts(ACCOUNT_WORDS)),
    ):
        for match in matches_at(pattern, text, starts):
            if is_secret(match["secret"]) and not _NO_SECRET_FOLLOWS.search(text, match.start(), match.start("secret")):
                yield _secret(match, "password")
    yield from _before(scanned, words)


def _outside_numbers(scanned: Scanned) -> Sequence[int]:
    """One complaint number in some five hundred has a group that ends or begins like the word for a password: RD-6Z3PW-8BHTE-X."""
    words = scanned.starts(PASSWORD_WORDS)
    if not words or "rd" not in scanned.lowered:
        return words
    numbers = number_spans(scanned.lowered)
    return [word for word in words if not any(start <= word < end for start, end in numbers)]


def _end_of_pieces(text: str, start: int, end: int) -> int:
    """`abc 123`, `24 68 10`: what is too short for a password goes on after a blank, where the next piece has a digit too."""
    pairs = _PAIRS.match(text, start)
    end = max(end, pairs.end()) if pairs else end
    while end - start < ENOUGH_FOR_A_PASSWORD and (piece := _PIECE.match(text, end)):
        end = piece.end()
    return end


def _before(scanned: Scanned, words: Sequence[int]) -> Iterator[Span]:
    """`abc123 is my password`: the secret has a digit, so only words with a number shortly before them are looked at."""
    text, numbers = scanned.lowered, scanned.numbers
    for word in words:
        earlier = bisect_left(numbers, (word, 0))
        if not earlier or numbers[earlier - 1][1] < word - _BEFORE_REACH or not _A_WORD.match(text, word):
            continue
        for match in _BEFORE.finditer(text, max(0, word - _BEFORE_REACH), word):
            if _has_digit(match["secret"]) and not _NO_SECRET_FOLLOWS.search(text, match.start(), match.start("secret")):
                yield _secret(match, "password")


def codes(scanned: Scanned) -> Iterator[Span]:
    if not scanned.numbers:
        return
    text = scanned.lowered
    yield from (_secret(match, "cvv") for match in matches_at(_CARD_CODE, text, scanned.starts(CARD_CODE_WORDS)))
    once = scanned.starts(ONCE_WORDS)
    for match in (*matches_at(_ONE_TIME, text, once), *matches_at(_ONE_TIME_AFTER, text, _shortly_before(scanned, once))):
        if not _is_complaint_number(text, match):
            yield _secret(match, "one_time_code")
    for match in matches_at(_CODE, text, scanned.starts(CODE_WORDS)):
        if _word_before(text, match.start()) not in _OTHER_CODES and not _is_complaint_number(text, match):
            yield _secret(match, "one_time_code")


def _shortly_before(scanned: Scanned, words: Sequence[int]) -> Iterator[int]:
    for start, end in scanned.numbers:
        following = bisect_left(words, end)
        if 4 <= end - start <= 8 and following < len(words) and words[following] <= end + ONCE_REACH:
            yield start


def _secret(match: re.Match[str], name: str) -> Span:
    return Span(*match.span("secret"), name)


def _word_before(text: str, place: int) -> str:
    words = re.split(r"[^a-z]+", text[max(0, place - 20) : place].rstrip(" -"))
    return words[-1]


def _is_complaint_number(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start("secret") - 3) : match.start("secret")] == "rd-"


def _is_linked_secret(match: re.Match[str]) -> bool:
    secret, link, fill = match["secret"], match["link"], match["fill"].strip()
    if _NO_SECRET_FOLLOWS.search(fill) or not any(sign.isascii() and sign.isalnum() for sign in secret):
        return False
    if link == "to" or fill:
        return _looks_secret(secret)
    if link in {"is", "was"}:
        word = secret.strip(".,;:!?\"')”’")
        return _looks_secret(secret) or not (word in _PLAIN_WORDS or word.endswith(_NO_PLAIN_ENDINGS) or not word.isascii())
    return True


def _has_digit(secret: str) -> bool:
    return any(sign.isdigit() for sign in secret)


def _looks_secret(secret: str) -> bool:
    inner = secret[:-1]
    return _has_digit(secret) or (any(sign in "@#$%^&*!_+~" for sign in inner) and any(sign.isalpha() for sign in inner))


def _looks_chosen(secret: str) -> bool:
    """After other words only a mixture of letters and digits, or exactly a payment PIN, is taken for the password."""
    return (_has_digit(secret) and any(sign.isalpha() for sign in secret)) or (secret.isdigit() and len(secret) == 6)
