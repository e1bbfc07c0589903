"""What a row of measurements comes to: medians, ratios of neighbours, percentiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by name, for programs, and tables with a first row of headings, for people."""

    figures: dict[str, Any]
    tables: Sequence[Sequence[Sequence[str]]]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all reach or stay below."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Median of the ratios round by round: what slows the machine for a while slows both sides of a pair."""
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"{len(ours)} rounds cannot be paired with {len(theirs)}")
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Key by key; a key that a round lacks is left out of that round."""
    keys = dict.fromkeys(key for one in rounds for key in one)
    return {key: median(one[key] for one in rounds if key in one) for key in keys}
