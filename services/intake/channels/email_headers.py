"""The headers of a mail as text, whatever the sender did to them: raw GBK, broken encoded words, none at all."""

import re
from binascii import Error as BrokenBase64
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from typing import TypeAlias

from services.intake.channels.charset import decode

MessageOf: TypeAlias = "Message[str, str]"
LONGEST_HEADER = 10_000
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_ID = re.compile(r"<[^<>\s]{1,900}>")


def raw_header(mail: MessageOf, name: str) -> str:
    """The field as it stood, unfolded; bytes beyond ASCII are decoded, encoded words are not."""
    wanted = name.lower()
    found = next((str(value) for field, value in mail.raw_items() if field.lower() == wanted), "")[:LONGEST_HEADER]
    unfolded = _FOLD.sub(" ", found).strip()
    return unfolded if unfolded.isascii() else decode(unfolded.encode("utf-8", "surrogateescape"), None)


def text_header(mail: MessageOf, name: str) -> str:
    return decode_words(raw_header(mail, name))


def decode_words(value: str) -> str:
    """RFC 2047, with the charsets of the real world. Words of one charset are joined before they are decoded."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, BrokenBase64, ValueError):
        return value
    words = (piece if isinstance(piece, str) else decode(piece, charset) for piece, charset in pieces)
    return _FOLD.sub(" ", "".join(words)).strip()


def message_ids(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(value)))


def sender_of(mail: MessageOf) -> tuple[str | None, str | None]:
    """Name and address of the From field."""
    name, address = parseaddr(raw_header(mail, "From"))
    return decode_words(name).strip() or None, address.strip() if "@" in address else None
