"""What the extractors read and what they return, before it becomes a fact of the contract."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import add
from typing import NamedTuple

from shared.contracts.vocabulary import Country, FactKind, FactSource


@dataclass(frozen=True, slots=True)
class Reading:
    """A redacted text in one spelling of digits, in lower case too, and what it takes to read it."""

    text: str
    lowered: str
    country: Country
    zone: str
    received_at: datetime
    pairs: frozenset[str]
    """Every two signs that stand side by side: what is not among them need not be looked for."""


class Found(NamedTuple):
    start: int
    end: int
    kind: FactKind
    value: str | int
    unit: str | None = None
    confidence: float = 0.9
    how: FactSource = FactSource.PATTERN


Extractor = Callable[[Reading], Iterable[Found]]


def reading(text: str, *, country: Country, zone: str, received_at: datetime) -> Reading:
    """`str.lower` may change lengths (İ); positions count more than such a letter."""
    lowered = text.lower().replace("’", "'")
    safe = lowered if len(lowered) == len(text) else "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return Reading(text, safe, country, zone, received_at, frozenset(map(add, safe, safe[1:])))
