"""What is fuzzed: each target makes inputs and takes one. An input is bytes, so that it can be kept and taken again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

from services.intake.channels import parse
from services.intake.complaint import Parsed
from services.intake.handlers import inbox
from services.intake.identity import Keys
from services.intake.limits import bounded
from services.intake.reader import Reader
from services.intake.store import AGGREGATES, COMPLAINTS
from services.intake.time_limit import TimeLimit
from services.intake.understanding import on_known_complaint, understand
from services.notification.senders.letter import MailRefused, compose
from shared.adapters import Adapters, adapters_in
from shared.contracts import Inbound, OutboundNotice, Sender
from shared.contracts.outbound import Recipient
from shared.contracts.vocabulary import Channel, MessageKind, NoticeKind
from shared.decision import Create, Lookup, Reaction, Transition
from shared.draft import Draft
from shared.envelope import Delivery, Envelope
from shared.errors import PermanentError
from shared.inbox import Handlers
from shared.record import Cause
from shared.task import Task
from tests.builders.moments import RECEIVED_AT
from tests.fuzz import bodies, seeds, texts

ADAPTERS_FILE = Path(__file__).parents[2] / "deploy" / "adapters.toml"
NOBODY = Sender(handle="@somebody")
WHERE = (("CN", "Asia/Shanghai", "zh-Hans"), ("US", "America/New_York", "en"), ("HK", "Asia/Hong_Kong", "zh-Hant"))


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    share: int
    """of all inputs, compared with the other targets"""
    make: Callable[[Random], bytes]
    take: Callable[[bytes], bool]
    """Whether it got to the end, or was refused as the product refuses. Raises where neither happened."""


@cache
def handlers() -> Handlers:
    facts = {Adapters: adapters_in(ADAPTERS_FILE), Keys: Keys(b"n" * 32, b"i" * 32), Reader: Reader(TimeLimit(5.0))}
    return Handlers(inbox, facts)


def _envelope(channel: Channel) -> Envelope:
    return Envelope(f"intake.{channel}", "", "", "", "", RECEIVED_AT)


def _decoded(channel: Channel, body: bytes) -> Inbound:
    _, message = handlers().read(Delivery(_envelope(channel), body))
    assert isinstance(message, Inbound)
    return message


def _parse(channel: Channel, body: bytes) -> bool:
    try:
        bounded(parse(_decoded(channel, body)))
    except (PermanentError, ValueError):
        return False
    return True


def _make_words(random: Random) -> bytes:
    """`parts` of a message as a channel would hand them on."""
    text = texts.mutated(random, random.choice(seeds.texts()))
    parts: dict[str, Any] = {"text": text, "subject": None, "quoted": "", "segments": []}
    if random.random() < 0.5:
        parts["subject"] = texts.mutated(random, random.choice(seeds.texts()))[:300]
    if random.random() < 0.3:
        parts["quoted"] = texts.mutated(random, random.choice(seeds.texts()))
    if random.random() < 0.2:
        parts["segments"] = text.split("\n")
    where = random.randrange(len(WHERE))
    return json.dumps({"channel": random.choice(tuple(Channel)), "where": where, "parts": parts}).encode()


def _understand(body: bytes) -> bool:
    given = json.loads(body)
    country, zone, language = WHERE[given["where"]]
    plain = Parsed.model_construct(sender=NOBODY, thread_id="t", **given["parts"] | {"segments": tuple(given["parts"]["segments"])})
    parsed, _ = bounded(plain)
    made = understand(
        parsed, channel=Channel(given["channel"]), language_hint=language, country=country, zone=zone, received_at=RECEIVED_AT
    )
    made.model_dump_json()
    for fact in made.facts:
        assert 0 <= fact.start <= fact.end, fact.kind
    for mask in made.redacted:
        assert 0 <= mask.start < mask.end <= len(getattr(parsed, mask.part)), mask.kind
    assert len(made.text) == len(parsed.text)
    later = on_known_complaint(parsed, made)
    assert later.survey is None or later.kind in {MessageKind.SURVEY_ANSWER, MessageKind.THANKS}
    return True


def _make_wire(random: Random) -> bytes:
    channel = random.choice(tuple(Channel))
    return channel.encode() + b"\n" + bodies.mutated(random, channel)


def _take_wire(body: bytes) -> bool:
    """Everything pure before the database: decoded, read, decided, encoded as it would be written and published."""
    name, _, sent = body.partition(b"\n")
    channel = Channel(name.decode())
    delivery = Delivery(_envelope(channel), sent)
    try:
        subscription, message = handlers().read(delivery)
        assert isinstance(message, Inbound)
        key, ours = message.routing_key, message.source_id
        envelope = replace(delivery.envelope, message_id=ours, cause_id=ours, routing_key=key, sender=message.adapter)
        _settled(handlers().react(subscription, message, envelope), replace(delivery, envelope=envelope))
    except PermanentError:
        return False
    return True


def _settled(reaction: Reaction, delivery: Delivery) -> None:
    """Both ways that each question of a reaction may be answered."""
    match reaction:
        case Lookup():
            _settled(reaction.then(None), delivery)
            _settled(reaction.then("another"), delivery)
        case Create():
            _written(reaction, delivery)
            for claim in reaction.claims[:1]:
                _settled(claim.taken("another"), delivery)
        case Transition():
            reaction.decide(_held())


def _written(reaction: Reaction, delivery: Delivery) -> None:
    assert isinstance(reaction, Create)
    aggregate = next(one for one in AGGREGATES if one.of is type(reaction.decision.state))
    draft = Draft("intake", aggregate, reaction.key, None)
    draft.take(Task(Cause.of(delivery.envelope), delivery, reaction=reaction))
    draft.write()


@cache
def _held() -> object:
    """A complaint that a later message is about."""
    body = seeds.plain(Channel.CHAT)
    message = _decoded(Channel.CHAT, body)
    envelope = replace(_envelope(Channel.CHAT), message_id=message.source_id, routing_key=message.routing_key)
    [subscription] = handlers().inbox.by_queue()[envelope.queue]
    reaction = handlers().react(subscription, message, envelope)
    assert isinstance(reaction, Create)
    assert isinstance(reaction.decision.state, COMPLAINTS.of)
    return reaction.decision.state


def _make_notice(random: Random) -> bytes:
    said = {name: texts.mutated(random, random.choice(seeds.texts())) for name in ("subject", "text", "name")}
    said |= {name: "".join(seeds.token(random) for _ in range(random.randint(0, 6))) for name in ("thread_id", "in_reply_to", "notice_id")}
    said["email"] = random.choice(("lilei@example.com", "lilei@example.com", f"li{seeds.token(random)}@{seeds.token(random)}.example"))
    return json.dumps(said).encode()


def _compose(body: bytes) -> bool:
    said = json.loads(body)
    to = Recipient.model_construct(email=said.pop("email"), name=said.pop("name"))
    fixed: dict[str, Any] = {
        "number": seeds.NUMBER,
        "kind": NoticeKind.RECEIPT,
        "channel": Channel.EMAIL,
        "adapter": "mail-cn",
        "language": "en",
        "to": to,
    }
    notice = OutboundNotice.model_construct(**fixed, **said)
    try:
        raw = compose(notice, from_address="c@redress.example", domain="redress.example", at=RECEIVED_AT).as_bytes()
    except MailRefused:
        return False
    _one_header_each(raw)
    return True


def _one_header_each(raw: bytes) -> None:
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = [line.partition(b":")[0] for line in head if not line.startswith((b" ", b"\t"))]
    assert len(names) == len(set(names)), "a header came in twice"
    assert not {b"Bcc", b"Cc"} & set(names), "a recipient came in"
    assert not any(b"\r" in line or b"\n" in line for line in head), "a bare line end came in"


_PARSERS = {
    f"parse-{channel}": Target(
        f"parse-{channel}", 18 if channel is Channel.EMAIL else 4, partial(bodies.mutated, channel=channel), partial(_parse, channel)
    )
    for channel in Channel
}
TARGETS: Mapping[str, Target] = _PARSERS | {
    "understand": Target("understand", 28, _make_words, _understand),
    "wire": Target("wire", 27, _make_wire, _take_wire),
    "letter": Target("letter", 3, _make_notice, _compose),
}
