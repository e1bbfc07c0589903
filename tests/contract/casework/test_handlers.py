"""What casework promises its neighbours and the people who give it commands."""

import asyncio
from datetime import timedelta

import pytest

from services.casework.store import answer, life, remedies, worklist
from shared.contracts import (
    AddNote,
    AssignComplaint,
    CloseComplaint,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintsLinked,
    CustomerAnswered,
    ExecuteRemedy,
    LedgerAnswered,
    LinkComplaints,
    LookUpLedger,
    LookUpTransaction,
    MaterialRequested,
    ProposeRemedy,
    ReplyToCustomer,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
)
from shared.contracts.vocabulary import LinkKind, MessageKind, RemedyKind, Status
from shared.errors import BrokerAway
from shared.task import End
from shared.trim import Trimmer
from tests.builders import (
    a_command,
    a_complaint_escalated,
    a_complaint_id,
    a_complaint_registered,
    a_complaint_routed,
    a_follow_up_received,
    a_ledger_answered,
    a_remedy_reported,
)
from tests.under_test import ServiceUnderTest, another_replica
from tests.unit.casework.lives import AGENT, COLLEAGUE, OTHER, SENIOR


async def begun(casework: ServiceUnderTest) -> ComplaintRegistered:
    """A complaint that lies with the team refunds."""
    await casework.receives(registered := a_complaint_registered(), a_complaint_routed())
    return registered


async def status(casework: ServiceUnderTest, complaint_id: str) -> str:
    return str((await casework.state(complaint_id))["status"])


async def answered(casework: ServiceUnderTest, complaint_id: str, command_id: str) -> dict:
    found = await answer(casework.house.database, {"complaint_id": complaint_id, "command_id": command_id})
    return {name: found[name] for name in ("done", "refused")} if found else {}


async def test_a_complaint_is_worked_on_to_its_end(casework: ServiceUnderTest):
    complaint = await begun(casework)

    for kind in (TakeComplaint, ReplyToCustomer, ResolveComplaint, CloseComplaint):
        await casework.receives(a_command(kind))

    assert await status(casework, complaint.complaint_id) == Status.CLOSED
    assert [one.status for one in casework.emitted(ComplaintMoved)] == ["routed", "in_progress", "resolved", "closed"]
    assert [one.by for one in casework.emitted(CustomerAnswered)] == [AGENT]
    assert [one.by for one in casework.emitted(ComplaintResolved)] == [AGENT]


async def test_a_batch_of_commands_is_carried_out_in_the_order_in_which_they_were_given(casework: ServiceUnderTest):
    complaint = await begun(casework)

    await casework.receives(*[a_command(kind) for kind in (TakeComplaint, ReplyToCustomer, ResolveComplaint, CloseComplaint)])

    assert await status(casework, complaint.complaint_id) == Status.CLOSED


async def test_a_command_is_carried_out_once_however_often_it_comes(casework: ServiceUnderTest):
    await begun(casework)
    await casework.receives(a_command(TakeComplaint))
    words = a_command(ReplyToCustomer)

    await casework.receives(words, times=3)

    assert len(casework.emitted(CustomerAnswered)) == 1


async def test_a_refused_command_stays_refused_although_it_would_be_allowed_by_now(casework: ServiceUnderTest):
    complaint = await begun(casework)
    words = casework.delivery(a_command(ReplyToCustomer), message_id="command-1")

    await casework.work.handle([words])
    await casework.receives(a_command(TakeComplaint))
    await casework.work.handle([words])

    assert await answered(casework, complaint.complaint_id, "command-1") == {"done": None, "refused": "not-yours"}
    assert casework.emitted(CustomerAnswered) == []


async def test_the_trail_names_the_agent_and_who_passed_the_command_on(casework: ServiceUnderTest):
    complaint = await begun(casework)

    await casework.receives(a_command(ReplyToCustomer), a_command(TakeComplaint))

    stored = await casework.stored(complaint.complaint_id)
    assert stored is not None
    assert [(one["who"], one["what"]) for one in stored["handled"]][-2:] == [
        (f"{AGENT} (neighbour)", "refused/not-yours"),
        (f"{AGENT} (neighbour)", "take"),
    ]


async def test_who_asked_hears_what_was_done_and_nothing_while_it_is_under_way(casework: ServiceUnderTest):
    complaint = await begun(casework)
    take = casework.delivery(a_command(TakeComplaint), message_id="command-1")

    before = await answered(casework, complaint.complaint_id, "command-1")
    await casework.work.handle([take])

    assert (before, await answered(casework, complaint.complaint_id, "command-1")) == ({}, {"done": "take", "refused": None})


async def test_an_answer_is_found_when_its_record_left_the_document(casework: ServiceUnderTest):
    complaint = await begun(casework)
    await casework.work.handle([casework.delivery(a_command(TakeComplaint), message_id="command-1")])
    for number in range(40):
        await casework.receives(a_command(AddNote, text=f"note {number}"))
    trimmed, *_ = casework.service.aggregates

    await Trimmer(casework.house.database, trimmed).trim()
    stored = await casework.stored(complaint.complaint_id)

    assert stored is not None
    assert "command-1" not in {one["id"] for one in stored["handled"]}
    assert await answered(casework, complaint.complaint_id, "command-1") == {"done": "take", "refused": None}


async def test_of_two_agents_who_take_it_at_once_one_has_it_and_the_other_is_told(casework: ServiceUnderTest):
    complaint = await begun(casework)
    replicas = [casework, another_replica(casework)]
    takes = [casework.delivery(a_command(TakeComplaint, by=by), message_id=by) for by in (AGENT, COLLEAGUE)]

    await asyncio.gather(*[replica.work.handle([take]) for replica, take in zip(replicas, takes, strict=True)])

    answers = {by: await answered(casework, complaint.complaint_id, by) for by in (AGENT, COLLEAGUE)}
    assignee = (await casework.state(complaint.complaint_id))["assignee"]
    loser = COLLEAGUE if assignee == AGENT else AGENT
    assert answers[assignee] == {"done": "take", "refused": None}
    assert answers[loser] == {"done": None, "refused": "taken-already"}


async def test_the_second_of_two_who_saw_the_same_revision_gets_a_conflict(casework: ServiceUnderTest):
    complaint = await begun(casework)
    await casework.receives(a_command(TakeComplaint))
    seen = (await casework.state(complaint.complaint_id))["revision"]
    first = casework.delivery(a_command(AssignComplaint, by=SENIOR, assignee=COLLEAGUE, expects=seen), message_id="first")
    second = casework.delivery(a_command(AddNote, by=SENIOR, expects=seen), message_id="second")

    await casework.work.handle([first, second])

    assert await answered(casework, complaint.complaint_id, "first") == {"done": "assign", "refused": None}
    assert await answered(casework, complaint.complaint_id, "second") == {"done": None, "refused": "changed-meanwhile"}


async def test_a_command_before_the_complaint_waits_for_it(casework: ServiceUnderTest):
    registered = a_complaint_registered()

    [early] = await casework.receives(a_command(AddNote))
    await casework.receives(registered)

    assert early.end is End.EARLY
    assert len((await casework.state(registered.complaint_id))["notes"]) == 1


async def test_events_in_any_order_leave_the_same_team_and_status(casework: ServiceUnderTest):
    registered, routed, escalated = a_complaint_registered(), a_complaint_routed(), a_complaint_escalated(level=1)

    for message in (escalated, routed, registered):
        await casework.receives(message, times=2)

    state = await casework.state(registered.complaint_id)
    assert (state["status"], state["team"], state["level"]) == ("routed", escalated.team, 1)
    assert [one.status for one in casework.emitted(ComplaintMoved)] == ["routed"]


async def test_a_crash_between_write_and_publish_tells_the_same_once_more(casework: ServiceUnderTest):
    await begun(casework)
    take = a_command(TakeComplaint)
    casework.outbox.away_for = 1

    with pytest.raises(BrokerAway):
        await casework.receives(take)
    await casework.receives(take)

    assert [one.status for one in casework.emitted(ComplaintMoved)] == ["routed", "in_progress"]


async def test_material_that_comes_lets_the_work_go_on(casework: ServiceUnderTest):
    complaint = await begun(casework)
    await casework.receives(a_command(TakeComplaint), a_command(RequestMaterial))
    waiting = await status(casework, complaint.complaint_id)

    await casework.receives(a_follow_up_received(kind=MessageKind.MATERIAL), times=2)

    assert (waiting, await status(casework, complaint.complaint_id)) == (Status.WAITING_FOR_CUSTOMER, Status.IN_PROGRESS)
    assert len(casework.emitted(MaterialRequested)) == 1


async def test_a_link_is_drawn_from_both_sides(casework: ServiceUnderTest):
    complaint = await begun(casework)
    other = a_complaint_registered(complaint_id=OTHER)
    await casework.receives(other)

    await casework.receives(a_command(LinkComplaints))
    [linked] = casework.emitted(ComplaintsLinked)
    await casework.receives(linked, times=2)

    assert (linked.how, linked.other) == (LinkKind.LINKED, OTHER)
    assert (await casework.state(OTHER))["linked"] == [complaint.complaint_id]
    assert (await casework.state(complaint.complaint_id))["linked"] == [OTHER]


async def test_an_unreadable_command_harms_none_of_its_neighbours(casework: ServiceUnderTest):
    complaint = await begun(casework)
    good = casework.delivery(a_command(TakeComplaint))
    bad = type(good)(good.envelope, b'{"complaint_id": 7')

    ends = [task.end for task in await casework.work.handle([bad, good])]

    assert ends == [End.DEAD, End.DONE]
    assert await status(casework, complaint.complaint_id) == Status.IN_PROGRESS


async def test_the_worklist_shows_who_waits_longest_first_and_filters(casework: ServiceUnderTest):
    mine = await begun(casework)
    await casework.receives(a_complaint_registered(complaint_id=a_complaint_id("third")))
    await casework.receives(a_command(TakeComplaint))
    database = casework.house.database

    lists = [await worklist(database, query) for query in ({}, {"assignee": AGENT}, {"team": "fees"}, {"status": "registered"})]

    assert [[one["complaint_id"] for one in found] for found in lists] == [
        [mine.complaint_id, a_complaint_id("third")],
        [mine.complaint_id],
        [],
        [a_complaint_id("third")],
    ]
    assert (await life(database, {"complaint_id": mine.complaint_id}))["history"][-1]["what"] == "take"
    assert await life(database, {"complaint_id": "unknown"}) is None


async def test_a_question_to_the_ledger_is_asked_again_by_time_and_then_given_up(casework: ServiceUnderTest):
    complaint = await begun(casework)
    await casework.receives(a_command(TakeComplaint), a_command(LookUpTransaction))
    sweeper = casework.sweeper()

    for _ in range(4):
        casework.passes(timedelta(seconds=31))
        await sweeper.sweep()

    assert [one.attempt for one in casework.emitted(LookUpLedger)] == [1, 2, 3]
    state = await casework.state(complaint.complaint_id)
    assert (state["status"], [one["state"] for one in state["lookups"]]) == (Status.IN_PROGRESS, ["silent"])


async def test_an_answer_of_the_ledger_counts_once_however_often_it_comes(casework: ServiceUnderTest):
    complaint = await begun(casework)
    await casework.receives(a_command(TakeComplaint), a_command(LookUpTransaction))
    [question] = casework.emitted(LookUpLedger)
    answer = LedgerAnswered(complaint_id=complaint.complaint_id, lookup_id=question.lookup_id, answered_at=question.answer_by)

    await casework.receives(answer, times=2)
    await casework.receives(answer.model_copy())

    assert [one.status for one in casework.emitted(ComplaintMoved)][-2:] == ["waiting_for_third_party", "in_progress"]
    assert len((await casework.state(complaint.complaint_id))["history"]) == 5


async def test_an_answer_to_a_question_that_nobody_asked_changes_nothing(casework: ServiceUnderTest):
    complaint = await begun(casework)
    before = (await casework.state(complaint.complaint_id))["revision"]

    await casework.receives(LedgerAnswered(complaint_id=complaint.complaint_id, lookup_id="nobodys", answered_at=complaint.received_at))

    assert (await casework.state(complaint.complaint_id))["revision"] == before


async def with_money(casework: ServiceUnderTest) -> ComplaintRegistered:
    """The ledger has named the transaction, and a refund within the agent's limit is with the wallet."""
    complaint = await begun(casework)
    await casework.receives(a_command(TakeComplaint), a_command(LookUpTransaction))
    await casework.receives(a_ledger_answered())
    await casework.receives(a_command(ProposeRemedy, kind=RemedyKind.REFUND, amount=12_800, currency="CNY"))
    return complaint


async def test_the_wallet_is_asked_once_and_then_again_under_the_same_key_until_it_answers(casework: ServiceUnderTest):
    complaint = await with_money(casework)
    sweeper = casework.sweeper()
    for _ in range(2):
        casework.passes(timedelta(minutes=2))
        await sweeper.sweep()
    requests = casework.emitted(ExecuteRemedy)

    await casework.receives(a_remedy_reported(remedy_id=requests[0].remedy_id), times=2)
    casework.passes(timedelta(hours=1))
    await sweeper.sweep()

    assert [one.attempt for one in requests] == [1, 2, 3]
    assert {one.remedy_id for one in casework.emitted(ExecuteRemedy)} == {requests[0].remedy_id}
    assert len(casework.emitted(ExecuteRemedy)) == 3
    assert [one["state"] for one in (await casework.state(complaint.complaint_id))["remedies"]] == ["done"]


async def test_a_crash_between_the_approval_and_the_wallet_asks_the_wallet_for_the_same(casework: ServiceUnderTest):
    await with_money(casework)
    second = a_command(ProposeRemedy, kind=RemedyKind.GOODWILL, amount=100, currency="CNY")
    casework.outbox.away_for = 1

    with pytest.raises(BrokerAway):
        await casework.receives(second)
    await casework.receives(second)

    asked = casework.emitted(ExecuteRemedy)
    assert [(one.amount, one.remedy_id.partition("/")[2][:2]) for one in asked] == [(12_800, "1-"), (100, "2-")]


async def test_the_books_show_every_remedy_with_money_and_nobodys_account(casework: ServiceUnderTest):
    complaint = await with_money(casework)

    shown = await remedies(casework.house.database, {})

    [remedy] = shown["remedies"]
    assert {name: remedy[name] for name in ("kind", "amount", "currency", "state")} == {
        "kind": "refund",
        "amount": 12_800,
        "currency": "CNY",
        "state": "approved",
    }
    assert remedy["remedy_id"].startswith(f"{complaint.complaint_id}/1-")
    assert ("account_id" in remedy, shown["next"]) == (False, None)


async def test_who_approves_finds_what_waits_for_them(casework: ServiceUnderTest):
    complaint = await with_money(casework)
    before = await worklist(casework.house.database, {"remedy": "proposed"})

    await casework.receives(a_command(ProposeRemedy, kind=RemedyKind.GOODWILL, amount=1_000_000, currency="CNY"))

    after = await worklist(casework.house.database, {"remedy": "proposed"})
    assert (before, [one["complaint_id"] for one in after]) == ([], [complaint.complaint_id])
