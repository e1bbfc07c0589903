"""Secrets that only the word before them gives away: passwords, PINs, card codes, one-time codes."""

import re
from collections.abc import Iterator

from services.intake.understanding.span import Span

_WORD = (
    r"(?:密码|密碼|口令|passwords?|passwd|(?<![a-z])pass(?=\s?[:：=])|passcodes?|pass ?phrase|(?<![a-z])pwd(?![a-z])"
    r"|(?<![a-z])pw(?![a-z])|(?<![a-z])pin(?![a-z])"
    r"(?: ?码| ?碼| code| number)?|密保答案)"
)
_OPEN = r"[\"'“‘「『(（《【<\[]{0,2}"
_LINKED = re.compile(
    rf"{_WORD}(?P<fill>[^\n:：=。，,.;；!！?？█]{{0,24}}?)\s{{0,2}}(?P<link>[:：=]|是|为|為|成了?|\bis\b|\bwas\b"
    rf"|\bto\b)[\s:：=]{{0,4}}{_OPEN}"
    r"(?P<secret>[^\s，。；、！？█]{1,128})",
    re.IGNORECASE,
)
_BARE = re.compile(rf"{_WORD}[ \t\n\u3000]{{0,3}}{_OPEN}(?P<secret>[!-9;<>-~][!-~]{{3,127}})", re.IGNORECASE)
_FILLED = re.compile(rf"{_WORD}[^\n。，,.;；!！?？:：=\dA-Za-z█]{{1,12}}(?P<secret>[A-Za-z0-9@#$%^&*!_+.\-]{{6,64}})", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<![!-~])(?P<secret>[!-~]{{4,64}})[ \"'”’]{{0,2}}(?:is|was|是|就是|为)\s{{0,2}}(?:my |the |your |我|我的|你的"
    rf"|他的)?[^\n,.，。]{{0,8}}?{_WORD}",
    re.IGNORECASE,
)
_PAIR = re.compile(
    rf"(?:账号|帐号|账户|帳號|用户名|login|username|user ?id|account)[ 和及与、/&+]{{0,3}}(?:and )?{_WORD}[^\n]{{0,4}}?[:：=是 "
    rf"]{{1,3}}[^\s,，、/]{{1,64}}[\s/,，、]{{1,3}}"
    r"(?P<secret>[!-~]{4,64})",
    re.IGNORECASE,
)
_NO_SECRET_FOLLOWS = re.compile(
    r"错|錯|误|誤|error|fail|提示|失败|失敗|显示|顯示|次|forg|忘|wrong|incorrect|reset link|hint", re.IGNORECASE
)
PLAIN_WORDS = (
    "a about accepted again all also always an and another any because been being blank but case correct easy empty ever "
    "expired fine for from gone good hacked her his how i if in incorrect invalid it its just known leaked locked lost me "
    "missing my never new no not now of ok okay old on only or our out over please possible protected public really "
    "required right safe same saved secure shared so still stolen strong such that the their then there they this to too "
    "totally unknown unsafe used valid very weak what when where which who why with working wrong you your entered "
    "rejected changed compromised unchanged one something set"
)
_PLAIN_WORDS = frozenset(PLAIN_WORDS.split())
_NO_PLAIN_ENDINGS = ("ed", "ing", "ly")
_PASSWORD_HINT = ("密码", "密碼", "口令", "密保", "pass", "pwd", "pw", "pin")
_CARD_CODE = re.compile(
    r"(?:cvv2?|cvc2?|cvn2?|安全码|安全碼|security code|(?:后|後|末)(?:三|3)位(?:数字?|數字?)?|背面[^\d\n]{0,6}(?:三"
    r"|3)位)[^\d\n]{0,16}(?P<secret>\d{3,4})(?!\d)",
    re.IGNORECASE,
)
_CARD_CODE_HINT = ("cvv", "cvc", "cvn", "安全码", "安全碼", "security code", "三位", "3位")
_ONCE = (
    r"(?:验证码|驗證碼|校验码|校驗碼|动态码|動態碼|短信码|确认码|(?<![a-z])otp(?![a-z])|(?:verification|one[- ]time|sms"
    r"|authentication|authorization|login|confirmation|2fa|security) (?:pass)?(?:code|word))"
)
_DIGITS = r"(?:[a-z]-)?(?P<secret>\d{3}[ \-]\d{3}|\d{4,8})(?![\d年元块]|[ \t]?(?:分钟|小时|minutes|hours|yuan|rmb|元))"
_ONE_TIME = re.compile(rf"{_ONCE}[\s:：=，,]{{0,3}}[^\d\n，。,;；!！?？█]{{0,20}}?{_DIGITS}", re.IGNORECASE)
_ONE_TIME_AFTER = re.compile(
    rf"(?<![\d.])(?P<secret>\d{{4,8}})[^\d\n，。,;；]{{0,4}}(?:is|was|是|为|作为)?[^\d\n，。,;；]{{0,16}}?{_ONCE}", re.IGNORECASE
)
_CODE = re.compile(rf"(?<![a-z])codes?(?: (?:i got|i received|they sent|sent))?(?: is| was)?[\s:：=#\"'“]{{1,4}}{_DIGITS}", re.IGNORECASE)
OTHER_CODES = (
    "error err promo coupon zip postal post country area sort swift reference order status response failure discount "
    "invite referral qr complaint transaction merchant result return http reason dialling dial bank branch bar product "
    "tracking voucher gift"
)
_OTHER_CODES = frozenset(OTHER_CODES.split())
_CODE_HINT = ("码", "碼", "otp", "code", "password")


def passwords(text: str) -> Iterator[Span]:
    lowered = text.lower()
    if not any(hint in lowered for hint in _PASSWORD_HINT):
        return
    for match in _LINKED.finditer(text):
        if _is_linked_secret(match):
            yield _secret(match, "password")
    for pattern, is_secret in ((_BARE, _looks_secret), (_FILLED, _looks_chosen), (_BEFORE, _has_digit), (_PAIR, _has_digit)):
        for match in pattern.finditer(text):
            if is_secret(match["secret"]) and not _NO_SECRET_FOLLOWS.search(text[match.start() : match.start("secret")]):
                yield _secret(match, "password")


def codes(text: str) -> Iterator[Span]:
    lowered = text.lower()
    if any(hint in lowered for hint in _CARD_CODE_HINT):
        yield from (_secret(match, "cvv") for match in _CARD_CODE.finditer(text))
    if not any(hint in lowered for hint in _CODE_HINT):
        return
    for pattern in (_ONE_TIME, _ONE_TIME_AFTER):
        yield from (_secret(match, "one_time_code") for match in pattern.finditer(text) if not _is_complaint_number(text, match))
    for match in _CODE.finditer(text):
        if _word_before(text, match.start()) not in _OTHER_CODES and not _is_complaint_number(text, match):
            yield _secret(match, "one_time_code")


def _secret(match: re.Match[str], name: str) -> Span:
    return Span(*match.span("secret"), name)


def _word_before(text: str, place: int) -> str:
    words = re.split(r"[^a-z]+", text[max(0, place - 20) : place].lower().rstrip(" -"))
    return words[-1]


def _is_complaint_number(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start("secret") - 3) : match.start("secret")].upper() == "RD-"


def _is_linked_secret(match: re.Match[str]) -> bool:
    secret, link, fill = match["secret"], match["link"].lower(), match["fill"].strip()
    if _NO_SECRET_FOLLOWS.search(fill) or not any(sign.isascii() and sign.isalnum() for sign in secret):
        return False
    if link == "to" or fill:
        return _looks_secret(secret)
    if link in {"is", "was"}:
        word = secret.strip(".,;:!?\"')”’").lower()
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
