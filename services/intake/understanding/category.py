"""What a complaint is about: words with weights, the deciding ones kept for people to see."""

from typing import NamedTuple

from services.intake.understanding.lexicon import ENGLISH, HAN
from shared.contracts.vocabulary import Category

MOST_WORDS_SHOWN = 8
SURE_AT = 4.0
"""A total weight at which evidence stops being thin: two strong words, or one and some support."""
SUBJECT_COUNTS = 1.5
INDEXED = 3


class Categories(NamedTuple):
    best: Category
    confidence: float
    all: tuple[tuple[Category, float], ...]
    why: tuple[str, ...]


def categories_of(text: str, subject: str) -> Categories:
    """Both in lower case. Confidence is the best one's share of all weight, less where there is little weight at all."""
    scores: dict[Category, float] = {}
    words: dict[Category, dict[str, float]] = {}
    for part, factor in ((text, 1.0), (subject, SUBJECT_COUNTS)):
        for word, category, weight in _matches(part):
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


def _matches(text: str) -> list[tuple[str, Category, float]]:
    """English entries begin at a word: `fee` finds fees, not coffee."""
    if not text:
        return []
    found: list[tuple[str, Category, float]] = []
    if not text.isascii():
        found = [entry for sign in set(text) for entry in _BY_SIGN.get(sign, ()) if entry[0] in text]
    tokens = text.translate(_APART).split()
    spaced = f" {' '.join(tokens)} "
    for start in {token[:INDEXED] for token in tokens}:
        found += [(word, category, weight) for word, spaced_word, category, weight in _BY_START.get(start, ()) if spaced_word in spaced]
    return found


_APART = {ord(sign): " " for sign in '\n\t.,;:!?"()[]{}<>/\\-_“”‘，。！？、；：（）'} | {ord("’"): "'"}
_BY_START = {
    start: tuple(entry for entry in ENGLISH if entry[0].split()[0][:INDEXED] == start)
    for start in {entry[0].split()[0][:INDEXED] for entry in ENGLISH}
}
_BY_SIGN = {sign: tuple(entry for entry in HAN if entry[0][0] == sign) for sign in {entry[0][0] for entry in HAN}}
