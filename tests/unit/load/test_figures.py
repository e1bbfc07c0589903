"""The arithmetic behind the benchmark's table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.figures import medians, paired_ratio, percentile
from tests.load.measuring import Round
from tests.load.report import Results, figures, targets

SOME = st.lists(st.floats(min_value=0, max_value=1e6), min_size=1)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_the_smallest_value_that_reaches_the_share(share: float, expected: float) -> None:
    assert percentile(range(100, 0, -1), share) == expected


def test_a_single_value_is_every_percentile() -> None:
    assert [percentile([7.0], share) for share in (0.0, 0.5, 0.99, 1.0)] == [7.0] * 4


@given(SOME, st.floats(min_value=0, max_value=1))
def test_a_percentile_is_a_value_that_was_measured(values: list[float], share: float) -> None:
    assert percentile(values, share) in values


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_a_slow_minute_that_hits_both_sides_leaves_the_ratio_as_it_is() -> None:
    assert paired_ratio([100, 50, 100], [200, 100, 200]) == 0.5


def test_rounds_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rounds cannot be paired with 1"):
        paired_ratio([1, 2], [1])


def test_medians_go_key_by_key() -> None:
    assert medians([{"intake": 1, "broker": 5}, {"intake": 3}, {"intake": 2}]) == {"intake": 2, "broker": 5}


def test_the_better_of_both_celeries_is_the_one_to_beat() -> None:
    found = figures(_results({"product": 300, "equal work": 400, "Celery prefork": 100, "Celery threads": 150}))

    assert found["ratio_to_celery"] == 2.0


def test_a_target_is_judged_where_its_figure_was_measured() -> None:
    judged = targets({"ratio_to_celery": 2.0, "ratio_to_equal_work": 0.9, "duplicate_ratio": 0.51})

    assert judged == {
        "ratio_to_celery": {"at_least": 4.0, "met": False},
        "ratio_to_equal_work": {"at_least": 0.9, "met": True},
        "duplicate_ratio": {"at_most": 0.5, "met": False},
    }


def test_the_adapters_cost_is_told_and_not_counted() -> None:
    found = figures(_results({"product": 300}))

    assert found["cpu_ms_per_complaint"] == {"intake": 2.0, "broker": 1.0, "adapters": 4.0, "total": 3.0}


def _results(per_s: dict[str, float]) -> Results:
    """All contenders; who is not named does one complaint a second."""
    cpu_ms = {"intake": 2.0, "broker": 1.0, "adapters": 4.0}
    names = ("product", "equal work", "group commit", "concurrent", "Celery prefork", "Celery threads")
    rounds = {name: [Round(per_s.get(name, 1.0), cpu_ms)] for name in names}
    return Results(rounds, {name: [[10.0, 20.0]] for name in names}, dict.fromkeys(names, 50.0), 1.8)
