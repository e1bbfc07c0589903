"""The redacted view of a dead letter: what kind of thing stands where, and not one word of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.shape import LARGEST_BYTES, known_names, shape_of

SECRET = "我的密码是-Sup3rGeheim"
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(SECRET),
    lambda one: st.lists(one, max_size=5) | st.dictionaries(st.sampled_from(["sender", "text", SECRET, "adapter"]), one, max_size=4),
    max_leaves=40,
)


def test_a_message_is_shown_by_its_kinds_and_lengths():
    body = {"adapter": "webchat", "chat": {"turns": [{"text": "退款"}, {}, {}, {}, {}]}, "sender": 7, "country": None, "public": True}

    assert shape_of(json.dumps(body).encode()) == {
        "adapter": "text of 7",
        "chat": {"turns": [{"text": "text of 2"}, {}, {}, "and 2 more"]},
        "sender": "number",
        "country": "nothing",
        "public": "yes or no",
    }


@given(values)
def test_nothing_that_was_said_is_in_it(value: object):
    assert "Geheim" not in json.dumps(shape_of(json.dumps(value).encode()), ensure_ascii=False)


@given(values)
def test_no_name_is_in_it_that_no_contract_knows(value: object):
    def names(shape: object) -> set[str]:
        if isinstance(shape, dict):
            return {*shape, *(name for one in shape.values() for name in names(one))}
        return {name for one in shape for name in names(one)} if isinstance(shape, list) else set()

    assert names(shape_of(json.dumps(value).encode())) <= {*known_names(), "?"}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"adapter": ', "12 bytes that are not JSON"),
        (b"\xff\xfe", "2 bytes that are not JSON"),
        (b"[" * 5_000, "5,000 bytes that are not JSON"),
        (b" " * (LARGEST_BYTES + 1), "1,048,577 bytes, not looked into"),
        (b"[[[[[[[1]]]]]]]", [[[[[["1 deeper"]]]]]]),
        (b"7", "number"),
    ],
)
def test_what_is_no_message_is_told_by_its_size(body: bytes, told: object):
    assert shape_of(body) == told
