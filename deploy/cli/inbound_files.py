"""Files that `redress ingest` is given, as messages of a channel: read, completed with the adapter's name, held against the contract."""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from deploy.cli.errors import BadInputError
from shared.contracts import INBOUND_BY_CHANNEL
from shared.contracts.vocabulary import Channel

STDIN = "-"
STANDARD_INPUT = "standard input"
LONGEST_ID_BYTES = 255
"""AMQP carries no longer message id."""

Body = dict[str, Any]  # a message as it stands in the file, perhaps wrong


@dataclass(frozen=True, slots=True)
class InboundFile:
    """One message to publish. `where` names it in sentences."""

    where: str
    adapter: str
    source_id: str
    body: bytes
    thread_id: str | None = None
    """Messages of one thread leave in the order of the file."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """The adapters that a message may come from; `first` speaks for one that names none."""

    first: str
    listed: tuple[str, ...]


def messages_in(file: str, channel: Channel, speakers: Speakers, at: datetime) -> Iterator[InboundFile]:
    """Checked: whatever leaves here fits the channel's contract."""
    raw = _bytes_of(file)
    for where, body in _bodies(_called(file), raw, channel, speakers.first, at):
        adapter = body.setdefault("adapter", speakers.first)
        if adapter not in speakers.listed:
            raise BadInputError(f"{where} is of adapter {adapter!r}; expected {' or '.join(speakers.listed)}")
        yield InboundFile(
            where, adapter, _checked(where, body, channel), json.dumps(body, ensure_ascii=False).encode(), body.get("thread_id")
        )


def raw_message_in(file: str, speakers: Speakers) -> InboundFile:
    """As it is, wrong or not; for trying what the house does with it."""
    raw = _bytes_of(file)
    try:
        told = json.loads(raw)
    except ValueError:
        told = None
    named = told.get("source_id") if isinstance(told, dict) else None
    return InboundFile(_called(file), speakers.first, _id_of(raw, named if isinstance(named, str) else ""), raw)


def wrapped_mail(raw: bytes, adapter: str, at: datetime) -> Body:
    """What a mail fetcher makes of a message: its id, its author and its date beside the untouched bytes."""
    mail = BytesParser(policy=policy.compat32).parsebytes(raw, headersonly=True)
    name, address = parseaddr(_header(mail, "From"))
    return {
        "adapter": adapter,
        "source_id": _id_of(raw, _header(mail, "Message-ID").strip()),
        "sent_at": _date(mail, at).isoformat(),
        "received_at": at.isoformat(),
        "sender": {"email": address or "unknown"} | ({"name": name} if name else {}),
        "email": {"raw_b64": base64.b64encode(raw).decode()},
    }


def _bytes_of(file: str) -> bytes:
    try:
        raw = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise BadInputError(f"{_called(file)} cannot be read: {error.strerror}") from None
    if not raw.strip():
        raise BadInputError(f"{_called(file)} is empty")
    return raw


def _id_of(raw: bytes, named: str) -> str:
    """As the source named it; what has no name, or one that no message can carry, goes by its bytes."""
    return named if named and _fits(named) else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _fits(source_id: str) -> bool:
    return len(source_id.encode(errors="surrogatepass")) <= LONGEST_ID_BYTES


def _called(file: str) -> str:
    return STANDARD_INPUT if file == STDIN else file


def _bodies(file: str, raw: bytes, channel: Channel, adapter: str, at: datetime) -> Iterator[tuple[str, Body]]:
    if channel is Channel.EMAIL and not raw.lstrip().startswith(b"{"):
        yield file, wrapped_mail(raw, adapter, at)
        return
    try:
        yield file, _object(file, json.loads(raw))
    except UnicodeDecodeError:
        raise BadInputError(f"{file} is not UTF-8") from None
    except RecursionError:
        raise BadInputError(f"{file} is nested too deeply") from None
    except json.JSONDecodeError as error:
        if not _looks_like_lines(raw):
            raise BadInputError(f"{file} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
        yield from _lines(file, raw)


def _looks_like_lines(raw: bytes) -> bool:
    """One message a line: the first line is a whole object."""
    try:
        return isinstance(json.loads(raw.strip().splitlines()[0]), dict)
    except ValueError:
        return False


def _lines(file: str, raw: bytes) -> Iterator[tuple[str, Body]]:
    for number, line in enumerate(raw.decode().split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{file}:{number}"
        try:
            yield where, _object(where, json.loads(line))
        except json.JSONDecodeError as error:
            raise BadInputError(f"{where} is not JSON: {error.msg} at column {error.colno}") from None


def _object(where: str, value: object) -> Body:
    if not isinstance(value, dict):
        raise BadInputError(f"{where} holds no JSON object, but {type(value).__name__}")
    return value


def _checked(where: str, body: Body, channel: Channel) -> str:
    contract = INBOUND_BY_CHANNEL[channel]
    try:
        source_id = contract.model_validate_json(json.dumps(body)).source_id
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(str(step) for step in one['loc']) or 'the message'}: {one['msg']}" for one in error.errors()[:5])
        raise BadInputError(f"{where} is no {contract.key}: {wrong}") from None
    except UnicodeEncodeError:
        raise BadInputError(f"{where} holds characters that no message can carry") from None
    if not _fits(source_id):
        raise BadInputError(f"{where} has a source_id of more than {LONGEST_ID_BYTES} bytes, which no message can carry")
    return source_id


def _header(mail: Mail, name: str) -> str:
    """Decoded where it can be; real mail breaks every rule of RFC 2047."""
    value = str(mail.get(name, ""))
    try:
        return str(make_header(decode_header(value)))
    except (MessageError, LookupError, ValueError):
        return value.encode("ascii", "replace").decode()


def _date(mail: Mail, otherwise: datetime) -> datetime:
    try:
        sent = parsedate_to_datetime(str(mail.get("Date", "")))
    except ValueError:
        return otherwise
    return sent if sent.tzinfo else otherwise
