"""Six reports of real lives: counted by the database, of those registered in a span of time, and nobody is named."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.casework.learning.counting import field, together
from services.casework.learning.report_views import counted, payees, report
from services.casework.learning.reports import REPORTS, About, By
from services.casework.store import LIVES
from shared.contracts import (
    AppealComplaint,
    CaseworkCommand,
    CloseComplaint,
    DecideAppeal,
    ExecuteRemedy,
    LookUpLedger,
    LookUpTransaction,
    ProposeRemedy,
    RecordSurvey,
    ResolveComplaint,
    TakeAppeal,
    TakeComplaint,
)
from shared.contracts.vocabulary import Category, RemedyKind
from shared.views import BadQuery
from tests.builders import (
    RECEIVED_AT,
    a_command,
    a_complaint_id,
    a_complaint_registered,
    a_complaint_routed,
    a_ledger_answered,
    a_remedy_reported,
    a_transaction,
)
from tests.under_test import ServiceUnderTest

AN_HOUR = timedelta(hours=1)


async def begun(casework: ServiceUnderTest, name: str, at: datetime = RECEIVED_AT, **changes: Any) -> str:
    """Registered at once and routed an hour later."""
    key = a_complaint_id(name)
    moments = {"received_at": at, "registered_at": at}
    await casework.receives(a_complaint_registered(complaint_id=key, **moments | changes), at=at)
    await casework.receives(a_complaint_routed(complaint_id=key, received_at=at, routed_at=at + AN_HOUR), at=at + AN_HOUR)
    return key


async def given(casework: ServiceUnderTest, key: str, kind: type[CaseworkCommand], hours: float, /, **changes: Any) -> None:
    """So many hours after it was received. A refusal is a mistake of the test."""
    [task] = await casework.receives(a_command(kind, complaint_id=key, **changes), at=RECEIVED_AT + hours * AN_HOUR)
    assert not task.what.startswith("refused"), task.what


async def resolved(casework: ServiceUnderTest, name: str, hours: float = 10, **changes: Any) -> str:
    key = await begun(casework, name, **changes)
    await given(casework, key, TakeComplaint, 3)
    await given(casework, key, ResolveComplaint, hours)
    return key


async def rows(casework: ServiceUnderTest, about: About, **query: str) -> list[dict[str, Any]]:
    found = await report(casework.house.database, {"about": about, **query})
    assert {name for row in found["rows"] for name in row} <= set(found["columns"])
    rows: list[dict[str, Any]] = found["rows"]
    return rows


async def test_satisfaction_tells_how_many_answered_and_what_they_said(casework: ServiceUnderTest):
    said = [(True, 5), (True, 4), (False, 1), (None, 4)]
    for place, (solved, attitude) in enumerate(said):
        key = await resolved(casework, f"chat-{place}")
        await given(casework, key, RecordSurvey, 11, solved=solved, attitude=attitude)
    await resolved(casework, "silent")

    [row] = await rows(casework, About.SATISFACTION)

    assert (row["resolved"], row["answered"], row["solved"], row["attitude"]) == (5, 4, round(2 / 3, 4), 3.5)
    assert [row[f"attitude_{one}"] for one in (1, 2, 3, 4, 5)] == [1, 0, 0, 2, 1]


async def test_repeats_are_counted_by_whatever_was_asked(casework: ServiceUnderTest):
    await begun(casework, "first", category=Category.FEES)
    await begun(casework, "second", category=Category.FEES, repeat_of=a_complaint_id("first"))
    await begun(casework, "third", category=Category.REFUND)

    assert await rows(casework, About.REPEATS) == [{"group": None, "complaints": 3, "repeats": 1, "share": 0.3333}]
    assert await rows(casework, About.REPEATS, by=By.CATEGORY) == [
        {"group": "fees", "complaints": 2, "repeats": 1, "share": 0.5},
        {"group": "refund", "complaints": 1, "repeats": 0, "share": 0.0},
    ]


async def test_root_causes_are_of_what_is_closed(casework: ServiceUnderTest):
    for name, cause in (("a", "app.payment.delayed"), ("b", "app.refund.delayed"), ("c", "app.refund.delayed")):
        await given(casework, await resolved(casework, name), CloseComplaint, 12, root_cause=cause)
    await resolved(casework, "not closed")

    assert [(row["root_cause"], row["complaints"], row["share"]) for row in await rows(casework, About.ROOT_CAUSES)] == [
        ("app.refund.delayed", 2, 0.6667),
        ("app.payment.delayed", 1, 0.3333),
    ]


async def refunded(casework: ServiceUnderTest, name: str, amount: int) -> None:
    key = await begun(casework, name)
    await given(casework, key, TakeComplaint, 3)
    await given(casework, key, LookUpTransaction, 4)
    asked = casework.emitted(LookUpLedger)[-1]
    transaction = a_transaction(transaction_id=f"2026112000{name}")
    await casework.receives(a_ledger_answered(complaint_id=key, lookup_id=asked.lookup_id, transactions=(transaction,)))
    await given(casework, key, ProposeRemedy, 5, kind=RemedyKind.REFUND, amount=amount, currency="CNY")
    ordered = casework.emitted(ExecuteRemedy)[-1]
    await casework.receives(a_remedy_reported(complaint_id=key, remedy_id=ordered.remedy_id))


async def test_remedies_are_summed_by_kind_currency_and_state_and_by_who_got_them(casework: ServiceUnderTest):
    await refunded(casework, "1001", 12_800)
    await refunded(casework, "1002", 2_200)
    words = await begun(casework, "words")
    await given(casework, words, TakeComplaint, 3)
    await given(casework, words, ProposeRemedy, 4)

    found = await rows(casework, About.REMEDIES)

    assert [(one["kind"], one["currency"], one["state"], one["remedies"], one["amount"]) for one in found] == [
        ("apology", None, "done", 1, 0),
        ("refund", "CNY", "done", 2, 15_000),
    ]
    [payee] = await payees(casework.house.database, {"above": "15000"})
    assert (payee["amount"], payee["remedies"], payee["complaints"], payee["currency"]) == (15_000, 2, 2, "CNY")
    assert payee["payee"] not in ("", a_transaction().account_id)
    assert await payees(casework.house.database, {"above": "15001"}) == []


async def test_stages_tell_median_and_ninetieth_percentile_in_hours(casework: ServiceUnderTest):
    for place, hours in enumerate((4, 5, 6, 7, 103.5)):
        await given(casework, await resolved(casework, f"chat-{place}", hours), CloseComplaint, hours + 2)
    await begun(casework, "waits for somebody")

    found = {row["stage"]: (row["complaints"], row["median_hours"], row["p90_hours"]) for row in await rows(casework, About.STAGES)}

    assert found == {
        "received to routed": (6, 1.0, 1.0),
        "routed to taken": (5, 2.0, 2.0),
        "taken to resolved": (5, 3.0, 100.5),
        "received to resolved": (5, 6.0, 103.5),
        "resolved to closed": (5, 2.0, 2.0),
    }


async def test_appeals_tell_who_asked_and_what_became_of_it(casework: ServiceUnderTest):
    await resolved(casework, "content")
    open_ = await resolved(casework, "open")
    upheld = await resolved(casework, "upheld")
    for key in (open_, upheld):
        await given(casework, key, AppealComplaint, 12)
    await given(casework, upheld, TakeAppeal, 13, by="reviewer-1")
    await given(casework, upheld, DecideAppeal, 14, by="reviewer-1")

    [row] = await rows(casework, About.APPEALS)

    assert (row["resolved"], row["appealed"], row["share"], row["open"], row["late"]) == (3, 2, 0.6667, 1, 0)
    assert (row["uphold"], row["change"], row["overturn"]) == (1, 0, 0)


@pytest.mark.parametrize("at_once", [1, 2, 3])
async def test_what_is_counted_in_pieces_is_what_is_counted_at_once(casework: ServiceUnderTest, at_once: int):
    for place, hours in enumerate((4, 5, 103.5, 6)):
        await resolved(casework, f"chat-{place}", hours, at=RECEIVED_AT + (place // 2) * AN_HOUR)
    lives = casework.house.database.collection(LIVES.name)

    for kind in REPORTS.values():
        whole, pieces = [
            [one async for one in counted(lives, {"state": {"$exists": True}}, kind.counts(field(By.CATEGORY)), each)]
            for each in (100, at_once)
        ]
        assert len(pieces) >= len(whole)
        assert kind.lines(together(pieces)) == kind.lines(together(whole))


async def test_a_report_is_of_those_registered_in_the_span(casework: ServiceUnderTest):
    for day in range(4):
        await begun(casework, f"chat-{day}", RECEIVED_AT + timedelta(days=day))

    span = {"from": (RECEIVED_AT + timedelta(days=1)).isoformat(), "to": (RECEIVED_AT + timedelta(days=3)).isoformat()}

    assert [row["complaints"] for row in await rows(casework, About.REPEATS, **span)] == [2]


@pytest.mark.parametrize("about", About)
async def test_a_house_without_complaints_has_reports_without_lines(casework: ServiceUnderTest, about: About):
    await casework.receives(a_complaint_routed())  # a stub, which is no complaint yet

    for query in ({}, *({"by": by} for by in By)):
        found = await report(casework.house.database, {"about": about, **query})
        assert (found["complaints"], found["rows"], found["columns"]) == (0, [], REPORTS[about].columns)


@pytest.mark.parametrize("about", About)
async def test_no_report_names_a_customer_or_a_complaint(casework: ServiceUnderTest, about: About):
    await refunded(casework, "1001", 12_800)

    said = str(await report(casework.house.database, {"about": about, "by": By.CHANNEL}))

    for secret in (a_complaint_id("1001"), a_transaction().account_id or "", "20261120001001", "RD-"):
        assert secret not in said


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"about": "weather"}, "about is one of"),
        ({}, "about is one of"),
        ({"about": "stages", "by": "agent"}, "by is one of"),
        ({"about": "stages", "from": "yesterday"}, "from is a time"),
    ],
)
async def test_what_cannot_be_reported_is_said(casework: ServiceUnderTest, query: dict[str, str], wrong: str):
    with pytest.raises(BadQuery, match=wrong):
        await report(casework.house.database, query)
