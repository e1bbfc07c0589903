"""How much of a message is read, and which signs never. What somebody wrote is cut and said to be; names of things are refused."""

import re
from collections.abc import Iterable

from services.intake.complaint import Evidence, Parsed
from shared.contracts import Inbound, Sender
from shared.errors import PermanentError

LONGEST_TEXT = 100_000
LONGEST_LABEL = 1_000
"""Subjects, names of people and files."""
LONGEST_ID = 1_024
"""What names a thread, a sender, a place: cut, it would name another."""
LONGEST_REFERENCE = 120
"""An outside body's own; the contract of the events has no room for more. It stands in the subject as well."""
LARGEST_SIZE = 2**53
MOST_FILES = 200
UNREADABLE = "\ufffd"
LONGEST_NUMBER = 100
"""A complete number is shorter: one that the cut left half would be no longer known for what it is."""

_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]|\r(?!\n)")
"""Controls of terminals, turned writing directions, halves of signs: they hide words from readers and digits from patterns."""
_HALF_NUMBER = re.compile(r"[\d\s\-\u2010-\u2015.·/\u200b-\u200d]{1,100}\Z")


class OverLimit(PermanentError):
    """An id, an address or a reference is longer than any we can keep. Operator: mend the adapter; discard."""

    slug = "over-limit"


def within_limits(message: Inbound) -> None:
    """Raises `OverLimit`. The contract bounds what all messages share; this is the rest of what is kept whole."""
    sender = message.sender
    named = {"email": sender.email, "phone": sender.phone, "account_id": sender.account_id, "handle": sender.handle}
    for name, value in named.items():
        _short(f"sender.{name}", value)
    for attachment in message.attachments[:MOST_FILES]:
        _short("attachments.ref", attachment.ref)
        _short("attachments.sha256", attachment.sha256)


def bounded(parsed: Parsed) -> tuple[Parsed, tuple[str, ...]]:
    """What is read of it, and a note on everything that was cut."""
    _short("thread_id", parsed.thread_id)
    segments = tuple(map(_plain, parsed.segments))
    text, quoted = _plain(parsed.text), _plain(parsed.quoted)
    cut = {
        "text": _cut(text, LONGEST_TEXT),
        "quoted": _cut(quoted, LONGEST_TEXT),
        "subject": _label(parsed.subject),
        "segments": segments if len(text) <= LONGEST_TEXT else (),
        "sender": _sender(parsed.sender),
        "evidence": tuple(map(_file, parsed.evidence[:MOST_FILES])),
        "declared_numbers": tuple(one[:LONGEST_LABEL] for one in parsed.declared_numbers),
        "app_version": _label(parsed.app_version),
        "reply_subject": _label(parsed.reply_subject),
        "reference": _reference(parsed.reference),
    }
    return parsed.model_copy(update=cut), tuple(_notes(len(text), len(quoted), len(parsed.evidence)))


def _short(name: str, value: str | None) -> None:
    if value is not None and len(value) > LONGEST_ID:
        raise OverLimit(f"{name} has {len(value)} characters; at most {LONGEST_ID} are kept")


def _plain(text: str) -> str:
    return _NEVER.sub("", text) if _NEVER.search(text) else text


def _cut(text: str, longest: int) -> str:
    """Not in the middle of a number: half a card would not be blackened."""
    if len(text) <= longest:
        return text
    kept = text[:longest]
    half = _HALF_NUMBER.search(kept, longest - LONGEST_NUMBER)
    return kept[: half.start()] if half else kept


def _label(label: str | None) -> str | None:
    return None if label is None else _cut(_plain(label[: 2 * LONGEST_LABEL]), LONGEST_LABEL)


def _reference(reference: str | None) -> str | None:
    """Whole or not at all: cut, it would name another matter."""
    plain = _plain(reference or "").strip()
    return plain if 0 < len(plain) <= LONGEST_REFERENCE else None


def _sender(sender: Sender) -> Sender:
    """A name of nothing but signs that are taken out is a name still: somebody wrote."""
    return sender if sender.name is None else sender.model_copy(update={"name": _label(sender.name) or UNREADABLE})


def _file(one: Evidence) -> Evidence:
    return one.model_copy(update={"name": _label(one.name), "type": _label(one.type), "size": min(one.size, LARGEST_SIZE)})


def _notes(text: int, quoted: int, files: int) -> Iterable[str]:
    if text > LONGEST_TEXT:
        yield f"limit: {LONGEST_TEXT} of {text} characters of the text were read"
    if quoted > LONGEST_TEXT:
        yield f"limit: {LONGEST_TEXT} of {quoted} quoted characters were read"
    if files > MOST_FILES:
        yield f"limit: {MOST_FILES} files were looked at, and there are more"
