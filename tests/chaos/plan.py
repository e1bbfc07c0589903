"""Which faults a run meets, and in what order. Pure."""

import random
from collections.abc import Sequence
from itertools import cycle, islice
from typing import TypeVar

T = TypeVar("T")


def plan(catalogue: Sequence[T], count: int, seed: int) -> list[T]:
    """From the front of the catalogue, again from its beginning where it is too short; then shuffled."""
    chosen = list(islice(cycle(catalogue), count))
    random.Random(seed).shuffle(chosen)
    return chosen
