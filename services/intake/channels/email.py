"""A mail: the customer's own words, its files, and what it says about itself."""

import binascii
import re
from base64 import b64decode
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, Message
from email.policy import EmailPolicy, Policy
from functools import cache, lru_cache
from itertools import count
from typing import Any

from services.intake.channels.automatic import declared_kind
from services.intake.channels.email_body import body_of, files_of, text_of
from services.intake.channels.email_headers import MessageOf, message_ids, raw_header, sender_of, text_header
from services.intake.channels.evidence import evidence_of
from services.intake.channels.replies import split_reply
from services.intake.complaint import Parsed
from shared.contracts import InboundEmail, Sender

MOST_PARTS = 1_000
LARGEST_HEADER = 256 * 1024
"""Bytes; mail servers pass on less."""

LONGEST_FIELD = 4_000
_ENVELOPE_LINE = re.compile(rb"\A[\r\n]{0,20}(?:>?From [^\r\n:]{0,500}\r?\n)?")


def parse(message: InboundEmail) -> Parsed:
    raw = _bytes_of(message)
    for reading in (_modern(), policy.compat32):
        try:
            return _parsed(message, message_from_bytes(raw, policy=reading.clone(message_factory=_parts_of(reading))))
        except _NoHeaders as nothing:
            raise ValueError("the mail has no header field, so these bytes are no mail") from nothing
        except _TooManyParts:
            raise ValueError(f"the mail has more than {MOST_PARTS} parts") from None
        except Exception:  # noqa: BLE001, S112 - the standard library's parser raises anything on broken mail
            continue
    raise ValueError("neither policy of the mail parser can read the mail")


def _modern() -> "EmailPolicy[EmailMessage]":
    """The library reads a field anew whenever it is asked for; so every message brings a memory for its own fields.

    Reading one costs more the longer it is, and the longest that mean anything are lists of recipients.
    """
    return policy.default.clone(header_factory=cache(lambda name, value: _field_class(name)(name, value[:LONGEST_FIELD])))


# The library makes a class for every field it reads; a name needs one only.
_field_class = lru_cache(maxsize=64)(HeaderRegistry().__getitem__)


class _NoHeaders(Exception):
    """The parser takes any bytes for a body."""


class _TooManyParts(Exception):
    """The parser itself knows no end of them."""


def _parts_of(reading: "Policy[Any]") -> Any:  # noqa: ANN401 - each policy wants a factory of its own class
    """Makes the parts of one mail, and counts them: the library asks for each when it meets it."""
    made = count(1)

    def make(**options: Any) -> MessageOf:  # noqa: ANN401 - the library's own
        if next(made) > MOST_PARTS:
            raise _TooManyParts
        return (EmailMessage if isinstance(reading, EmailPolicy) else Message)(**options)

    return make


def _bytes_of(message: InboundEmail) -> bytes:
    try:
        raw = b64decode(message.email.raw_b64, validate=False)
    except (binascii.Error, ValueError):
        raise ValueError("raw_b64 is not base64") from None
    if not raw.strip():
        raise ValueError("the mail is empty")
    return _without_most_fields(_ENVELOPE_LINE.sub(b"", raw, count=1))


def _without_most_fields(raw: bytes) -> bytes:
    """Each question to a header walks through all its fields. Those beyond the limit are left out, up to the blank line."""
    if len(raw) <= LARGEST_HEADER:
        return raw
    ends = [place for place in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if place >= 0]
    end = min(ends, default=len(raw))
    return raw if end <= LARGEST_HEADER else raw[: raw.rfind(b"\n", 0, LARGEST_HEADER) + 1] + raw[end:].lstrip(b"\r")


def _parsed(message: InboundEmail, mail: MessageOf) -> Parsed:
    if not mail.keys():
        raise _NoHeaders
    body = text_of(body_of(mail))
    reply = split_reply(body)
    subject = text_header(mail, "Subject") or None
    refers_to = _references(message, mail)
    return Parsed(
        sender=_sender(message.sender, mail),
        subject=subject,
        text=reply.own,
        quoted=reply.quoted,
        evidence=(*evidence_of(message.attachments), *files_of(mail, first=len(message.attachments) + 1)),
        thread_id=message.thread_id or _thread(message, mail, refers_to),
        refers_to=refers_to,
        declared_kind=declared_kind(mail, subject or "", body),
        reply_subject=subject,
    )


def _sender(known: Sender, mail: MessageOf) -> Sender:
    if known.email:
        return known
    name, address = sender_of(mail)
    return known.model_copy(update={"name": known.name or name, "email": address})


def _references(message: InboundEmail, mail: MessageOf) -> tuple[str, ...]:
    found = (*message_ids(raw_header(mail, "References")), *message_ids(raw_header(mail, "In-Reply-To")))
    return tuple(dict.fromkeys(_as_source_id(message, one) for one in found))


def _thread(message: InboundEmail, mail: MessageOf, refers_to: tuple[str, ...]) -> str:
    own = message_ids(raw_header(mail, "Message-ID"))
    return next(iter((*refers_to, *(_as_source_id(message, one) for one in own), message.source_id)))


def _as_source_id(message: InboundEmail, message_id: str) -> str:
    """Adapters write a Message-ID with its angle brackets or without; references follow the adapter's way."""
    return message_id if message.source_id.startswith("<") else message_id[1:-1]
