"""Words that are looked for in every text, all in one pass (`scan.py`), and patterns tried only where such a word stands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Word(NamedTuple):
    text: str
    label: str = ""
    begins: bool = False
    """It counts only where a word begins: `fee` finds fees, not coffee."""
    ends: bool = False
    """It counts only where a word ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A list of words, in lower case. What is found of it is told by its place in the list. Two lists are never equal."""

    all: tuple[Word, ...]


Hit = tuple[int, int]
"""Where a word begins, and its place in its list."""


def anywhere(listed: str) -> Words:
    """Parts between `|`, wherever their letters stand."""
    return labelled({"": listed})


def labelled(listed: Mapping[str, str]) -> Words:
    return Words(tuple(Word(one, label) for label, entries in listed.items() for one in entries.split("|")))


def phrases(listed: str) -> Words:
    return labelled_phrases({"": listed})


def labelled_phrases(listed: Mapping[str, str]) -> Words:
    """Latin ones begin where a word begins; `!` asks that they end there too. Numbers, such as a hotline's, stand alone always."""
    return Words(tuple(_phrase(one, label) for label, entries in listed.items() for one in entries.split("|")))


def _phrase(written: str, label: str) -> Word:
    number = is_digit(written[0])
    return Word(written.rstrip("!"), label, number or is_latin(written[0]), number or written.endswith("!"))


def is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def is_digit(sign: str) -> bool:
    return sign.isascii() and sign.isdigit()


def go_together(left: str, right: str) -> bool:
    """Two letters of one word, or two digits of one number."""
    return (is_latin(left) and is_latin(right)) or (is_digit(left) and is_digit(right))


def matches_at(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """What `finditer` finds of a pattern that can begin at these places only. They come in order."""
    place = 0
    for start in starts:
        if start >= place and (match := pattern.match(text, start)):
            place = match.end()
            yield match


def matches_near(pattern: re.Pattern[str], text: str, places: Iterable[int], *, before: int, after: int) -> Iterator[re.Match[str]]:
    """What `finditer` finds of a pattern that begins at most `before` signs before one of these places and ends at most `after` after it."""
    for begin, end in _stretches(places, before, after):
        yield from pattern.finditer(text, begin, end)


def _stretches(places: Iterable[int], before: int, after: int) -> Iterator[tuple[int, int]]:
    """Neighbours whose surroundings touch become one, so that no match is cut or found twice."""
    begin = end = -1
    for place in places:
        if place - before > end:
            if end >= 0:
                yield begin, end
            begin = max(0, place - before)
        end = place + after
    if end >= 0:
        yield begin, end
