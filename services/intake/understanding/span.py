"""A stretch of a text, in code points, and what it is."""

from typing import NamedTuple


class Span(NamedTuple):
    start: int
    end: int
    name: str
