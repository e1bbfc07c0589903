"""What the watchdog promises its neighbours."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.contracts import DeadlineApproaching, DeadlineMissed
from shared.errors import BrokerAway
from shared.storage import Document
from shared.task import End
from tests.builders import a_complaint_registered, a_complaint_resolved, a_complaint_routed, a_customer_answered
from tests.under_test import ServiceUnderTest, another_replica

HOUR = timedelta(hours=1)
MOMENT = timedelta(seconds=1)
"""A clock is due by the database's time, which may be some milliseconds behind ours."""


async def clocks_of(watchdog: ServiceUnderTest, complaint_id: str) -> dict[str, Document]:
    """As the view shows them, by kind."""
    shown = await watchdog.service.views["/clocks"](watchdog.house.database, {"complaint_id": complaint_id})
    return {one["kind"]: one for one in shown}


async def registered_now(watchdog: ServiceUnderTest, **changes):
    received_at = watchdog.house.clock.now()
    registered = a_complaint_registered(received_at=received_at, registered_at=received_at, **changes)
    await watchdog.receives(registered)
    return registered


async def test_the_first_response_is_due_24_hours_after_the_company_received_the_complaint(sla_watchdog: ServiceUnderTest):
    registered = a_complaint_registered()

    await sla_watchdog.receives(registered, times=2)

    clocks = await clocks_of(sla_watchdog, registered.complaint_id)
    assert {kind: one["due_at"] for kind, one in clocks.items()} == {"first_response": registered.received_at + 24 * HOUR}


async def test_routing_starts_the_clocks_of_the_resolution_and_of_updates_once(sla_watchdog: ServiceUnderTest):
    registered = a_complaint_registered()
    routed = a_complaint_routed(complaint_id=registered.complaint_id, category="account_security", priority="urgent")

    await sla_watchdog.receives(registered, routed, times=2)

    clocks = await clocks_of(sla_watchdog, registered.complaint_id)
    assert clocks["resolution"]["due_at"] == registered.received_at + 24 * HOUR
    assert clocks["update"]["due_at"] == routed.routed_at + 120 * HOUR
    assert len((await sla_watchdog.state(registered.complaint_id))["clocks"]) == 3


async def test_a_clock_warns_at_three_quarters_and_misses_at_its_end_once_each(sla_watchdog: ServiceUnderTest):
    registered = await registered_now(sla_watchdog)
    sweeper = sla_watchdog.sweeper()

    early = await sweeper.sweep()
    sla_watchdog.passes(18 * HOUR + MOMENT)
    warned = [await sweeper.sweep(), await sweeper.sweep()]
    sla_watchdog.passes(6 * HOUR)
    missed = [await sweeper.sweep(), await sweeper.sweep()]

    assert (early, warned, missed) == (0, [1, 0], [1, 0])
    assert [one.complaint_id for one in sla_watchdog.emitted(DeadlineApproaching)] == [registered.complaint_id]
    assert [one.complaint_id for one in sla_watchdog.emitted(DeadlineMissed)] == [registered.complaint_id]


async def test_an_answer_in_time_meets_the_clock_and_nothing_fires(sla_watchdog: ServiceUnderTest):
    registered = await registered_now(sla_watchdog)
    answered = a_customer_answered(complaint_id=registered.complaint_id, answered_at=registered.received_at + HOUR)

    await sla_watchdog.receives(answered, times=2)
    sla_watchdog.passes(30 * HOUR)

    assert await sla_watchdog.sweeper().sweep() == 0
    assert (await clocks_of(sla_watchdog, registered.complaint_id))["first_response"]["state"] == "met"


async def test_replicas_that_sweep_at_once_fire_once(sla_watchdog: ServiceUnderTest):
    for name in range(40):
        await registered_now(sla_watchdog, complaint_id=f"complaint-{name}")
    sla_watchdog.passes(18 * HOUR + MOMENT)
    replicas = [another_replica(sla_watchdog).sweeper() for _ in range(4)]

    fired = await asyncio.gather(*[one.sweep() for one in replicas])

    assert sum(fired) == 40
    assert len(sla_watchdog.outbox.published) == 40
    assert len(sla_watchdog.emitted(DeadlineApproaching)) == 40


async def test_what_a_dying_replica_wrote_but_never_published_is_published_by_another(sla_watchdog: ServiceUnderTest):
    await registered_now(sla_watchdog)
    sla_watchdog.passes(18 * HOUR + MOMENT)
    sla_watchdog.outbox.away_for = 1
    with pytest.raises(BrokerAway):
        await sla_watchdog.sweeper().sweep()

    too_soon = await another_replica(sla_watchdog).sweeper().republish()
    sla_watchdog.passes(timedelta(seconds=4))
    in_time = [await another_replica(sla_watchdog).sweeper().republish() for _ in range(2)]

    assert (too_soon, in_time) == (0, [1, 0])
    assert len(sla_watchdog.emitted(DeadlineApproaching)) == 1


async def test_an_answer_heard_before_the_complaint_counts(sla_watchdog: ServiceUnderTest):
    registered = a_complaint_registered()
    await sla_watchdog.receives(a_customer_answered(complaint_id=registered.complaint_id, answered_at=registered.received_at + HOUR))

    await sla_watchdog.receives(registered)

    assert (await clocks_of(sla_watchdog, registered.complaint_id))["first_response"]["state"] == "met"


@pytest.mark.parametrize("seed", range(12))
async def test_any_order_and_repetition_of_a_complaints_events_ends_the_same(sla_watchdog: ServiceUnderTest, seed: int):
    chance = random.Random(seed)
    registered = a_complaint_registered()
    known = {"complaint_id": registered.complaint_id}
    events = [
        registered,
        a_complaint_routed(**known, received_at=registered.received_at),
        a_customer_answered(**known, answered_at=registered.received_at + 2 * HOUR),
        a_customer_answered(**known, answered_at=registered.received_at + 5 * HOUR),
        a_complaint_resolved(**known, resolved_at=registered.received_at + 9 * HOUR),
    ]
    shuffled = chance.sample(events, len(events)) + chance.choices(events, k=3)

    for start in range(0, len(shuffled), 2):
        await sla_watchdog.receives(*shuffled[start : start + 2])

    clocks = await clocks_of(sla_watchdog, registered.complaint_id)
    ends = {kind: (one["state"], one["met_at"]) for kind, one in clocks.items()}
    answered_at, resolved_at = registered.received_at + 2 * HOUR, registered.received_at + 9 * HOUR
    assert ends == {"first_response": ("met", answered_at), "resolution": ("met", resolved_at), "update": ("met", resolved_at)}


async def test_an_unreadable_body_is_parked_and_its_neighbour_goes_on(sla_watchdog: ServiceUnderTest):
    good = sla_watchdog.delivery(registered := a_complaint_registered())
    bad = replace(good, body=b'{"complaint_id": 7')

    ends = [(task.end, task.what) for task in await sla_watchdog.work.handle([bad, good])]

    assert [ends[0], ends[1][0]] == [(End.DEAD, "unreadable-message"), End.DONE]
    assert await sla_watchdog.stored(registered.complaint_id) is not None
