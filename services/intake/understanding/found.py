"""What the extractors read and what they return, before it becomes a fact of the contract."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.intake.understanding.words import Hit, Words
from shared.contracts.vocabulary import Country, FactKind, FactSource


@dataclass(frozen=True, slots=True)
class Scanned:
    """A text in one spelling of digits, in lower case too, and where its words and numbers stand."""

    text: str
    lowered: str
    hits: Mapping[Words, Sequence[Hit]]
    numbers: Sequence[tuple[int, int]]
    """Where digits stand together, from the first to after the last."""

    def starts(self, words: Words) -> Sequence[int]:
        return sorted({start for start, _ in self.hits[words]}) if words in self.hits else ()

    def starts_by_label(self, words: Words) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for start, order in sorted(self.hits.get(words, ())):
            places.setdefault(words.all[order].label, []).append(start)
        return places

    def first(self, words: Words) -> str | None:
        """The first in the list, not in the text, that occurs."""
        return words.all[min(hit[1] for hit in self.hits[words])].text if words in self.hits else None

    def digits(self) -> list[int]:
        return [start for start, _ in self.numbers]


@dataclass(frozen=True, slots=True)
class Reading(Scanned):
    """A redacted text, and what it takes to read its dates and amounts: where the customer is, and when the message came."""

    country: Country
    zone: str
    received_at: datetime


class Found(NamedTuple):
    start: int
    end: int
    kind: FactKind
    value: str | int
    unit: str | None = None
    confidence: float = 0.9
    how: FactSource = FactSource.PATTERN


Extractor = Callable[[Reading], Iterable[Found]]


def reading(scanned: Scanned, *, country: Country, zone: str, received_at: datetime) -> Reading:
    return Reading(scanned.text, scanned.lowered, scanned.hits, scanned.numbers, country, zone, received_at)


def joined(first: Scanned, second: Scanned) -> Scanned:
    """The two under each other, as one text."""
    after = len(first.lowered) + 1
    hits = {words: list(found) for words, found in first.hits.items()}
    for words, found in second.hits.items():
        hits.setdefault(words, []).extend((start + after, order) for start, order in found)
    numbers = [*first.numbers, *((start + after, end + after) for start, end in second.numbers)]
    return Scanned(f"{first.text}\n{second.text}", f"{first.lowered}\n{second.lowered}", hits, numbers)
