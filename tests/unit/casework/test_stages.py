"""Percentiles out of counts: the same as out of a list of all of them."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.learning.stages import percentile


@given(st.lists(st.integers(0, 1_000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_one_at_its_rank(values: list[int], percent: int):
    assert percentile(Counter(values), percent) == sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def test_of_nothing_there_is_none():
    with pytest.raises(ValueError, match="nothing was counted"):
        percentile({}, 50)
