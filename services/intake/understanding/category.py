"""What a complaint is about: words with weights, the deciding ones kept for people to see."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from services.intake.understanding.automaton import finder
from services.intake.understanding.found import Scanned
from services.intake.understanding.lexicon import ENGLISH, HAN
from services.intake.understanding.words import Word, Words
from shared.contracts.vocabulary import Category

MOST_WORDS_SHOWN = 8
SURE_AT = 4.0
"""A total weight at which evidence stops being thin: two strong words, or one and some support."""
SUBJECT_COUNTS = 1.5
HAN_WORDS = Words(tuple(Word(word) for word, _, _ in HAN))


class Categories(NamedTuple):
    best: Category
    confidence: float
    all: tuple[tuple[Category, float], ...]
    why: tuple[str, ...]


def categories_of(text: Scanned, subject: Scanned | None) -> Categories:
    """Confidence is the best one's share of all weight, less where there is little weight at all."""
    scores: dict[Category, float] = {}
    words: dict[Category, dict[str, float]] = {}
    for part, factor in ((text, 1.0), (subject, SUBJECT_COUNTS)):
        for word, category, weight in _entries(part) if part else ():
            if weight * factor > words.setdefault(category, {}).get(word, 0.0):
                scores[category] = scores.get(category, 0.0) + weight * factor - words[category].get(word, 0.0)
                words[category][word] = weight * factor
    ranked = sorted(((category, score) for category, score in scores.items() if score > 0), key=lambda one: -one[1])
    if not ranked:
        return Categories(Category.OTHER, 0.0, (), ())
    total = sum(score for _, score in ranked)
    best, score = ranked[0]
    confidence = score / total * min(1.0, 0.5 + score / (2 * SURE_AT))
    why = sorted(words[best], key=lambda word: -words[best][word])[:MOST_WORDS_SHOWN]
    return Categories(best, round(confidence, 3), tuple((category, round(score / total, 3)) for category, score in ranked), tuple(why))


def _entries(scanned: Scanned) -> Iterator[tuple[str, Category, float]]:
    """What the text has of the lexicon, in the lexicon's order. English entries begin at a word: `fee` finds fees, not coffee."""
    yield from (HAN[place] for place in sorted({order for _, order in scanned.hits.get(HAN_WORDS, ())}))
    found = _english()(_spaced(scanned.lowered))
    yield from (ENGLISH[place] for place in sorted({place for _, places in found for place in places}))


@cache
def _english() -> Callable[[str], Iterable[tuple[int, tuple[int, ...]]]]:
    """A scan of its own: these phrases run over hyphens and line ends, which only become blanks here."""
    places: dict[str, tuple[int, ...]] = {}
    for place, (word, _, _) in enumerate(ENGLISH):
        spaced = f" {word.replace('!', ' ')}"
        places[spaced] = (*places.get(spaced, ()), place)
    return finder(places)


def _spaced(lowered: str) -> str:
    """Words with one blank between and around them."""
    if lowered.isascii():
        lowered = lowered.translate(_APART)
    else:
        # beyond ASCII, `translate` costs ten times as much as a search for each sign
        for sign in _APART_SIGNS:
            if sign in lowered:
                lowered = lowered.replace(sign, " ")
    return f" {' '.join(lowered.split())} "


_APART_SIGNS = '.,;:!?"()[]{}<>/\\-_“”‘，。！？、；：（）'
_APART = str.maketrans(dict.fromkeys(_APART_SIGNS, " "))
