"""Complaints of one cause on a real database: one incident whichever comes first, one proposal, one notice for each customer."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from services.casework.learning.incident_views import incident, incidents
from services.casework.store import INCIDENTS, answer
from shared.contracts import (
    ComplaintRegistered,
    IncidentPartlyTold,
    IncidentProposed,
    IncidentTold,
    LedgerAnswered,
    LookUpLedger,
    LookUpTransaction,
    MaskedFact,
    Message,
    SimilarComplaint,
    TakeComplaint,
)
from shared.contracts.vocabulary import FactKind
from tests.builders import (
    a_command,
    a_complaint_id,
    a_complaint_registered,
    a_complaint_routed,
    a_confirmation,
    a_ledger_answered,
    a_transaction,
)
from tests.under_test import ServiceUnderTest, another_replica

CODE = (MaskedFact(kind=FactKind.ERROR_CODE, value="E1001"),)


def registered(one: int, **changes: Any) -> ComplaintRegistered:
    return a_complaint_registered(complaint_id=a_complaint_id(f"chat-{one}"), facts=CODE, **changes)


def similar(casework: ServiceUnderTest) -> list[SimilarComplaint]:
    return casework.emitted(SimilarComplaint)


async def the_only_incident(casework: ServiceUnderTest) -> dict[str, Any]:
    found = await casework.house.database.collection(INCIDENTS.name).find({})
    assert len(found) == 1
    state: dict[str, Any] = found[0]["state"]
    return state


async def proposed(casework: ServiceUnderTest, count: int = 5) -> str:
    await casework.receives(*[registered(one) for one in range(count)])
    await casework.receives(*similar(casework))
    return str((await the_only_incident(casework))["incident_id"])


async def test_a_complaint_that_shares_nothing_publishes_nothing_more(casework: ServiceUnderTest):
    await casework.receives(a_complaint_registered())

    assert casework.outbox.published == []


async def test_five_complaints_with_one_error_code_are_proposed_once(casework: ServiceUnderTest):
    await casework.receives(*[registered(one) for one in range(6)], times=2)

    await casework.receives(*similar(casework), times=2)

    [proposal] = casework.emitted(IncidentProposed)
    state = await the_only_incident(casework)
    assert (proposal.incident_id, proposal.complaints, proposal.shown) == (state["incident_id"], 5, "E1001")
    assert sorted(state["complaints"]) == sorted(a_complaint_id(f"chat-{one}") for one in range(6))


async def test_two_replicas_that_meet_on_the_first_ones_make_one_incident(casework: ServiceUnderTest):
    await casework.receives(*[registered(one) for one in range(6)])
    found, other = similar(casework), another_replica(casework)

    await asyncio.gather(casework.receives(*found[:3]), other.receives(*found[3:]))

    assert len((await the_only_incident(casework))["complaints"]) == 6
    assert len({one.incident_id for one in casework.emitted(IncidentProposed)}) == 1


async def test_a_merchant_that_the_ledger_names_groups_complaints_too(casework: ServiceUnderTest):
    for one in range(5):
        key = a_complaint_id(f"chat-{one}")
        await casework.receives(a_complaint_registered(complaint_id=key), a_complaint_routed(complaint_id=key))
        await casework.receives(a_command(TakeComplaint, complaint_id=key), a_command(LookUpTransaction, complaint_id=key))
        asked = casework.emitted(LookUpLedger)[-1]
        found: LedgerAnswered = a_ledger_answered(
            complaint_id=key, lookup_id=asked.lookup_id, transactions=(a_transaction(counterparty="瑞幸咖啡"),)
        )
        await casework.receives(found, times=2)

    await casework.receives(*similar(casework))

    assert [one.likeness for one in casework.emitted(IncidentProposed)] == ["merchant"]


async def test_who_confirms_has_every_customer_told_once_and_the_next_one_too(casework: ServiceUnderTest):
    incident_id = await proposed(casework)

    await casework.receives(a_confirmation(incident_id=incident_id), times=2)
    await casework.receives(registered(7))
    await casework.receives(similar(casework)[-1], times=2)

    told = [one.complaint_id for one in casework.emitted(IncidentTold)]
    assert sorted(told) == sorted(a_complaint_id(f"chat-{one}") for one in (0, 1, 2, 3, 4, 7))


async def test_a_complaint_of_a_confirmed_incident_says_so_in_its_history_once(casework: ServiceUnderTest):
    incident_id = await proposed(casework)
    await casework.receives(a_confirmation(incident_id=incident_id))

    await casework.receives(*casework.emitted(IncidentTold), times=2)

    for one in range(5):
        history = (await casework.state(a_complaint_id(f"chat-{one}")))["history"]
        assert [line["reason"].partition(":")[0] for line in history if line["what"] == "incident-told"] == [incident_id]


async def test_many_are_told_by_word_to_itself_until_nobody_is_left(casework: ServiceUnderTest):
    incident_id = await proposed(casework, 120)
    await casework.receives(a_confirmation(incident_id=incident_id))

    heard = 0
    while len(steps := casework.emitted(IncidentPartlyTold)) > heard:
        heard = len(steps)
        await casework.receives(steps[-1], times=2)

    told = [one.complaint_id for one in casework.emitted(IncidentTold)]
    assert (len(told), len(set(told)), heard) == (120, 120, 2)


async def test_a_decision_is_answered_like_any_command(casework: ServiceUnderTest):
    incident_id = await proposed(casework)
    asked = [
        casework.delivery(a_confirmation(incident_id=incident_id, by=by), message_id=f"command-{by}")
        for by in ("refunds-1", "supervisor-1")
    ]

    await casework.work.handle(asked)

    answers = [
        await answer(casework.house.database, {"incident_id": incident_id, "command_id": f"command-{by}"})
        for by in ("refunds-1", "supervisor-1", "nobody")
    ]
    assert [(one["done"], one["refused"]) if one else None for one in answers] == [
        (None, "not-permitted"),
        ("confirm-incident", None),
        None,
    ]


async def test_the_views_show_what_is_shared_and_by_whom(casework: ServiceUnderTest):
    incident_id = await proposed(casework, 6)
    await casework.receives(
        a_complaint_registered(complaint_id=a_complaint_id("alone"), facts=(CODE[0].model_copy(update={"value": "E2"}),))
    )
    await casework.receives(similar(casework)[-1])
    database = casework.house.database

    listed = await incidents(database, {})
    shown = await incident(database, {"incident_id": incident_id, "limit": "2"})

    assert [(one["incident_id"], one["complaints"], one["state"]) for one in listed] == [(incident_id, 6, "proposed")]
    assert await incidents(database, {"state": "confirmed"}) == []
    assert [one["complaint_id"] for one in shown["concerned"]] == [a_complaint_id("chat-5"), a_complaint_id("chat-4")]
    assert (shown["complaints"], await incident(database, {"incident_id": "inc-000000000000"})) == (6, None)


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["in order", "the other way round"])
async def test_the_order_in_which_complaints_are_heard_makes_no_difference(casework: ServiceUnderTest, order: slice):
    await casework.receives(*[registered(one) for one in range(5)])
    heard: Sequence[Message] = similar(casework)[order]

    for one in heard:
        await casework.receives(one)

    state = await the_only_incident(casework)
    assert (state["state"], sorted(state["complaints"])) == ("proposed", sorted(a_complaint_id(f"chat-{one}") for one in range(5)))
