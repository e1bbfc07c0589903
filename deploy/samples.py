"""Reads the sample messages (tests/samples/README.md), fits complaint numbers in, and moves them in time."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from shared.contracts.vocabulary import Channel

Json = dict[str, Any]  # a message body or an expectation: JSON as it stands in the file, some of it broken on purpose

TIMES = ("sent_at", "received_at")
PLACEHOLDER = re.compile(rb"\{\{number:([a-z0-9/-]+)\}\}")


@dataclass(frozen=True, slots=True)
class Sample:
    """`body` is what the adapter publishes; `raw` is the file's bytes, for e-mail the message itself."""

    slug: str
    channel: Channel
    adapter: str
    body: Json
    raw: bytes
    expected: Json
    order: int

    @property
    def quotes(self) -> tuple[str, ...]:
        """Slugs of the samples whose complaint numbers this one quotes."""
        return tuple(sorted({match.decode() for match in PLACEHOLDER.findall(self.raw)}))


def load(root: Path) -> list[Sample]:
    """All samples under `root`, in playing order."""
    slugs = (root / "order.txt").read_text("utf-8").split()
    return [_read(root, slug, order) for order, slug in enumerate(slugs)]


def filled(sample: Sample, numbers: Mapping[str, str]) -> Sample:
    """The sample with `{{number:SLUG}}` replaced by the complaint number that SLUG got."""
    raw = PLACEHOLDER.sub(lambda match: numbers[match[1].decode()].encode(), sample.raw)
    return replace(sample, raw=raw, body=_body(raw, sample.expected, sample.channel))


def shifted(sample: Sample, by: timedelta) -> Json:
    """The body with the adapter's times moved. What the customer wrote, an e-mail's bytes included, stays as it is."""
    body = _moved(sample.body, TIMES, by)
    if "chat" in body:
        body["chat"] = body["chat"] | {"turns": [_moved(turn, ("at",), by) for turn in body["chat"]["turns"]]}
    if "referral" in body:
        body["referral"] = _moved(body["referral"], ("deadline",), by)
    return body


def shift_to_end_at(samples: Iterable[Sample], end: datetime) -> timedelta:
    """How far to shift so that the newest sample was received at `end`."""
    received = [at for sample in samples if (at := _aware(sample.body.get("received_at")))]
    return end - max(received)


def _read(root: Path, slug: str, order: int) -> Sample:
    channel = Channel(slug.partition("/")[0])
    expected = json.loads((root / f"{slug}.expected.json").read_text("utf-8"))
    raw = (root / f"{slug}{'.eml' if channel is Channel.EMAIL else '.json'}").read_bytes()
    return Sample(slug, channel, expected["adapter"], _body(raw, expected, channel), raw, expected, order)


def _body(raw: bytes, expected: Json, channel: Channel) -> Json:
    if channel is Channel.EMAIL:
        return _wrapped(raw, expected)
    body: Json = json.loads(raw)
    return body


def _wrapped(raw: bytes, expected: Json) -> Json:
    mail = message_from_bytes(raw, _class=EmailMessage, policy=default)
    author = mail["From"].addresses[0]
    sent = parsedate_to_datetime(str(mail["Date"])).isoformat() if mail["Date"] else expected["received_at"]
    return {
        "adapter": expected["adapter"],
        "source_id": str(mail["Message-ID"] or f"sha256:{hashlib.sha256(raw).hexdigest()}").strip(),
        "sent_at": sent,
        "received_at": expected.get("received_at", sent),
        "sender": {"email": author.addr_spec} | ({"name": author.display_name} if author.display_name else {}),
        "email": {"raw_b64": base64.b64encode(raw).decode()},
    }


def _moved(part: Json, names: tuple[str, ...], by: timedelta) -> Json:
    return part | {name: (at + by).isoformat() for name in names if (at := _aware(part.get(name)))}


def _aware(text: object) -> datetime | None:
    """The time, or nothing where a sample's time is absent or broken on purpose."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None
