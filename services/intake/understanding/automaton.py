"""Finds thousands of words in one pass over a text (Aho and Corasick)."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar, cast

from ahocorasick import Automaton  # type: ignore[import-not-found]  # a bare extension module without types

T = TypeVar("T")


def finder(words: Mapping[str, T]) -> Callable[[str], Iterable[tuple[int, T]]]:
    """Takes a text and tells for each occurrence of a word, overlapping ones too, its last sign's place and what belongs to the word."""
    automaton = Automaton()
    for word, belonging in words.items():
        automaton.add_word(word, belonging)
    automaton.make_automaton()
    return cast("Callable[[str], Iterable[tuple[int, T]]]", automaton.iter)
