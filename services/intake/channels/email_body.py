"""The readable body of a mail and the files in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from functools import cached_property
from hashlib import sha256
from itertools import islice

from services.intake.channels.charset import decode
from services.intake.channels.email_headers import MessageOf, decode_words, raw_header
from services.intake.channels.evidence import MOST_LISTED
from services.intake.channels.html_text import text_of_html
from services.intake.complaint import Evidence

DEEPEST = 30
LONGEST_BODY = 150_000
"""Characters; of the customer's own words fewer are kept."""
LONGEST_NAME = 1_000


@dataclass(frozen=True)
class Readable:
    subtype: str
    part: MessageOf

    @cached_property
    def text(self) -> str:
        """Read once, however many alternatives it stands in."""
        text = decode(_bytes(self.part), _charset(self.part)).replace("\r\n", "\n").strip("\n")
        return text_of_html(text) if self.subtype == "html" else text[:LONGEST_BODY].strip()


def body_of(mail: MessageOf, depth: int = 0) -> tuple[Readable, ...]:
    """The parts that a mail program shows one under the other; of alternatives the plain one, if it says anything."""
    if depth > DEEPEST or _is_file(mail) or mail.get_content_maintype() == "message":
        return ()
    if not mail.is_multipart():
        subtype = mail.get_content_subtype()
        return (Readable(subtype, mail),) if mail.get_content_maintype() == "text" and subtype in {"plain", "html"} else ()
    shown = [body_of(part, depth + 1) for part in _children(mail)]
    if mail.get_content_subtype() != "alternative":
        return tuple(readable for parts in shown for readable in parts)
    plain_first = sorted(shown, key=lambda parts: any(readable.subtype != "plain" for readable in parts))
    return next((parts for parts in plain_first if any(readable.text for readable in parts)), ())


def text_of(body: tuple[Readable, ...]) -> str:
    """As much as is looked at; parts beyond are not even decoded."""
    texts: list[str] = []
    left = LONGEST_BODY
    for readable in body:
        if left <= 0:
            break
        if text := readable.text[:left]:
            texts.append(text)
            left -= len(text)
    return "\n".join(texts)


def files_of(mail: MessageOf, first: int) -> tuple[Evidence, ...]:
    return tuple(_evidence(part, place) for place, part in enumerate(islice(_files(mail), MOST_LISTED), start=first))


def _files(mail: MessageOf, depth: int = 0) -> Iterator[MessageOf]:
    if depth > DEEPEST:
        return
    for part in _children(mail):
        readable = part.get_content_maintype() == "text" and not _is_file(part)
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            yield from _files(part, depth + 1)
        elif not readable:
            yield part


def _children(mail: MessageOf) -> list[MessageOf]:
    payload = mail.get_payload()
    return [part for part in payload if not isinstance(part, str)] if isinstance(payload, list) else []


def _is_file(part: MessageOf) -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_content_maintype() != "multipart" and bool(_file_name(part)) and part.get_content_disposition() is not None
    )


def _charset(part: MessageOf) -> str | None:
    value = part.get_param("charset")
    return value if isinstance(value, str) else None


def _bytes(part: MessageOf) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    # As it came: the modern policy would fold the headers of an enclosed mail anew, which costs much and changes its checksum.
    return b"\n".join(inner.as_bytes(policy=policy.compat32) for inner in _children(part))


def _file_name(part: MessageOf) -> str:
    if "name" not in f"{raw_header(part, 'Content-Disposition')} {raw_header(part, 'Content-Type')}".lower():
        return ""
    return decode_words((part.get_filename() or "")[:LONGEST_NAME])


def _evidence(part: MessageOf, place: int) -> Evidence:
    content = _bytes(part)
    kind = part.get_content_type()
    return Evidence(
        name=_file_name(part) or f"{kind.replace('/', '.')}-{place}",
        type=kind,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        origin=f"attachment:{place}",
    )
