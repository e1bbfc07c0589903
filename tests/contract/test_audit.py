"""The audit trail of each service on a real database: real records, one change at a time made behind their back."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.house import SERVICES
from shared.contracts import AddNote, TakeComplaint
from shared.storage import Collection, Document
from shared.trail import Page, Trail
from shared.trim import Trimmer
from tests.builders import (
    a_command,
    a_complaint_id,
    a_complaint_registered,
    a_complaint_routed,
    a_customer_answered,
    a_deadline_approaching,
    a_deadline_missed,
    an_inbound,
)
from tests.under_test import ServiceUnderTest

KEY = a_complaint_id()


@dataclass
class Audited:
    """A service that has handled something of every kind it knows."""

    under_test: ServiceUnderTest
    trail: Trail

    @property
    def raw(self) -> Any:
        """Behind the back of the write path."""
        return self.collection.raw

    @property
    def collection(self) -> Collection:
        return self.under_test.house.database.collection(self.under_test.service.aggregates[0].name)

    @property
    def archive(self) -> Collection:
        return self.under_test.house.database.collection(self.under_test.service.aggregates[0].archive)

    async def pages(self, **query: str) -> list[Page]:
        pages = [await self.trail.page(self.under_test.house.database, query)]
        while pages[-1].next is not None:
            pages.append(await self.trail.page(self.under_test.house.database, query | {"after": pages[-1].next}))
        return pages

    async def broken(self, **query: str) -> list[tuple[str, str]]:
        return [(one["id"], one["reason"]) for page in await self.pages(**query) for one in page.broken]

    async def a_chain(self) -> Document:
        return await self.raw.find_one({"version": {"$gt": 1}})


@pytest.fixture(params=SERVICES)
async def audited(request: pytest.FixtureRequest, started: Callable[[str], Awaitable[ServiceUnderTest]]) -> Audited:
    service = await started(request.param)
    await HISTORIES[request.param](service)
    return Audited(service, Trail({one.name: one for one in service.service.aggregates}))


async def of_intake(intake: ServiceUnderTest) -> None:
    await intake.receives(*(an_inbound("chat", source_id=f"turn-{n}", thread_id="one") for n in range(3)))
    await intake.receives(an_inbound("app", source_id="another"), an_inbound("app", text="", source_id="blank", form={"text": " "}))


async def of_routing(routing: ServiceUnderTest) -> None:
    early = a_deadline_missed(complaint_id=KEY, generation=1)
    await routing.receives(early)
    await routing.receives(a_complaint_registered(complaint_id=KEY), a_deadline_missed(complaint_id=KEY, generation=2))
    await routing.receives(a_deadline_missed(complaint_id="of-nothing"))


async def of_casework(casework: ServiceUnderTest) -> None:
    await casework.receives(a_complaint_routed(complaint_id=KEY))
    await casework.receives(a_complaint_registered(complaint_id=KEY), a_command(TakeComplaint), a_command(TakeComplaint, by="nobody-here"))
    await casework.receives(*(a_command(AddNote, text=f"call {n}") for n in range(3)), a_command(AddNote, complaint_id="of-nothing"))


async def of_the_watchdog(sla_watchdog: ServiceUnderTest) -> None:
    await sla_watchdog.receives(a_complaint_registered(complaint_id=KEY), a_complaint_routed(complaint_id=KEY))
    sla_watchdog.passes(timedelta(days=400))
    assert await sla_watchdog.sweeper().sweep() == 1
    for _ in range(40):
        await sla_watchdog.receives(a_customer_answered(complaint_id=KEY))
    assert await Trimmer(sla_watchdog.house.database, sla_watchdog.service.aggregates[0]).trim() == 1
    await sla_watchdog.receives(a_complaint_registered(complaint_id="another"))


async def of_notification(notification: ServiceUnderTest) -> None:
    await notification.receives(a_complaint_registered(complaint_id=KEY))
    await notification.receives(a_deadline_approaching(complaint_id=KEY), a_customer_answered(complaint_id=KEY))


HISTORIES = {
    "intake": of_intake,
    "routing": of_routing,
    "casework": of_casework,
    "sla_watchdog": of_the_watchdog,
    "notification": of_notification,
}


async def test_real_records_of_every_kind_are_sound(audited: Audited):
    pages = await audited.pages(limit="1")

    kept = [one.name for one in audited.under_test.service.aggregates]
    stored = sum([await audited.under_test.house.database.collection(name).count({}) for name in kept])
    assert [one for page in pages for one in page.broken] == []
    assert sum(page.chains for page in pages) == stored > 0
    assert sum(page.records for page in pages) > 1


async def test_a_page_carries_no_word_of_a_state(audited: Audited):
    pages = await audited.pages()

    assert {name for page in pages for one in page.heads for name in one} == {"aggregate", "id", "sequence", "head", "at"}


CHANGES: list[tuple[Document, set[str]]] = [
    ({"$set": {"state.planted": 1}}, {"state-changed"}),
    ({"$set": {"handled.0.who": "nobody"}}, {"record-changed"}),
    ({"$set": {"handled.1.what": "nothing"}}, {"record-changed", "head-changed"}),
    ({"$pop": {"handled": 1}}, {"records-missing"}),
    ({"$pop": {"handled": -1}}, {"records-missing"}),
    ({"$set": {"head": b"\1" * 32}}, {"head-changed"}),
    ({"$inc": {"version": 1}}, {"records-missing"}),
    ({"$set": {"embedded": 99}}, {"fields-changed"}),
    ({"$set": {"next_due": datetime(2036, 1, 1, tzinfo=UTC)}}, {"fields-changed"}),
    ({"$set": {"stub": True}}, {"unreadable-chain", "stub-changed"}),
]


async def test_what_is_changed_behind_its_back_shows(audited: Audited):
    chain = await audited.a_chain()
    for change, reasons in CHANGES:
        await audited.raw.update_one({"_id": chain["_id"]}, change)

        [(key, reason)] = await audited.broken()

        assert (key, reason in reasons) == (chain["_id"], True), (change, reason)
        await audited.raw.replace_one({"_id": chain["_id"]}, chain)


async def test_a_removed_document_shows_against_its_exported_head(audited: Audited):
    heads = [one for page in await audited.pages() for one in page.heads if one["aggregate"] == audited.collection.raw.name]
    asked = json.dumps([[one["id"], one["sequence"], one["head"]] for one in heads])
    query = {"aggregate": audited.collection.raw.name, "heads": asked}
    before = await audited.trail.held(audited.under_test.house.database, query)

    chain = await audited.a_chain()
    await audited.raw.delete_one({"_id": chain["_id"]})

    assert before == []
    found = await audited.trail.held(audited.under_test.house.database, query)
    assert [(one["id"], one["reason"]) for one in found] == [(chain["_id"], "document-missing")]


async def test_a_head_that_was_exported_holds_while_its_chain_grows_and_is_trimmed(started):
    watchdog = await started("sla_watchdog")
    trail = Trail({one.name: one for one in watchdog.service.aggregates})
    await watchdog.receives(a_complaint_registered(complaint_id=KEY))
    [head] = (await trail.page(watchdog.house.database, {})).heads

    for _ in range(40):
        await watchdog.receives(a_customer_answered(complaint_id=KEY))
    await Trimmer(watchdog.house.database, watchdog.service.aggregates[0]).trim()

    asked = json.dumps([[head["id"], head["sequence"], head["head"]]])
    assert await trail.held(watchdog.house.database, {"aggregate": "clocks", "heads": asked}) == []


async def test_records_in_the_archive_whose_document_is_gone_show_by_themselves(started):
    watchdog = await started("sla_watchdog")
    await of_the_watchdog(watchdog)
    audited = Audited(watchdog, Trail({one.name: one for one in watchdog.service.aggregates}))

    await audited.raw.delete_one({"_id": KEY})

    assert await audited.broken() == [(KEY, "document-missing")]


async def test_a_changed_record_in_the_archive_shows(started):
    watchdog = await started("sla_watchdog")
    await of_the_watchdog(watchdog)
    audited = Audited(watchdog, Trail({one.name: one for one in watchdog.service.aggregates}))
    first = await audited.archive.raw.find_one({})
    for change in ({"$set": {"what": "planted"}}, {"$set": {"of": "another"}}, {"$unset": {"events": ""}}):
        await audited.archive.raw.update_one({"_id": first["_id"]}, change)

        assert KEY in {key for key, _ in await audited.broken()}, change
        await audited.archive.raw.replace_one({"_id": first["_id"]}, first)


async def test_since_leaves_out_what_did_not_change(started):
    routing = await started("routing")
    audited = Audited(routing, Trail({one.name: one for one in routing.service.aggregates}))
    await routing.receives(a_complaint_registered(complaint_id="old"))
    since = routing.house.clock.now() + timedelta(hours=1)
    await routing.receives(new := a_complaint_registered(complaint_id="new"), at=since)

    [page] = await audited.pages(since=since.isoformat())

    assert [one["id"] for one in page.heads] == [new.complaint_id]


async def test_the_trail_of_a_complaint_says_who_did_what_when_caused_by_what(started):
    routing = await started("routing")
    registered = a_complaint_registered(complaint_id=KEY)
    await routing.receives(registered)
    await routing.receives(missed := a_deadline_missed(complaint_id=KEY))
    trail = Trail({one.name: one for one in routing.service.aggregates})

    steps = await trail.records(routing.house.database, {"complaint_id": KEY})

    assert [(one["what"], one["who"], one["type"]) for one in steps] == [
        ("routed", "neighbour", registered.key),
        ("escalated", "neighbour", missed.key),
    ]
    assert [[event["type"] for event in one["events"]] for one in steps] == [["complaint.routed.v1"], ["complaint.escalated.v1"]]
    assert "state" not in steps[0]
