"""Mutations of what somebody wrote. Most stay close to the sample, so that they get deep; a few grow very long."""

from collections.abc import Callable
from random import Random

from tests.fuzz import seeds

LONGEST = 200_000
LONG_ONES = 0.001
"""Share of the texts that one token, repeated, makes long."""

Change = Callable[[Random, str], str]


def mutated(random: Random, text: str) -> str:
    for _ in range(random.choice((1, 1, 2, 3, 5, 8))):
        text = random.choice(CHANGES)(random, text)[:LONGEST]
    if random.random() < LONG_ONES:
        text = _long(random, text)
    return text[:LONGEST]


def _place(random: Random, text: str) -> int:
    return random.randint(0, len(text))


def _stretch(random: Random, text: str) -> tuple[int, int]:
    start = _place(random, text)
    return start, min(len(text), start + random.choice((1, 1, 2, 4, 8, 20, 80)))


def _insert(random: Random, text: str) -> str:
    place = _place(random, text)
    return text[:place] + seeds.token(random) + text[place:]


def _insert_many(random: Random, text: str) -> str:
    place = _place(random, text)
    between = random.choice(("", "", " ", "\n", seeds.token(random)))
    return text[:place] + between.join(seeds.token(random) for _ in range(random.randint(2, 8))) + text[place:]


def _repeat(random: Random, text: str) -> str:
    start, end = _stretch(random, text)
    return text[:end] + text[start:end] * random.choice((1, 2, 5, 30)) + text[end:]


def _cut(random: Random, text: str) -> str:
    start, end = _stretch(random, text)
    return text[:start] + text[end:]


def _replace(random: Random, text: str) -> str:
    start, end = _stretch(random, text)
    return text[:start] + seeds.token(random) + text[end:]


def _renumber(random: Random, text: str) -> str:
    """Every digit may become another one."""
    return "".join(random.choice("0123456789") if sign.isdigit() and random.random() < 0.5 else sign for sign in text)


def _graft(random: Random, text: str) -> str:
    other = random.choice(seeds.texts())
    return text[: _place(random, text)] + other[_place(random, other) :]


def _turn_case(random: Random, text: str) -> str:
    start, end = _stretch(random, text)
    return text[:start] + text[start:end].swapcase() + text[end:]


def _full_width(random: Random, text: str) -> str:
    start, end = _stretch(random, text)
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text[start:end])
    return text[:start] + wide + text[end:]


def _long(random: Random, text: str) -> str:
    piece = "".join(seeds.token(random) for _ in range(random.randint(1, 4)))
    place = _place(random, text)
    return text[:place] + piece * (random.choice((2_000, 20_000, LONGEST)) // len(piece)) + text[place:]


CHANGES: tuple[Change, ...] = (
    _insert, _insert, _insert_many, _repeat, _cut, _replace, _replace, _renumber, _graft, _turn_case, _full_width,
)  # fmt: skip
