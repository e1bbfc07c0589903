"""What other services may know of a fact: enough to recognise it, never the whole of what is masked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.masking import SAID_AS_IT_IS, SIGNALS, masked, signals
from shared.contracts import Fact
from shared.contracts.vocabulary import FactKind, FactSource

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""


def a_fact(kind: FactKind, value: str | int, unit: str | None = None) -> Fact:
    return Fact(kind=kind, value=value, unit=unit, start=3, end=9, part="text", how=FactSource.PATTERN, confidence=0.9)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (FactKind.TRANSACTION_ID, "2026112112345678", "…5678"),
        (FactKind.TRANSACTION_ID, "1234", "…"),
        (FactKind.TRANSACTION_ID, 2026112112345678, "…5678"),
        (FactKind.ACCOUNT_PHONE, "+8613800138000", "…8000"),
        (FactKind.ACCOUNT_ID, "okpay-102938", "…2938"),
        (FactKind.ACCOUNT_EMAIL, "lilei@example.com", "l…@example.com"),
        (FactKind.COUNTERPARTY, "星辰数码专营店", "星…"),
        (FactKind.AMOUNT, 129900, 129900),
        (FactKind.TRANSACTION_TIME, "2026-11-21T20:15:00+08:00", "2026-11-21T20:15:00+08:00"),
        (FactKind.ERROR_CODE, "E1024", "E1024"),
        (FactKind.DEVICE_MODEL, "iPhone 15", "iPhone 15"),
        (FactKind.APP_VERSION, "8.3.1", "8.3.1"),
        (FactKind.DESIRED_OUTCOME, "refund", "refund"),
        (FactKind.WAITED_DAYS, 0, 0),
        (FactKind.ERROR_TEXT, "余额不足, 请联系李雷", None),
        (FactKind.THREAT, "跳楼", None),
        (FactKind.VULNERABILITY, "残疾", None),
        (FactKind.EARLIER_CONTACT, "打了三次电话", None),
    ],
)
def test_each_kind_is_said_masked_or_left_out(kind: FactKind, value: str | int, shown: str | int | None):
    assert [one.value for one in masked([a_fact(kind, value)])] == ([] if shown is None else [shown])


def test_the_unit_travels_and_the_place_in_the_text_does_not():
    (one,) = masked([a_fact(FactKind.AMOUNT, 129900, "CNY")])

    assert one.model_dump() == {"kind": "amount", "value": 129900, "unit": "CNY"}


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="…"), min_size=2, max_size=40)
ADDRESSES = st.tuples(st.text("abcdefghij.", min_size=2, max_size=20), st.sampled_from(["example.com", "qq.com"])).map("@".join)
HIDDEN = st.one_of(
    st.tuples(st.sampled_from(sorted(set(FactKind) - SAID_AS_IT_IS - {FactKind.ACCOUNT_EMAIL})), WORDS),
    st.tuples(st.just(FactKind.ACCOUNT_EMAIL), ADDRESSES),
)


@UNHURRIED
@given(st.lists(HIDDEN, max_size=5))
def test_no_masked_fact_ever_passes_whole(facts: list[tuple[FactKind, str]]):
    for kind, value in facts:
        assert not any(value in str(one.value) for one in masked([a_fact(kind, value)]))


@UNHURRIED
@given(st.lists(st.sampled_from(FactKind)))
def test_signals_tell_each_that_exists_once_in_a_fixed_order(kinds: list[FactKind]):
    found = signals([a_fact(kind, "词") for kind in kinds])

    assert found == tuple(kind for kind in SIGNALS if kind in kinds)
