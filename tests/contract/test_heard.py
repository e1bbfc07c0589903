"""Every event that a service hears leaves its id in a record, or `redress reconcile` would miss it for ever."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from deploy.house import SERVICES, inbox_of
from shared.contracts import EVENTS, Message
from shared.reconcile import Memory, Page
from tests import builders
from tests.under_test import ServiceUnderTest

EXAMPLES: dict[type[Message], Callable[[], Message]] = {
    type(make()): make
    for make in (
        builders.a_complaint_registered,
        builders.a_follow_up_received,
        builders.an_inbound_refused,
        builders.a_complaint_routed,
        builders.a_complaint_escalated,
        builders.a_customer_answered,
        builders.a_complaint_resolved,
        builders.a_complaint_moved,
        builders.a_material_requested,
        builders.an_escalation_requested,
        builders.a_deadline_extended,
        builders.a_complaints_linked,
        builders.a_letter_reported,
        builders.an_appeal_opened,
        builders.an_appeal_decided,
        builders.a_referral_opened,
        builders.a_referral_answered,
        builders.a_remedy_moved,
        builders.a_priority_raised,
        builders.a_customer_erased,
        builders.a_code_issued,
        builders.a_survey_answered,
        builders.a_deadline_approaching,
        builders.a_deadline_missed,
        builders.a_similar_complaint,
        builders.an_incident_proposed,
        builders.an_incident_partly_told,
        builders.an_incident_told,
    )
}


async def heard_by(service: ServiceUnderTest, **query: str) -> set[str]:
    memory, ids = Memory(service.work), set[str]()
    known = await memory.exchanged({})
    assert isinstance(known, dict)
    for source in known["sources"]:
        after: str | None = ""
        while after is not None:
            page = await memory.exchanged({"source": source, "after": after, "limit": "2", **query})
            assert isinstance(page, Page)
            ids |= {one for by_sender in page.heard.values() for some in by_sender.values() for one in some}
            after = page.next
    return ids


@pytest.mark.parametrize("name", [one for one in SERVICES if one != "intake"])
async def test_every_event_is_on_record_before_and_after_what_it_builds_on_and_the_second_of_a_kind_too(started, name: str):
    service: ServiceUnderTest = await started(name)
    contracts = [one.contract for one in inbox_of(name).subscriptions if one.exchange == EVENTS]
    said = [EXAMPLES[contract]() for contract in (*reversed(contracts), *contracts)]

    for one in said:
        await service.receives(one)

    assert {service.delivery(one).envelope.message_id for one in said} <= await heard_by(service)


async def test_a_first_message_that_comes_last_is_among_what_was_heard_lately(started):
    """As when a queue was purged and its events are published again: what came early in between has its own, earlier time."""
    watchdog: ServiceUnderTest = await started("sla_watchdog")
    registered, now = builders.a_complaint_registered(), watchdog.house.clock.now()
    await watchdog.receives(builders.a_complaint_routed(complaint_id=registered.complaint_id), at=now - timedelta(hours=1))

    await watchdog.receives(registered, at=now)

    lately = await heard_by(watchdog, since=(now - timedelta(minutes=1)).isoformat())
    assert watchdog.delivery(registered).envelope.message_id in lately
