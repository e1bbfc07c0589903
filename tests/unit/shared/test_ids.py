"""Event ids: the same cause gives the same id for ever, any other cause another one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ids import NAMESPACE, event_id

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

WORD = st.text("abc./-0123", min_size=1, max_size=12)
CAUSE = st.tuples(WORD, WORD, WORD, WORD, st.integers(0, 9))


def test_ids_that_were_given_stay():
    """Consumers drop what they know by its id: another one would make everything happen again."""
    assert str(NAMESPACE) == "6f1dfb39-7a5e-5b0e-9d0a-5d6c2d1f7c11"
    assert event_id("routing", "c", "m", "complaint.routed.v1", 0) == "ca55c290-d7de-5887-bb98-9bd94dd18ddb"


@UNHURRIED
@given(CAUSE, CAUSE)
def test_two_causes_never_share_an_id(one: tuple[str, str, str, str, int], other: tuple[str, str, str, str, int]):
    assert (event_id(*one) == event_id(*other)) is (one == other)


def test_parts_that_join_alike_are_told_apart():
    assert event_id("a", "bc", "d", "k", 0) != event_id("ab", "c", "d", "k", 0)
