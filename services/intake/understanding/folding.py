"""One spelling for digits and letters that keyboards and transcripts write in many ways. Never changes a length, so positions hold."""

import re
import sys
import unicodedata

MASK = "█"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum() or chr(code) in "＠．－＿＋＃＄"}
_OTHER_DIGITS = {
    code: ord("0") + unicodedata.decimal(chr(code)) for code in range(0x80, sys.maxunicode) if unicodedata.category(chr(code)) == "Nd"
}
_TABLE = {**_OTHER_DIGITS, **_FULL_WIDTH}
_PLANE = 0x10000
_ODD = re.compile(f"[{''.join(chr(code) for code in _TABLE if code < _PLANE)}\U00010000-\U0001fbff]")
"""Anything to translate, or rarer signs that may be."""
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺么两", "00123456789112")
_SPOKEN = re.compile("[零〇一二三四五六七八九幺]{4,40}")


def fold(text: str) -> str:
    """Full-width and foreign digits to ASCII; digits spelled out one by one in Chinese too, as transcripts have them."""
    if text.isascii():
        return text
    if _ODD.search(text):
        text = text.translate(_TABLE)
    return _SPOKEN.sub(lambda match: match.group().translate(_SPOKEN_DIGITS), text) if _SPOKEN.search(text) else text


def lower(text: str) -> str:
    """`str.lower` may change lengths (İ); positions count more than such a letter."""
    lowered = text.lower().replace("’", "'")
    return lowered if len(lowered) == len(text) else "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
