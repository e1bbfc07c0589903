"""The money: what casework had paid to customers, and what the wallet says that it paid, compared by key."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from rich.table import Table

from deploy.cli import output, views
from deploy.cli.sent import lines_of
from shared.blanking import ERASED
from shared.contracts.wallet import GIVES_BACK

COLUMNS = ("currency", "proposed", "with_the_wallet", "done", "failed")
DIFFERENCES = ("remedy_id", "casework", "wallet", "currency", "what")
COLUMN_OF = {"proposed": "proposed", "approved": "with_the_wallet", "pending": "with_the_wallet", "done": "done", "failed": "failed"}
"""State of a remedy → where its amount is counted. What was rejected is nobody's money."""


SPENT = ("approved", "pending", "done")


class Payment(BaseModel):
    """One line of the wallet's statement. `amount` in minor units."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    remedy_id: str
    amount: int = Field(gt=0, strict=True)
    currency: str


def money(reader: views.Views, paid: Sequence[Payment] | None) -> views.Document:
    """Sums by currency, in minor units; with a statement also every payment that one of the two does not know, or knows otherwise."""
    remedies = {one["remedy_id"]: one for one in _remedies(reader)}
    sums: dict[str, Counter[str]] = {}
    for one in remedies.values():
        if (column := COLUMN_OF.get(one["state"])) is not None:
            sums.setdefault(one["currency"], Counter())[column] += one["amount"]
    rows = [{"currency": currency, **{column: counts[column] for column in COLUMNS[1:]}} for currency, counts in sorted(sums.items())]
    found: views.Document = {"ok": True, "remedies": len(remedies), "by_currency": rows}
    differences = [*_twice(remedies.values()), *(_differences(remedies, paid) if paid is not None else ())]
    found |= {"ok": not differences, "differences": differences}
    return found if paid is None else {**found, "statement": len(paid)}


def payments_in(statement: Path) -> list[Payment]:
    return list(lines_of(statement, Payment))


def show(found: views.Document) -> None:
    for table in tables(found):
        output.console().print(table)


def tables(found: views.Document) -> Iterator[Table | str]:
    yield output.table(f"money: {found['remedies']} remedies, in minor units", found["by_currency"], COLUMNS)
    if found["differences"]:
        yield output.table(f"{len(found['differences'])} differences", found["differences"], DIFFERENCES)
    if "statement" in found:
        verdict = "as casework says" if found["ok"] else "see above"
        yield f"the wallet's own list: {found['statement']} payments, {verdict}"


def _remedies(reader: views.Views) -> Iterator[views.Document]:
    after: str | None = ""
    while after is not None:
        page = reader.one("casework", "remedies", after=after) or {"remedies": [], "next": None}
        yield from page["remedies"]
        after = page["next"]


def _differences(remedies: Mapping[str, views.Document], paid: Sequence[Payment]) -> Iterator[views.Document]:
    """What is with the wallet may be paid and not heard of yet: that is told too, for money is counted to the end."""
    times = Counter(one.remedy_id for one in paid)
    for payment in {one.remedy_id: one for one in paid}.values():
        known = remedies.get(payment.remedy_id)
        what = _what_differs(known, payment, times[payment.remedy_id])
        if what is not None:
            yield _difference(payment.remedy_id, known["amount"] if known else None, payment.amount, payment.currency, what)
    for remedy_id, known in remedies.items():
        if known["state"] == "done" and remedy_id not in times:
            yield _difference(remedy_id, known["amount"], None, known["currency"], "done, and not on the statement")


def _twice(remedies: Iterable[views.Document]) -> Iterator[views.Document]:
    """No complaint knows of another's remedies, so two may give the same transaction back."""
    given = [one for one in remedies if one["kind"] in GIVES_BACK and one["state"] in SPENT and one["transaction_id"] != ERASED]
    complaints: dict[str, set[str]] = {}
    for one in given:
        complaints.setdefault(one["transaction_id"], set()).add(one["remedy_id"].partition("/")[0])
    for one in given:
        if len(complaints[one["transaction_id"]]) > 1:
            yield _difference(one["remedy_id"], one["amount"], None, one["currency"], "another complaint gives the same transaction back")


def _what_differs(known: views.Document | None, payment: Payment, times: int) -> str | None:
    if times > 1:
        return f"paid {times} times"
    if known is None:
        return "paid, and casework never asked"
    if (known["amount"], known["currency"]) != (payment.amount, payment.currency):
        return "another amount"
    return None if known["state"] == "done" else f"paid, and casework knows it as {known['state']}"


def _difference(*values: object) -> views.Document:
    return dict(zip(DIFFERENCES, values, strict=True))
