"""Compensation by the day: reckoned from the transaction, in the regime's own days, and never given twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import rules
from services.casework.commands.accrual import Compensation, Daily
from services.casework.life import Life
from services.casework.records.remedy import RemedyState
from services.casework.settings import CaseworkSettings
from shared.contracts import LookUpTransaction, ProposeRemedy, Transaction, TransactionState
from shared.contracts.vocabulary import RemedyKind
from shared.decision import Decision
from tests.builders import a_transaction
from tests.unit.casework.lives import AT, RULEBOOK, SUPERVISOR, TAKEN, after, obeyed, refused
from tests.unit.casework.test_investigation import heard

PAID = a_transaction(currency="INR", amount=150_000, at=AT - timedelta(days=10))
INDIA = replace(TAKEN, regime="in_rbi")
[RBI] = RULEBOOK.compensation.daily


def complained_of(transaction: Transaction, held: Life = INDIA) -> Life:
    return heard(after(held, LookUpTransaction), transaction).state


def proposed(held: Life, **changes: Any) -> Decision[Life]:
    return obeyed(held, ProposeRemedy, SUPERVISOR, kind=RemedyKind.COMPENSATION, reason="the money is not back", **changes)


def test_each_day_beyond_the_free_one_has_its_price_and_the_reason_says_so():
    decided = proposed(complained_of(PAID))

    [remedy] = decided.state.remedies
    assert (remedy.amount, remedy.currency, remedy.account_id) == (9 * 10_000, "INR", PAID.account_id)
    assert remedy.reason == "the money is not back (9 days at 10000 minor units of INR beyond T+1, in_rbi@2026-11-1)"


def test_the_days_are_those_of_the_calendar_where_the_regime_holds():
    evening = datetime.fromisoformat("2026-11-20T18:29:59+00:00")  # 23:59:59 in India
    at = datetime.fromisoformat("2026-11-22T18:29:59+00:00")

    days = [RBI.days_late(PAID.model_copy(update={"at": evening + timedelta(seconds=later)}), at) for later in (0, 1)]

    assert days == [1, 0]


@pytest.mark.parametrize(
    ("held", "changes", "slug"),
    [
        (complained_of(PAID, TAKEN), {}, "amount-needed"),
        (complained_of(a_transaction(currency="CNY", at=PAID.at)), {}, "amount-needed"),
        (complained_of(PAID.model_copy(update={"state": TransactionState.COMPLETED})), {}, "amount-needed"),
        (INDIA, {}, "amount-needed"),
        (complained_of(PAID.model_copy(update={"at": AT - timedelta(hours=20)})), {}, "nothing-accrued"),
        (complained_of(PAID), {"amount": 5, "currency": "INR"}, None),
    ],
)
def test_where_nothing_accrues_somebody_says_how_much(held: Life, changes: dict[str, Any], slug: str | None):
    assert refused(proposed(held, **changes)) == slug


def test_a_pending_transaction_is_late_too():
    assert refused(proposed(complained_of(PAID.model_copy(update={"state": TransactionState.PENDING})))) is None


def test_a_day_is_paid_once_and_one_that_was_not_given_is_still_owed():
    given = proposed(complained_of(PAID), amount=20_000, currency="INR").state
    both = proposed(given).state
    failed = replace(both, remedies=tuple(replace(one, state=RemedyState.FAILED) for one in both.remedies))

    assert [one.amount for one in both.remedies] == [20_000, 70_000]
    assert refused(proposed(both)) == "nothing-accrued"
    assert [one.amount for one in proposed(failed).state.remedies][2:] == [90_000]


def test_an_end_that_the_law_sets_is_kept():
    assert [replace(RBI, most=25_000).accrued(days) for days in (1, 2, 3, 400)] == [10_000, 20_000, 25_000, 25_000]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_however_often_it_is_proposed_the_sum_is_what_the_days_come_to(waits: list[int]):
    held, at = complained_of(PAID), AT
    for wait in waits:
        at += timedelta(days=wait)
        command = ProposeRemedy(complaint_id=held.complaint_id, by=SUPERVISOR, kind=RemedyKind.COMPENSATION, reason="late")
        held = rules.obey(held, command, RULEBOOK, at).state

    assert sum(one.amount or 0 for one in held.remedies) == RBI.accrued(RBI.days_late(PAID, at))


def test_the_file_names_where_each_figure_comes_from():
    compensation = CaseworkSettings().rulebook().compensation

    assert isinstance(compensation, Compensation)
    assert all(isinstance(one, Daily) and "20 September 2019" in one.source for one in compensation.daily)


def test_what_one_customer_got_can_be_added_up_without_telling_who_it_is():
    mine, alike = proposed(complained_of(PAID)).state.remedies[0], proposed(complained_of(PAID)).state.remedies[0]
    other = proposed(complained_of(PAID.model_copy(update={"account_id": "U2044"}))).state.remedies[0]

    assert mine.payee == alike.payee != other.payee
    assert (len(mine.payee), "U1029" in mine.payee) == (32, False)
