"""Reads a text once: one spelling, lower case, then every word of every list in a single pass, and where the numbers stand."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from types import ModuleType

from services.intake.understanding import (
    accounts,
    category,
    devices,
    follow_up_words,
    kind_words,
    money,
    secrets_numbers,
    secrets_words,
    signals,
    time_patterns,
    transactions,
)
from services.intake.understanding.automaton import finder
from services.intake.understanding.folding import fold, lower
from services.intake.understanding.found import Scanned
from services.intake.understanding.words import Hit, Word, Words, go_together

READERS: tuple[ModuleType, ...] = (
    secrets_numbers, secrets_words, transactions, money, time_patterns, accounts, devices, signals, category, kind_words,
    follow_up_words,
)  # fmt: skip
"""Every list of words that one of these modules names is looked for."""
NUMBERS = re.compile(r"\d+")
Uses = tuple[tuple[Words, int, Word], ...]
"""The lists that a word stands in, and where."""


def scan(text: str) -> Scanned:
    folded = fold(text)
    lowered = lower(folded)
    hits: dict[Words, list[Hit]] = {}
    for last, (length, uses) in _every_word()(lowered):
        start = last + 1 - length
        for words, order, word in uses:
            if (word.begins or word.ends) and not _stands_alone(word, lowered, start, last + 1):
                continue
            if words in hits:
                hits[words].append((start, order))
            else:
                hits[words] = [(start, order)]
    return Scanned(folded, lowered, hits, [match.span() for match in NUMBERS.finditer(lowered)])


def _stands_alone(word: Word, lowered: str, start: int, end: int) -> bool:
    if word.begins and start and go_together(lowered[start - 1], lowered[start]):
        return False
    return not (word.ends and end < len(lowered) and go_together(lowered[end - 1], lowered[end]))


@cache
def _every_word() -> Callable[[str], Iterable[tuple[int, tuple[int, Uses]]]]:
    return finder({text: (len(text), tuple(uses)) for text, uses in _uses().items()})


def _uses() -> dict[str, list[tuple[Words, int, Word]]]:
    uses: dict[str, list[tuple[Words, int, Word]]] = {}
    for words in dict.fromkeys(value for reader in READERS for value in vars(reader).values() if isinstance(value, Words)):
        for order, word in enumerate(words.all):
            uses.setdefault(word.text, []).append((words, order, word))
    return uses
