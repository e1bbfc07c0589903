"""Every regular expression of the product, and texts made to hurt it: what each piece of the pattern repeats is repeated."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from random import Random
from re import _constants as kinds  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import services
import shared

ATTACK_LENGTH = 200_000
PIECES = 40
"""As much of a repetition as one period of an attack holds."""


def patterns() -> dict[str, "re.Pattern[str] | re.Pattern[bytes]"]:
    """By module and name, those inside of tuples and dataclasses too."""
    found: dict[str, re.Pattern[str] | re.Pattern[bytes]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            found |= {f"{module.__name__}.{name}{place}": one for place, one in _in(value, 3)}
    return {name: one for one, name in {one: name for name, one in found.items()}.items()}


def _modules() -> Iterator[ModuleType]:
    for package in (services, shared):
        for one in walk_packages(package.__path__, f"{package.__name__}."):
            yield import_module(one.name)


def _in(value: object, depth: int) -> Iterator[tuple[str, "re.Pattern[Any]"]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif depth and isinstance(value, tuple | list):
        for place, one in enumerate(value):
            yield from ((f"[{place}]{inner}", found) for inner, found in _in(one, depth - 1))
    elif depth and isinstance(value, dict):
        for key, one in value.items():
            yield from ((f"[{key}]{inner}", found) for inner, found in _in(one, depth - 1))
    elif depth and not isinstance(value, type | ModuleType) and hasattr(value, "pattern"):
        yield from ((".pattern" + inner, found) for inner, found in _in(value.pattern, depth - 1))


def attacks(pattern: "re.Pattern[Any]", random: Random, count: int) -> Iterator[str]:
    """Texts that nearly match: prefixes of the pattern again and again, one repetition grown long, and never the right end."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    for number in range(count):
        period = _said(list(tree), random, stop=random.randint(1, max(1, len(tree))))
        if number % 3 == 0:
            period += random.choice(("\x00", "\n", " ", "a", "1", "，", ""))
        text = (period or "a") * (ATTACK_LENGTH // max(1, len(period)) + 1)
        yield text[:ATTACK_LENGTH] + random.choice(("", "\x00", "!"))


def _said(pieces: list[tuple[Any, Any]], random: Random, stop: int) -> str:
    return "".join(_one(kind, value, random) for kind, value in pieces[:stop])


def _one(kind: Any, value: Any, random: Random) -> str:  # noqa: PLR0911 - one answer for each kind of piece
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if kind is kinds.ANY:
        return "a"
    if kind is kinds.IN:
        return _of_set(value, random)
    if kind is kinds.BRANCH:
        return _said(list(random.choice(value[1])), random, 99)
    if kind is kinds.SUBPATTERN:
        return _said(list(value[3]), random, 99)
    if kind is kinds.ATOMIC_GROUP:
        return _said(list(value), random, 99)
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        least, most, inner = value
        times = random.choice((least, max(least, 1), min(int(most), PIECES)))
        return "".join(_said(list(inner), random, 99) for _ in range(times))
    return ""  # anchors, look-around and references say nothing of their own


def _of_set(value: list[tuple[Any, Any]], random: Random) -> str:
    negated = bool(value) and value[0][0] is kinds.NEGATE
    if negated:
        return random.choice("ax1 .-中")
    kind, member = random.choice(value)
    if kind is kinds.LITERAL:
        return chr(member)
    if kind is kinds.RANGE:
        return chr(random.choice(member))
    signs = {kinds.CATEGORY_DIGIT: "1", kinds.CATEGORY_SPACE: " ", kinds.CATEGORY_WORD: "a"}
    return signs.get(member, "-")
