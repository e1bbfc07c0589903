"""The write path's promises that no single service shows: bad neighbours, long lives, the audit chain."""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import pytest

from shared.aggregate import Aggregate
from shared.contracts import ComplaintEscalated, ComplaintRegistered, ComplaintRouted, DeadlineMissed, ReplayDeadLetter
from shared.dead import DeadLetters, Failure
from shared.dead_views import listed
from shared.decision import Create, Decision, Reaction, Transition
from shared.errors import BrokerAway, RuleViolation, UnreadableMessage
from shared.house import Service
from shared.inbox import Inbox
from shared.record import FIRST, hash_of
from shared.storage import UpdateOne, encode
from shared.stubs import Stubs
from shared.task import End
from shared.telemetry import Metrics
from shared.trim import Trimmer
from tests.builders import a_complaint_registered, a_customer_answered, a_deadline_missed
from tests.namespaces import Namespace
from tests.under_test import ServiceUnderTest, under_test


@pytest.fixture
async def routing(started) -> ServiceUnderTest:
    return await started("routing")


@pytest.fixture
async def sla_watchdog(started) -> ServiceUnderTest:
    return await started("sla_watchdog")


@pytest.mark.parametrize("poison", ["\ud800", "x" * 17_000_000], ids=["lone surrogate", "17 MB"])
async def test_a_state_that_cannot_be_stored_is_parked_and_its_59_neighbours_are_not(routing: ServiceUnderTest, poison: str):
    events = [a_complaint_registered(complaint_id=f"complaint-{n}") for n in range(60)]
    deliveries = [routing.delivery(event) for event in events]
    bad = events[30].model_copy(update={"number": poison})
    body = (
        bad.model_dump_json().encode() if poison[0] == "x" else events[30].model_dump_json().replace(events[30].number, "\\ud800").encode()
    )
    deliveries[30] = type(deliveries[30])(deliveries[30].envelope, body)

    ends = [task.end for task in await routing.work.handle(deliveries)]

    assert ends[30] is End.DEAD
    assert ends[:30] + ends[31:] == [End.DONE] * 59


async def test_handled_ids_leave_the_document_but_are_never_forgotten(sla_watchdog: ServiceUnderTest):
    registered = a_complaint_registered()
    await sla_watchdog.receives(registered)
    answers = [a_customer_answered(complaint_id=registered.complaint_id, answered_at=registered.received_at) for _ in range(50)]
    for answer in answers:
        await sla_watchdog.receives(answer)

    trimmer = Trimmer(sla_watchdog.house.database, sla_watchdog.service.aggregates[0])
    trimmed = [await trimmer.trim(), await trimmer.trim()]
    [again] = await sla_watchdog.receives(answers[0])

    stored = await sla_watchdog.stored(registered.complaint_id)
    assert stored is not None
    assert (trimmed, len(stored["handled"]), stored["version"]) == ([1, 0], 16, 51)
    assert (again.end, again.what) == (End.DUPLICATE, "answered")


async def test_events_are_published_again_even_when_their_records_were_trimmed_meanwhile(routing: ServiceUnderTest):
    """Written, not published, trimmed, delivered again: nothing may be missing."""
    registered = a_complaint_registered()
    events = [a_deadline_missed(complaint_id=registered.complaint_id, generation=n) for n in range(1, 61)]
    routing.outbox.away_for = 1
    with pytest.raises(BrokerAway):
        await routing.receives(registered, *events)

    assert await Trimmer(routing.house.database, routing.service.aggregates[0]).trim() == 1
    await routing.receives(registered, *events)

    assert len(routing.emitted(ComplaintRouted)) == 1
    assert len(routing.emitted(ComplaintEscalated)) == 2


async def test_a_dead_letter_larger_than_a_document_is_kept_and_replayed_whole(routing: ServiceUnderTest):
    house = routing.house
    letters = DeadLetters("routing", house.database, house.sealer, routing.outbox.publish)
    huge = replace(routing.delivery(a_complaint_registered()), body=b"x" * 17_000_000)

    for _ in range(2):
        await letters.file([Failure(huge, UnreadableMessage("too much"))], house.clock.now())
    [letter] = await listed(letters, {})
    await letters.replay(ReplayDeadLetter(service="routing", dead_id=letter["_id"], by="operator"), house.clock.now())

    [back] = routing.outbox.published
    assert (back.body == huge.body, back.routing_key) == (True, "routing.complaint-registered")


async def test_messages_that_wait_for_a_first_one_over_an_hour_are_reported(routing: ServiceUnderTest):
    metrics = Metrics()
    stubs = Stubs(routing.house.database, routing.service.aggregates, routing.house.clock, metrics)
    await routing.receives(a_deadline_missed())

    soon = await stubs.look()
    routing.passes(timedelta(hours=2))
    late = await stubs.look()

    assert (soon, late) == (0, 1)
    assert b"redress_early_waiting 1.0" in metrics.exposition()


async def test_the_records_are_a_chain_that_shows_any_change_made_behind_its_back(routing: ServiceUnderTest):
    registered = a_complaint_registered()
    await routing.receives(registered)
    await routing.receives(a_deadline_missed(complaint_id=registered.complaint_id))

    stored = await routing.stored(registered.complaint_id)

    assert stored is not None
    before = FIRST
    for link in stored["handled"]:
        assert link["before"] == before
        before = hash_of(link)
    assert stored["head"] == before
    assert stored["handled"][-1]["state"] == sha256(encode(stored["state"])).digest()
    assert sha256(encode({**stored["state"], "team": "nobody"})).digest() != stored["handled"][-1]["state"]


async def test_an_event_carries_its_aggregate_and_a_sequence_that_only_grows(routing: ServiceUnderTest):
    registered = a_complaint_registered()
    await routing.receives(registered)
    for generation in (1, 2):
        await routing.receives(a_deadline_missed(complaint_id=registered.complaint_id, generation=generation))

    assert len(routing.emitted(ComplaintEscalated)) == 2
    headers = [one.headers for one in routing.outbox.published]
    assert {one["redress-aggregate"] for one in headers} == {registered.complaint_id}
    assert [one["redress-sequence"] for one in headers] == [1, 2, 3]


async def test_a_document_that_cannot_be_read_stops_no_other_clock(sla_watchdog: ServiceUnderTest):
    at = sla_watchdog.house.clock.now()
    good, bad = (a_complaint_registered(complaint_id=one, received_at=at, registered_at=at) for one in ("good", "bad"))
    await sla_watchdog.receives(good, bad)
    broken = {"$set": {"state.clocks.0.kind": "no such clock"}}
    await sla_watchdog.house.database.collection("clocks").write([UpdateOne({"_id": bad.complaint_id}, broken)])
    sla_watchdog.passes(timedelta(days=2))
    sweeper = sla_watchdog.sweeper()

    swept = [await sweeper.sweep(), await sweeper.sweep()]

    assert swept == [1, 0]
    assert {one.complaint_id for one in sla_watchdog.emitted(DeadlineMissed)} == {good.complaint_id}
    assert len(sweeper.stuck) == 1


async def test_a_trace_goes_on_from_the_message_to_the_events_it_caused(routing: ServiceUnderTest):
    delivery = routing.delivery(a_complaint_registered())
    headers = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0bc902b7-01"}
    traced = replace(delivery, envelope=replace(delivery.envelope, headers=headers))

    await routing.work.handle([traced])

    assert [one.headers["traceparent"] for one in routing.outbox.published] == [headers["traceparent"]]


def a_refusing_service() -> Service:
    """Routes like routing, but its rule forbids every escalation."""
    inbox = Inbox("routing")

    @inbox.on(ComplaintRegistered)
    def on_registered(event: ComplaintRegistered) -> Reaction:
        return Create(event.complaint_id, Decision(Kept(event.number)))

    @inbox.on(DeadlineMissed)
    def on_missed(event: DeadlineMissed) -> Reaction:
        return Transition(event.complaint_id, refuse)

    return Service(inbox, (Aggregate("kept", Kept),))


@dataclass(frozen=True, slots=True)
class Kept:
    number: str


def refuse(_: Kept) -> Decision[Kept]:
    raise RuleViolation("never", "this rule forbids everything")


async def test_an_early_message_that_the_rule_refuses_is_parked_even_when_the_worker_dies_before_it_could(namespace: Namespace):
    service = await under_test(a_refusing_service(), namespace)
    registered = a_complaint_registered()
    missed = a_deadline_missed(complaint_id=registered.complaint_id)
    await service.receives(missed)

    first = await service.receives(registered)
    again = await service.receives(registered)

    assert [task.end for task in first] == [End.DONE, End.DEAD]
    assert [task.end for task in again] == [End.DUPLICATE, End.DEAD]
    assert again[1].delivery is not None
    assert again[1].delivery.body == missed.model_dump_json().encode()
