"""What shall be and what is, as named things that can be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class How(StrEnum):
    MISSING = "missing"
    DIFFERENT = "different"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Item:
    """`kind` and `name` tell it from every other; `body` is what is compared."""

    kind: str
    name: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    kind: str
    name: str
    how: How
    wanted: Mapping[str, Any] | None = None
    found: Mapping[str, Any] | None = None


def compare(wanted: Iterable[Item], found: Iterable[Item]) -> list[Difference]:
    """In the order of what is wanted; what nobody wants comes last."""
    shall = {(one.kind, one.name): one.body for one in wanted}
    there = {(one.kind, one.name): one.body for one in found}
    lacking = [
        Difference(*key, How.MISSING if key not in there else How.DIFFERENT, body, there.get(key))
        for key, body in shall.items()
        if key not in there or there[key] != body
    ]
    return lacking + [Difference(*key, How.EXTRA, None, body) for key, body in there.items() if key not in shall]
