import json
from pathlib import Path
from typing import Any, cast

import pytest

from deploy.cli import views
from deploy.cli.errors import BadInputError
from deploy.cli.money import money, payments_in


class Casework:
    """Stands for casework's view: two remedies a page."""

    def __init__(self, *remedies: dict[str, Any]) -> None:
        self.remedies = remedies

    def one(self, service: str, path: str, *, after: str) -> dict[str, Any]:
        assert (service, path) == ("casework", "remedies")
        start = int(after or 0)
        more = start + 2 < len(self.remedies)
        return {"remedies": list(self.remedies[start : start + 2]), "next": str(start + 2) if more else None}


def a_remedy(name: str, state: str, amount: int = 100, currency: str = "CNY", transaction: str = "") -> dict[str, Any]:
    found = {"remedy_id": name, "kind": "refund", "amount": amount, "currency": currency, "state": state}
    return {**found, "transaction_id": transaction or f"of {name}"}


def counted(remedies: list[dict[str, Any]], statement: Path | None = None) -> views.Document:
    return money(cast("views.Views", Casework(*remedies)), payments_in(statement) if statement else None)


def a_statement(path: Path, *payments: tuple[str, int, str]) -> Path:
    file = path / "statement.jsonl"
    file.write_text("\n".join(json.dumps(dict(zip(("remedy_id", "amount", "currency"), one, strict=True))) for one in payments))
    return file


def test_amounts_are_summed_by_currency_and_by_how_far_they_are():
    found = counted(
        [
            a_remedy("a", "done", 300),
            a_remedy("b", "approved", 20),
            a_remedy("c", "pending", 5),
            a_remedy("d", "rejected", 7_000),
            a_remedy("e", "done", 9, "GBP"),
        ]
    )

    assert found["by_currency"] == [
        {"currency": "CNY", "proposed": 0, "with_the_wallet": 25, "done": 300, "failed": 0},
        {"currency": "GBP", "proposed": 0, "with_the_wallet": 0, "done": 9, "failed": 0},
    ]
    assert (found["ok"], found["remedies"]) == (True, 5)


@pytest.mark.parametrize(
    ("remedies", "payments", "what"),
    [
        ([a_remedy("a", "done")], [("a", 100, "CNY")], []),
        ([a_remedy("a", "rejected")], [], []),
        ([a_remedy("a", "approved")], [], []),
        ([a_remedy("a", "done")], [], ["done, and not on the statement"]),
        ([], [("a", 100, "CNY")], ["paid, and casework never asked"]),
        ([a_remedy("a", "done")], [("a", 101, "CNY")], ["another amount"]),
        ([a_remedy("a", "done")], [("a", 100, "USD")], ["another amount"]),
        ([a_remedy("a", "done")], [("a", 100, "CNY"), ("a", 100, "CNY")], ["paid 2 times"]),
        ([a_remedy("a", "approved")], [("a", 100, "CNY")], ["paid, and casework knows it as approved"]),
        ([a_remedy("a", "failed")], [("a", 100, "CNY")], ["paid, and casework knows it as failed"]),
    ],
)
def test_every_payment_that_one_of_the_two_knows_otherwise_is_told(tmp_path: Path, remedies: list, payments: list, what: list[str]):
    found = counted(remedies, a_statement(tmp_path, *payments))

    assert [one["what"] for one in found["differences"]] == what
    assert found["ok"] is not bool(what)


def test_a_statement_that_cannot_be_read_is_refused_with_its_line_and_not_its_words(tmp_path: Path):
    file = a_statement(tmp_path, ("a", 100, "CNY"))
    file.write_text(file.read_text() + '\n{"remedy_id": "secret", "amount": -1}')

    with pytest.raises(BadInputError, match=r"statement\.jsonl, line 2: expected") as refused:
        counted([], file)
    assert "secret" not in str(refused.value)


def test_two_complaints_that_give_the_same_transaction_back_are_told():
    remedies = [
        a_remedy("a/1", "done", transaction="t"),
        a_remedy("b/1", "approved", transaction="t"),
        a_remedy("c/1", "rejected", transaction="t"),
    ]

    found = counted(remedies)

    assert ([one["remedy_id"] for one in found["differences"]], found["ok"]) == (["a/1", "b/1"], False)
    assert counted([a_remedy("a/1", "done", transaction="t"), a_remedy("a/2", "done", transaction="t")])["ok"]
