"""The wallet of a run may die at any moment: its journal is what it paid, whoever reads it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.simulators.payments import Payment
from shared.contracts import ExecuteRemedy, Execution, RemedyReported
from tests.builders import a_complaint_id
from tests.chaos.wallet import AT, Journal, MoodyWallet, entries, transaction

HELD = transaction(3)


def a_request(key: str = "remedy-1") -> ExecuteRemedy:
    told = {"complaint_id": a_complaint_id(), "remedy_id": key, "kind": "refund", "account_id": HELD.account_id, "attempt": 1}
    return ExecuteRemedy.model_validate({**told, "amount": HELD.amount, "currency": HELD.currency, "transaction_id": HELD.transaction_id})


def test_a_wallet_that_comes_back_remembers_what_it_paid_and_pays_it_once(tmp_path: Path):
    first = Journal([HELD], file=tmp_path / "journal").settled(a_request())

    again = Journal([HELD], file=tmp_path / "journal").settled(a_request(), "the account is closed")

    assert (again, entries(tmp_path / "journal")) == (first, [first])


def test_a_wallet_that_comes_back_knows_what_a_transaction_still_holds(tmp_path: Path):
    Journal([HELD], file=tmp_path / "journal").settled(a_request())

    second = Journal([HELD], file=tmp_path / "journal").settled(a_request("remedy-2"))

    assert (second.state, second.reason) == (Execution.FAILED, "nothing-left")


def test_two_payments_under_one_key_would_show_in_the_journal(tmp_path: Path):
    paid = Payment(a_request(), Execution.EXECUTED)
    for _ in range(2):
        Journal([HELD], file=tmp_path / "journal").keep(paid)

    assert entries(tmp_path / "journal") == [paid, paid]


@pytest.mark.parametrize("seed", range(5))
def test_a_moody_wallet_is_silent_slow_double_and_false_and_ends_each_payment_one_way(tmp_path: Path, seed: int):
    wallet = MoodyWallet(tmp_path / "journal", random.Random(seed))
    requests = [a_request(f"remedy-{number}") for number in range(40)]

    said = [list(reports(wallet, one)) for one in requests for _ in range(10)]

    ends = {(one.remedy_id, one.state) for some in said for one in some if one.state is not Execution.PENDING}
    assert len(ends) == len(requests)
    assert {len(some) for some in said} == {0, 1, 2}
    assert any(one.state is Execution.PENDING for some in said for one in some)
    assert [one.state for one in entries(wallet.payments.file)].count(Execution.EXECUTED) == 1


def reports(wallet: MoodyWallet, request: ExecuteRemedy) -> Iterator[RemedyReported]:
    return (one for one in wallet.answers(request, AT) if isinstance(one, RemedyReported))
