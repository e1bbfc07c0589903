"""When a consumer counts as failing, and how its probes grow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.failing import Batch, Bound, Probes, Recent

BOUND = Bound(messages=200, window_s=60.0, least=20, share=0.5)
PROBES = Probes(first_s=1.0, longest_s=30.0)
batches = st.lists(
    st.tuples(st.floats(0, 100), st.integers(1, 128), st.integers(0, 128)).map(lambda one: (one[0], one[1], min(one[1], one[2]))),
    min_size=1,
    max_size=40,
)


def after(*given_: tuple[float, int, int]) -> Recent:
    """Of (seconds since the one before, messages, failed)."""
    recent, at_s = Recent(), 1_000.0
    for since, messages, failed in given_:
        at_s += since
        recent = recent.and_then(Batch(at_s, messages, failed), BOUND)
    return recent


@pytest.mark.parametrize(
    ("ended", "failing"),
    [
        ([(0, 20, 20)], True),
        ([(0, 19, 19)], False),
        ([(0, 40, 20)], False),
        ([(0, 40, 21)], True),
        ([(1, 1, 1)] * 20, True),
        ([(1, 1, 1), (1, 1, 0)] * 60, False),
        ([(61, 10, 10), (61, 10, 10)], False),
        ([(59, 10, 10), (59, 10, 10)], True),
        ([(0, 128, 0), (0, 128, 0), (0, 128, 128)], False),
        ([(0, 128, 0), (0, 128, 0), (0, 128, 128), (0, 128, 128)], True),
    ],
)
def test_most_of_the_newest_messages_must_fail_and_not_too_few(ended: list[tuple[float, int, int]], *, failing: bool):
    assert after(*ended).passes(BOUND) is failing


def test_many_good_messages_long_ago_do_not_hide_that_the_newest_fail():
    assert after(*[(0.1, 128, 0)] * 100, (0.1, 128, 128), (0.1, 128, 128)).passes(BOUND)


@given(batches)
def test_no_batch_in_which_nothing_failed_makes_a_queue_failing(ended: list[tuple[float, int, int]]):
    assert not after(*ended, (0.0, 1, 0)).passes(BOUND)


@given(batches)
def test_what_is_remembered_is_bounded_by_the_newest_messages_and_the_window(ended: list[tuple[float, int, int]]):
    kept = after(*ended).batches

    assert sum(one.messages for one in kept[1:]) < BOUND.messages
    assert kept[-1].at_s - kept[0].at_s <= BOUND.window_s


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_probes_grow_up_to_the_longest_and_never_come_at_once(number: int, chance: float):
    wait = PROBES.wait_s(number, chance)

    assert 0.8 <= wait <= 30.0
    assert PROBES.wait_s(number + 1, chance) >= wait


def test_probes_double():
    assert [PROBES.wait_s(number, 1.0) for number in range(7)] == pytest.approx([1, 2, 4, 8, 16, 30, 30])


def test_replicas_that_paused_together_do_not_probe_together():
    assert PROBES.wait_s(3, 0.0) < PROBES.wait_s(3, 0.5) < PROBES.wait_s(3, 1.0)
