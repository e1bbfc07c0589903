"""Mutations of the body of an inbound message: what is said, its shape, its bytes."""

import json
from base64 import b64decode, b64encode
from copy import deepcopy
from random import Random
from typing import Any

from shared.contracts.vocabulary import Channel
from tests.fuzz import mails, seeds, texts

ODD: tuple[Any, ...] = (None, True, -1, 0, 2**63, 2**70, 1.5, "", "\0", "\ud800", [], {}, [[]], {"a": {}}, "x" * 5_000)
TOKENS = (
    b"1e999999",
    b"-0",
    b"9" * 5_000,
    b"[" * 300,
    b'{"a":' * 300,
    b'"\\ud800"',
    b"\\u0000",
    b"\xff",
    b"NaN",
    b"null",
    b"//",
    b"\xef\xbb\xbf",
    b"",
)
LARGEST = 500_000
"""Characters that a list may still be multiplied in: how much the decoder reads a second is not what is looked for."""
SAID = frozenset({"text", "subject", "title", "name"})

Body = Any  # JSON, some of it broken on purpose


def mutated(random: Random, channel: Channel) -> bytes:
    """Mostly what was said changes; sometimes the shape; seldom the bytes."""
    body = deepcopy(random.choice(seeds.of_channel(channel)).body)
    if channel is Channel.EMAIL:
        raw = mails.mutated(random, b64decode(body["email"]["raw_b64"]))
        body["email"]["raw_b64"] = b64encode(raw).decode()
    else:
        _say(random, body)
    if random.random() < 0.15:
        _bend(random, body)
    encoded = json.dumps(body, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    return _broken(random, encoded) if random.random() < 0.03 else encoded


def _say(random: Random, body: Body) -> None:
    said = [
        (place, key)
        for place, key in _leaves(body)
        if key in SAID or (isinstance(place, dict) and place is body.get("form", {}).get("fields"))
    ]
    for place, key in random.sample(said, min(len(said), random.choice((1, 1, 2, 4)))):
        if isinstance(place[key], str):
            place[key] = texts.mutated(random, place[key])


def _bend(random: Random, body: Body) -> None:
    for _ in range(random.choice((1, 1, 2))):
        place, key = random.choice(_leaves(body))
        match random.randrange(5):
            case 0:
                place[key] = deepcopy(random.choice(ODD))
            case 1 if isinstance(place, dict):
                place[f"{key}\u202e{random.random()}"] = place.pop(key)
            case 2 if isinstance(place[key], str):
                place[key] = texts.mutated(random, place[key])
            case 3:
                _multiply(random, body)
            case _:
                _files(random, body)


def _multiply(random: Random, body: Body) -> None:
    lists = [place[key] for place, key in _leaves(body) if isinstance(place[key], list) and place[key]]
    if lists and len(str(body)) < LARGEST:
        chosen = random.choice(lists)
        chosen += [deepcopy(random.choice(chosen)) for _ in range(random.choice((1, 10, 300)))]


def _files(random: Random, body: Body) -> None:
    one = {"name": seeds.token(random), "type": random.choice(("image/png", "", "x" * 300)), "size": random.choice((0, 5, 2**53, 2**64))}
    one |= random.choice(({"content_b64": "aGk="}, {"content_b64": "!!"}, {"ref": "s3://x"}, {"ref": "x" * 4_000}, {}))
    body["attachments"] = [one] * random.choice((1, 1, 3, 400))


def _leaves(value: Body) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found += [(value, key), *_leaves(value[key])]
    return found


def _broken(random: Random, encoded: bytes) -> bytes:
    start = random.randint(0, len(encoded))
    end = min(len(encoded), start + random.choice((0, 1, 5, 50, 5_000)))
    return encoded[:start] + random.choice(TOKENS) + encoded[end:]
