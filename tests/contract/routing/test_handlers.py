"""What routing promises its neighbours."""

import asyncio
from datetime import timedelta

import pytest

from shared.contracts import ComplaintEscalated, ComplaintRouted, PriorityRaised
from shared.contracts.vocabulary import Category, ClockKind, MessageKind, Priority
from shared.errors import BrokerAway
from shared.task import End
from tests.builders import a_complaint_registered, a_deadline_missed, a_follow_up_received, an_escalation_requested
from tests.under_test import ServiceUnderTest, another_replica


async def test_a_registered_complaint_is_routed_once_however_often_it_is_heard(routing: ServiceUnderTest):
    registered = a_complaint_registered(category=Category.ACCOUNT_SECURITY)

    await routing.receives(registered, times=3)

    [routed] = routing.emitted(ComplaintRouted)
    assert (routed.complaint_id, routed.team, routed.priority) == (registered.complaint_id, "security", Priority.URGENT)


async def test_a_repeat_publishes_the_same_bytes_under_the_same_id(routing: ServiceUnderTest):
    await routing.receives(a_complaint_registered(), times=2)

    first, second = routing.outbox.published

    assert (first.message_id, first.body, first.headers) == (second.message_id, second.body, second.headers)


async def test_the_reason_is_kept_with_the_assignment(routing: ServiceUnderTest):
    registered = a_complaint_registered(category=Category.REFUND)

    await routing.receives(registered)

    assert (await routing.state(registered.complaint_id))["why"] == ["table@2026-11-2", "refunds"]


async def test_a_breach_moves_the_complaint_to_the_supervisors_once(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())
    breach = a_deadline_missed(complaint_id=registered.complaint_id)

    await routing.receives(breach, times=2)

    [escalated] = routing.emitted(ComplaintEscalated)
    assert (escalated.from_team, escalated.team, escalated.level) == ("refunds", "supervisors", 1)


async def test_two_deadlines_move_it_two_steps(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())

    for generation in (1, 2, 2):
        await routing.receives(a_deadline_missed(complaint_id=registered.complaint_id, generation=generation))

    assert [one.team for one in routing.emitted(ComplaintEscalated)] == ["supervisors", "compliance"]


async def test_a_breach_heard_before_the_complaint_waits_for_it_and_counts(routing: ServiceUnderTest):
    registered = a_complaint_registered()
    breach = a_deadline_missed(complaint_id=registered.complaint_id)

    [early] = await routing.receives(breach)
    nothing_yet = list(routing.outbox.published)
    await routing.receives(registered)

    assert (early.end, nothing_yet) == (End.EARLY, [])
    assert [one.team for one in routing.emitted(ComplaintEscalated)] == ["supervisors"]
    assert [sequence for _, sequence in routing.ids()] == sorted(sequence for _, sequence in routing.ids())


async def test_an_early_breach_survives_a_crash_between_creation_and_publishing(routing: ServiceUnderTest):
    registered = a_complaint_registered()
    await routing.receives(a_deadline_missed(complaint_id=registered.complaint_id))
    routing.outbox.away_for = 1

    with pytest.raises(BrokerAway):
        await routing.receives(registered)
    await routing.receives(registered)

    assert len(routing.emitted(ComplaintRouted)) == 1
    assert len(routing.emitted(ComplaintEscalated)) == 1


async def test_a_breach_of_an_unknown_complaint_is_kept_and_says_nothing(routing: ServiceUnderTest):
    breach = a_deadline_missed()

    await routing.receives(breach, times=2)

    stub = await routing.stored(breach.complaint_id)
    assert stub is not None
    assert (stub["stub"], len(stub["early"]), routing.outbox.published) == (True, 1, [])


async def test_an_unreadable_body_harms_none_of_its_neighbours(routing: ServiceUnderTest):
    registered = a_complaint_registered()
    good = routing.delivery(registered)
    bad = type(good)(good.envelope, b'{"complaint_id": 7')

    ends = [task.end for task in await routing.work.handle([bad, good, bad])]

    assert ends == [End.DEAD, End.DONE, End.DEAD]
    assert len(routing.emitted(ComplaintRouted)) == 1


async def test_two_replicas_that_get_the_same_breach_at_once_escalate_once(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())
    breach = a_deadline_missed(complaint_id=registered.complaint_id)
    other = another_replica(routing)

    await asyncio.gather(*[replica.receives(breach) for replica in (routing, other) for _ in range(4)])

    assert len(routing.emitted(ComplaintEscalated)) == 1
    stored = await routing.stored(registered.complaint_id)
    assert stored is not None
    assert [one["sequence"] for one in stored["handled"]] == [1, 2]


async def test_a_batch_of_many_messages_on_one_complaint_is_one_write(routing: ServiceUnderTest):
    registered = a_complaint_registered()
    breaches = [
        a_deadline_missed(complaint_id=registered.complaint_id, generation=n, missed_at=registered.registered_at + timedelta(days=n))
        for n in (1, 2)
    ]

    await routing.receives(*breaches, registered)

    assert [one.level for one in routing.emitted(ComplaintEscalated)] == [1, 2]


async def test_a_request_for_somebody_higher_moves_the_complaint_one_step_up_once_and_passes_its_reason_on(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())
    request = an_escalation_requested(complaint_id=registered.complaint_id, reason="two banks are involved")

    await routing.receives(request, times=3)

    [escalated] = routing.emitted(ComplaintEscalated)
    assert (escalated.from_team, escalated.team, escalated.level) == ("refunds", "supervisors", 1)
    assert (escalated.reason, escalated.escalated_at) == ("two banks are involved", request.requested_at)


async def test_a_request_and_a_breach_are_two_steps(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())

    await routing.receives(an_escalation_requested(complaint_id=registered.complaint_id))
    await routing.receives(a_deadline_missed(complaint_id=registered.complaint_id))

    assert [one.team for one in routing.emitted(ComplaintEscalated)] == ["supervisors", "compliance"]


async def test_a_request_heard_before_the_complaint_waits_for_it_and_counts(routing: ServiceUnderTest):
    registered = a_complaint_registered()

    [early] = await routing.receives(an_escalation_requested(complaint_id=registered.complaint_id))
    nothing_yet = list(routing.outbox.published)
    await routing.receives(registered)

    assert (early.end, nothing_yet) == (End.EARLY, [])
    assert [one.team for one in routing.emitted(ComplaintEscalated)] == ["supervisors"]


async def test_a_request_on_an_unknown_complaint_is_kept_and_says_nothing(routing: ServiceUnderTest):
    request = an_escalation_requested()

    await routing.receives(request, times=2)

    stub = await routing.stored(request.complaint_id)
    assert stub is not None
    assert (stub["stub"], len(stub["early"]), routing.outbox.published) == (True, 1, [])


async def test_a_chaser_raises_the_priority_once_however_often_it_is_heard(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())
    chaser = a_follow_up_received(complaint_id=registered.complaint_id)

    await routing.receives(chaser, times=3)

    [raised] = routing.emitted(PriorityRaised)
    assert (raised.priority, raised.times, raised.team) == (Priority.HIGH, 1, "refunds")
    assert (await routing.state(registered.complaint_id))["priority"] == "high"


async def test_two_chasers_of_one_day_raise_it_once_in_whatever_order(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())

    for hours in (9, 3):
        received_at = registered.received_at + timedelta(hours=hours)
        await routing.receives(a_follow_up_received(complaint_id=registered.complaint_id, received_at=received_at))

    assert [one.times for one in routing.emitted(PriorityRaised)] == [1]


async def test_a_chaser_heard_before_the_complaint_waits_for_it_and_counts(routing: ServiceUnderTest):
    registered = a_complaint_registered()

    [early] = await routing.receives(a_follow_up_received(complaint_id=registered.complaint_id))
    await routing.receives(registered)

    assert early.end is End.EARLY
    assert [one.priority for one in routing.emitted(PriorityRaised)] == [Priority.HIGH]


async def test_a_chaser_on_an_unknown_complaint_is_kept_and_says_nothing(routing: ServiceUnderTest):
    await routing.receives(a_follow_up_received(), times=2)

    assert routing.outbox.published == []


@pytest.mark.parametrize("changes", [{"kind": MessageKind.PROGRESS}, {"owner_known": False}])
async def test_another_message_or_a_strangers_raises_nothing_and_is_on_record(routing: ServiceUnderTest, changes: dict[str, object]):
    await routing.receives(registered := a_complaint_registered())

    [task] = await routing.receives(a_follow_up_received(complaint_id=registered.complaint_id, **changes))

    assert (task.end, routing.emitted(PriorityRaised)) == (End.DONE, [])
    assert len((await routing.stored(registered.complaint_id) or {})["handled"]) == 2


async def test_a_missed_update_stays_with_the_team(routing: ServiceUnderTest):
    await routing.receives(registered := a_complaint_registered())

    await routing.receives(a_deadline_missed(complaint_id=registered.complaint_id, clock=ClockKind.UPDATE))

    assert routing.emitted(ComplaintEscalated) == []
