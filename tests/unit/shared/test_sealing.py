"""Sealed bytes open for their own id with their own key, and for nothing else."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sealing import Sealed, Sealer

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

SEALER = Sealer(b"w" * 32)


@UNHURRIED
@given(st.binary(max_size=500), st.text(max_size=40))
def test_what_was_sealed_opens_as_it_was(plain: bytes, about: str):
    assert SEALER.open(SEALER.seal(plain, about), about) == plain


def test_the_same_bytes_never_look_the_same():
    one, other = SEALER.seal(b"the same", "id"), SEALER.seal(b"the same", "id")

    assert one.body != other.body
    assert one.key != other.key
    assert b"the same" not in one.body + one.key


def test_a_seal_opens_for_no_other_id():
    with pytest.raises(InvalidTag):
        SEALER.open(SEALER.seal(b"words", "arrival/1"), "arrival/2")


def test_a_seal_opens_for_no_other_house():
    with pytest.raises(InvalidTag):
        Sealer(b"x" * 32).open(SEALER.seal(b"words", "id"), "id")


def test_the_key_of_one_opens_no_other():
    one, other = SEALER.seal(b"one", "id"), SEALER.seal(b"other", "id")

    with pytest.raises(InvalidTag):
        SEALER.open(Sealed(one.body, other.key), "id")


def test_dropping_the_key_erases():
    sealed = SEALER.seal(b"words", "arrival/1")

    with pytest.raises(KeyError, match="arrival/1"):
        SEALER.open(Sealed(sealed.body, b""), "arrival/1")


@UNHURRIED
@given(st.binary(max_size=30), st.integers(0, 10_000), st.integers(1, 255), st.sampled_from(["body", "key"]))
def test_a_changed_byte_is_noticed_wherever_it_is(plain: bytes, place: int, change: int, part: str):
    sealed = SEALER.seal(plain, "id")
    parts = {"body": bytearray(sealed.body), "key": bytearray(sealed.key)}
    parts[part][place % len(parts[part])] ^= change

    with pytest.raises(InvalidTag):
        SEALER.open(Sealed(bytes(parts["body"]), bytes(parts["key"])), "id")
