"""Complaint numbers: made of the complaint's id, hard to guess, easy to say, safe against slips of the tongue and the finger.

Ten symbols of Crockford's base 32 hold 50 bits of a keyed hash; one more checks them. Crockford's own check (modulo 37) needs the
signs `*~$=U`, which nobody can dictate. Ours stays inside the 32 symbols: each is an element of GF(32), the one at place i is
multiplied with the i-th power of a generator, and the products of all eleven add up to zero. As no two powers are alike and none is
zero, every wrong symbol and every swap of two symbols, neighbours or not, is noticed; anything else slips through once in 32.
"""

import hmac
import re

from shared.contracts.vocabulary import ComplaintId, ComplaintNumber

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY = 10
FIELD_POLYNOMIAL = 0b100101
SLIPS = str.maketrans("OIL", "011")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
IGNORED = re.compile(r"[\s\-\u2010-\u2015\u2212_.\u200b-\u200d]+")

_GAP = r"[\s\-\u2010-\u2015\u2212_.\u200b-\u200d]{0,3}"
_SPOKEN = re.compile(
    rf"(?<![0-9A-Za-z])R{_GAP}D{_GAP}(?:[0-9A-TV-Z]{_GAP}){{{BODY}}}[0-9A-TV-Z](?:A[1-9][0-9]?)?(?![0-9A-Za-z])", re.IGNORECASE
)
_APPEAL = re.compile(rf"/A[1-9][0-9]?\Z|(?<=\ARD.{{{BODY + 1}}})A[1-9][0-9]?\Z")
"""An appeal has its complaint's number and a suffix: `RD-7K3MQ-2XV9H-5/A1`."""
_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}


def number_for(complaint_id: ComplaintId, key: bytes, salt: int) -> ComplaintNumber:
    """The number of a complaint. A second complaint that meets a number in use takes the next salt."""
    digest = hmac.digest(key, f"{complaint_id}:{salt}".encode(), "sha256")
    bits = int.from_bytes(digest[:7], "big") >> 6
    body = "".join(SYMBOLS[(bits >> (5 * place)) & 31] for place in reversed(range(BODY)))
    return _grouped(body + _check(body))


def read_number(text: str) -> ComplaintNumber | None:
    """The number that somebody typed or dictated, with or without `RD`, an appeal's as its complaint's; nothing where the check says no."""
    plain = _APPEAL.sub("", IGNORED.sub("", text[:100].translate(FULL_WIDTH)).upper())
    symbols = plain.removeprefix("RD").translate(SLIPS) if len(plain) == BODY + 3 else plain.translate(SLIPS)
    if len(symbols) != BODY + 1 or any(symbol not in _VALUES for symbol in symbols):
        return None
    return _grouped(symbols) if _check(symbols[:BODY]) == symbols[BODY] else None


def find_numbers(text: str) -> tuple[ComplaintNumber, ...]:
    """All well-formed numbers in a text, each once, in the order of their first mention."""
    found = (read_number(match.group()) for match in _SPOKEN.finditer(text.translate(FULL_WIDTH)))
    return tuple(dict.fromkeys(number for number in found if number is not None))


def number_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where well-formed numbers stand."""
    found = _SPOKEN.finditer(text.translate(FULL_WIDTH))
    return tuple(match.span() for match in found if read_number(match.group()) is not None)


def _grouped(symbols: str) -> ComplaintNumber:
    return ComplaintNumber(f"RD-{symbols[:5]}-{symbols[5:BODY]}-{symbols[BODY:]}")


def _check(body: str) -> str:
    """Horner's rule: multiply by the generator before each symbol, so that the check itself stands at power zero."""
    total = 0
    for symbol in body:
        total = _doubled(total) ^ _VALUES[symbol]
    return SYMBOLS[_doubled(total)]


def _doubled(element: int) -> int:
    doubled = element << 1
    return doubled ^ FIELD_POLYNOMIAL if doubled & 32 else doubled
