"""After a customer was erased no byte of a service's database says who it was, its chains still fit, and nothing brings anything back."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from deploy.cli.balance import adds_up
from deploy.house import SERVICES
from services.intake import balance as books
from services.intake.identity import complaint_id_of
from services.intake.store import complaint
from shared.contracts import CustomerErased, DiscardDeadLetter, InboundRefused, Message, ReplayDeadLetter
from shared.dead import DeadLetters, Failure
from shared.eraser import AGAIN_AFTER, Eraser
from shared.errors import UnreadableMessage
from shared.holdings import Holdings
from shared.house import eraser_of, outliving_of
from shared.outliving import Outliving
from shared.storage import encode
from shared.task import End
from shared.trail import Page, Trail
from shared.trim import Trimmer
from tests.builders import (
    a_complaint_id,
    a_complaint_registered,
    a_customer_answered,
    a_customer_erased,
    a_delivery_reported,
    a_follow_up_received,
    a_reply_to,
    an_email,
    an_escalation_requested,
    an_inbound_chat,
    an_inbound_email,
)
from tests.under_test import ServiceUnderTest, another_replica

PLANTED = ("Quellwasser", "zaunkoenig@example.com", "+8613911122233", "wanderfalke", "Sternwarte", "Abendstern")
KEY = a_complaint_id()
CHAT = complaint_id_of("webchat", "chat-0001")
WORDS = "我申请的退款没有到账,我叫 Quellwasser,Sternwarte。"


async def planted_in(service: ServiceUnderTest) -> dict[str, list[str]]:
    """Collection → which of the planted words stand in its bytes."""
    database = service.house.database
    found: dict[str, list[str]] = {}
    for name in await database.raw.list_collection_names():
        heap = b"".join([encode(one) for one in await database.collection(name).find({})])
        if words := [one for one in PLANTED if one.encode() in heap]:
            found[name] = words
    return found


async def faults(service: ServiceUnderTest) -> list[tuple[str, str]]:
    trail, query, broken = Trail({one.name: one for one in service.service.aggregates}), dict[str, str](), list[tuple[str, str]]()
    while True:
        page = await trail.page(service.house.database, query)
        assert isinstance(page, Page)
        broken += [(one["id"], one["reason"]) for one in page.broken]
        if page.next is None:
            return broken
        query = {"after": page.next}


def eraser(service: ServiceUnderTest) -> Eraser:
    return eraser_of(service.service, service.house)


def outliving(service: ServiceUnderTest) -> list[Outliving]:
    return outliving_of(service.service, service.work, service.house.clock)


async def erased(service: ServiceUnderTest, key: str = KEY) -> CustomerErased:
    await service.receives(event := a_customer_erased(complaint_id=key))
    assert await eraser(service).look() == 1
    return event


def history_of(name: str) -> list[Message]:
    """Full of what is planted, and longer than what stays embedded."""
    reply_to = a_reply_to(name="Quellwasser", email="zaunkoenig@example.com", phone="+8613911122233", handle="wanderfalke")
    registered = a_complaint_registered(reply_to=reply_to)
    answers = [a_customer_answered(text=f"Sternwarte {number}") for number in range(40)]
    reports = [a_delivery_reported(notice_id=f"{KEY}:receipt:1", reason="550 Abendstern")]
    later = [a_follow_up_received(reply_to=reply_to)]
    hears: dict[str, list[Message]] = {
        "notification": [registered, *later, *answers, *reports],
        "routing": [registered, *(an_escalation_requested(reason=f"Abendstern {number}") for number in range(40))],
        "sla_watchdog": [registered, *answers],
    }
    return hears[name]


@pytest.mark.parametrize("name", [one for one in SERVICES if one not in ("intake", "casework")])
async def test_nothing_of_the_customer_is_left_and_nothing_comes_back(started: Callable[[str], Awaitable[ServiceUnderTest]], name: str):
    service, said = await started(name), history_of(name)
    for one in said:
        await service.receives(one)
    await Trimmer(service.house.database, service.service.aggregates[0]).trim()
    before, held = await planted_in(service), await Holdings(service.service.aggregates)(service.house.database, {"complaint_id": KEY})

    await erased(service)
    published = len(service.outbox.published)
    again = await service.receives(*said, *(one.model_copy() for one in said[1:3]))

    assert bool(before) == bool(held) == (name != "sla_watchdog")
    assert await Holdings(service.service.aggregates)(service.house.database, {"complaint_id": KEY}) == {}
    assert await planted_in(service) == {}
    assert await faults(service) == []
    assert {one.end for one in again} <= {End.DUPLICATE, End.DONE}
    assert len(service.outbox.published) == published


async def test_a_dead_letter_of_the_complaint_opens_no_more_and_one_of_another_does(started):
    service: ServiceUnderTest = await started("routing")
    letters = DeadLetters("routing", service.house.database, service.house.sealer, service.outbox.publish)
    await service.receives(a_complaint_registered())
    theirs, others = a_complaint_registered(), a_complaint_registered(complaint_id="another")
    at = service.house.clock.now()
    for name, message in (("m1", theirs), ("m2", others)):
        envelope = replace(service.delivery(message, message_id=name).envelope, correlation_id=message.complaint_id)
        await letters.file([Failure(replace(service.delivery(message), envelope=envelope), UnreadableMessage("no"))], at)

    await erased(service)

    [gone] = await letters.letters.find({"message_id": "m1"})
    [kept] = await letters.letters.find({"message_id": "m2"})
    assert (gone["state"], "body" in gone, "body_key" in gone, "shape" in gone) == ("discarded", False, False, False)
    assert (gone["audit"][-1]["what"], kept["state"], "body_key" in kept) == ("erased", "open", True)
    assert (
        await letters.replay(ReplayDeadLetter(service="routing", dead_id=gone["_id"], by="operator", again=True), at) == "nothing-to-replay"
    )
    assert (
        await letters.discard(DiscardDeadLetter(service="routing", dead_id=gone["_id"], by="operator", reason="seen"), at)
        == "nothing-to-discard"
    )


async def test_what_another_replica_archives_or_files_at_that_moment_goes_with_a_later_look(started):
    service: ServiceUnderTest = await started("notification")
    said = history_of("notification")
    for one in said:
        await service.receives(one)
    [old] = await service.house.database.collection("correspondence").find({"_id": KEY})
    await erased(service)
    archive = service.house.database.collection("correspondence_handled")
    await archive.raw.insert_many([{**one, "_id": f"{KEY}/{one['id']}", "of": KEY} for one in old["handled"][:20]])
    assert await planted_in(service) != {}

    service.passes(AGAIN_AFTER[0])
    looked = await eraser(service).look()

    assert looked == 1
    assert await planted_in(service) == {}
    for span in AGAIN_AFTER[1:]:
        service.passes(span)
        assert await eraser(another_replica(service)).look() == 1
    service.passes(timedelta(days=30))
    assert await eraser(service).look() == 0


async def erases(service: ServiceUnderTest) -> None:
    """Whoever loses twelve races in a row comes again, as the retry ladder has it."""
    event = a_customer_erased()
    while (await service.receives(event))[0].end is End.RETRY:
        pass


async def test_whoever_writes_at_the_same_moment_brings_nothing_back(started):
    """Each of several replicas decides on what it read; only what holds when it writes counts."""
    service: ServiceUnderTest = await started("notification")
    said = history_of("notification")
    await service.receives(said[0])
    replicas = [service, *(another_replica(service) for _ in range(3))]

    await asyncio.gather(
        *(replicas[number % 4].receives(one) for number, one in enumerate(said[1:])),
        erases(another_replica(service)),
        Trimmer(service.house.database, service.service.aggregates[0]).trim(),
    )
    await eraser(service).look()
    service.passes(AGAIN_AFTER[0])
    await eraser(service).look()

    assert await planted_in(service) == {}
    assert await faults(service) == []


async def test_an_erasure_that_comes_before_what_it_erases_erases_it_too(started):
    service: ServiceUnderTest = await started("notification")
    await service.receives(a_customer_erased())

    await service.receives(*history_of("notification"))
    await eraser(service).look()

    assert await planted_in(service) == {}
    assert await faults(service) == []


def a_mail(number: int = 1) -> Message:
    file = ("image/png", b"Abendstern" * 30_000)
    raw = an_email(WORDS, subject="退款 Sternwarte", message_id=f"<mail-{number}@example.com>").replace(
        b"Li Lei <lilei@example.com>", b"Quellwasser <zaunkoenig@example.com>"
    )
    attachment = {"name": "Abendstern.png", "type": file[0], "size": len(file[1]), "content_b64": b64encode(file[1]).decode()}
    return an_inbound_email(raw=raw, sender={"name": "Quellwasser", "email": "zaunkoenig@example.com"}, attachments=[attachment])


async def test_intake_forgets_originals_threads_and_words_and_the_books_still_balance(started):
    intake: ServiceUnderTest = await started("intake")
    talk = {"thread_id": "wanderfalke-thread", "sender": {"name": "Quellwasser", "handle": "wanderfalke", "phone": "+8613911122233"}}
    said = [an_inbound_chat(WORDS, **talk), *(an_inbound_chat(f"{WORDS}{n}", source_id=f"later-{n}", **talk) for n in range(40))]
    for one in (*said, a_mail()):
        await intake.receives(one)
    await Trimmer(intake.house.database, intake.service.aggregates[0]).trim()
    mail = complaint_id_of("mail-cn", "<mail-1@example.com>")
    counted = await books.balance(intake.house.database, {})
    assert await planted_in(intake) != {}

    for key in (CHAT, mail):
        await erased(intake, key)
    after = await books.balance(intake.house.database, {})
    published = len(intake.outbox.published)
    for one in (*said, a_mail()):
        await intake.receives(one)

    assert await planted_in(intake) == {}
    assert await faults(intake) == []
    assert after == counted
    assert adds_up({**after, "pending": 0})
    assert len(intake.outbox.published) == published
    assert [one async for one in intake.house.database.collection("arrivals").stream({"body_key": {"$exists": True}})] == []


async def test_intake_knows_a_copy_of_an_erased_message_by_its_id_even_with_other_words(started):
    intake: ServiceUnderTest = await started("intake")
    await intake.receives(an_inbound_chat(WORDS))
    await erased(intake, CHAT)

    [task] = await another_replica(intake).receives(an_inbound_chat("Sternwarte, anders gesagt"))

    assert (task.end, task.what) == (End.DUPLICATE, "registered")
    assert await planted_in(intake) == {}
    assert (await books.balance(intake.house.database, {}))["duplicate"] == 1


async def test_who_sent_what_was_refused_is_forgotten_when_its_time_is_over(started):
    """It belongs to no complaint, so nobody would ask for it."""
    intake: ServiceUnderTest = await started("intake")
    notification: ServiceUnderTest = await started("notification")
    refused = an_inbound_chat(" ", sender={"name": "Quellwasser", "handle": "wanderfalke"})
    await intake.receives(refused)
    await notification.receives(*intake.emitted(InboundRefused))
    at_once = [await one.look() for service in (intake, notification) for one in outliving(service)]
    counted = await books.balance(intake.house.database, {})
    before = [await planted_in(service) for service in (intake, notification)]

    for service in (intake, notification):
        service.passes(timedelta(days=91))
        assert [await one.look() for one in outliving(service)] == [1]
        assert [await one.look() for one in outliving(service)] == [0]
    await intake.receives(refused)

    assert (at_once, [bool(one) for one in before]) == ([0, 0], [True, True])
    assert [await planted_in(service) for service in (intake, notification)] == [{}, {}]
    assert [await faults(service) for service in (intake, notification)] == [[], []]
    again = await books.balance(intake.house.database, {})
    assert (again["refused"], again["received"], again["duplicate"]) == (counted["refused"], counted["received"], 1)


async def test_who_writes_on_after_that_begins_a_new_complaint(started):
    intake: ServiceUnderTest = await started("intake")
    await intake.receives(an_inbound_chat(thread_id="one"))
    number = (await intake.state(CHAT))["number"]
    await erased(intake, CHAT)

    await intake.receives(an_inbound_chat("还没有到账", source_id="new-1", thread_id="one"))
    await intake.receives(an_inbound_chat(f"单号 {number},还没有到账", source_id="new-2", thread_id="two"))

    keys = [complaint_id_of("webchat", one) for one in ("new-1", "new-2")]
    assert [(await intake.state(key))["complaint_id"] for key in keys] == keys
    assert len({(await intake.state(key))["number"] for key in (CHAT, *keys)}) == 3
    shown = await complaint(intake.house.database, {"number": number})
    assert (shown["complaint_id"], shown["text"], shown["sender"]["name"]) == (CHAT, "[erased]", "[erased]")
