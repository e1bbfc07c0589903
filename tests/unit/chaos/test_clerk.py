"""What the clerk asks next follows from what the complaint looks like alone: a clerk that gives up would prove nothing."""

from typing import Any

import pytest

from shared.contracts import ApproveRemedy, CaseworkCommand, LookUpTransaction, ProposeRemedy, RejectRemedy, TakeComplaint
from tests.builders import a_complaint_id
from tests.chaos.cases import SHARED_EVERY, Case, transaction_of
from tests.chaos.clerk import is_over, next_step
from tests.chaos.wallet import TRANSACTIONS, transaction

CASE = Case(a_complaint_id(), "refund-1", 0.0, transaction(1))
FOUND = {"state": "answered", "transactions": [{}]}
NOT_FOUND = {"state": "answered", "transactions": []}


def a_life(*remedies: tuple[str, str | None], status: str = "in_progress", lookups: tuple[Any, ...] = (FOUND,)) -> dict[str, Any]:
    listed = [{"number": number, "state": state, "why_not": why} for number, (state, why) in enumerate(remedies, 1)]
    return {"status": status, "revision": 7, "lookups": list(lookups), "remedies": listed}


@pytest.mark.parametrize(
    ("life", "wanted"),
    [
        (a_life(status="registered", lookups=()), None),
        (a_life(status="routed", lookups=()), TakeComplaint),
        (a_life(lookups=()), LookUpTransaction),
        (a_life(status="waiting_for_third_party", lookups=({"state": "asked", "transactions": []},)), None),
        (a_life(lookups=(NOT_FOUND,)), LookUpTransaction),
        (a_life(lookups=({"state": "silent", "transactions": []},)), LookUpTransaction),
        (a_life(lookups=(NOT_FOUND, FOUND)), ProposeRemedy),
        (a_life(("proposed", None)), ApproveRemedy),
        (a_life(("approved", None)), None),
        (a_life(("pending", None)), None),
        (a_life(("failed", "the account is closed")), RejectRemedy),
        (a_life(("rejected", "the account is closed")), ProposeRemedy),
        (a_life(("rejected", "the account is closed"), ("proposed", None)), ApproveRemedy),
        (a_life(("done", None)), None),
        (a_life(("rejected", "nothing-left")), None),
    ],
)
def test_the_next_step_follows_from_how_the_complaint_stands(life: dict[str, Any], wanted: type[CaseworkCommand] | None):
    step = next_step(CASE, life)

    assert (type(step) if step else None) is wanted
    assert step is None or step.expects == life["revision"]


def test_it_is_over_when_the_money_is_paid_or_there_is_none_left():
    ended = [a_life(("done", None)), a_life(("rejected", "nothing-left"))]
    open_ = [a_life(), a_life(("failed", "nothing-left")), a_life(("rejected", "the account is closed"))]

    assert [is_over(one) for one in (*ended, *open_)] == [True] * len(ended) + [False] * len(open_)


def test_who_approves_is_not_who_proposed():
    proposed, approved = next_step(CASE, a_life()), next_step(CASE, a_life(("proposed", None)))

    assert proposed is not None
    assert approved is not None
    assert proposed.by != approved.by


def test_some_refunds_want_the_money_of_the_one_before_and_all_others_their_own():
    wanted = [transaction_of(position).transaction_id for position in range(10 * SHARED_EVERY)]

    assert len(wanted) - len(set(wanted)) == 10
    assert [wanted.index(one) + 1 for position, one in enumerate(wanted) if wanted.index(one) != position] == list(
        range(SHARED_EVERY - 1, 10 * SHARED_EVERY, SHARED_EVERY)
    )
    assert len(wanted) < TRANSACTIONS
