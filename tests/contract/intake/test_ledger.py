"""What came is kept, found again and counted from both sides."""

from dataclasses import replace

import pytest

from deploy.cli.balance import adds_up
from services.intake import balance as books
from services.intake import store
from services.intake.identity import complaint_id_of
from shared.dead import DeadLetters, Failure
from shared.errors import UnreadableMessage, UnstorableState
from shared.sealing import Sealed
from tests.builders import an_inbound
from tests.under_test import ServiceUnderTest


async def test_the_exact_bytes_are_kept_even_of_what_cannot_be_read(intake: ServiceUnderTest):
    delivery = replace(intake.delivery(an_inbound("app")), body=b'{"adapter": broken \xff')

    [task] = await intake.work.handle([delivery])

    inbound_id = complaint_id_of("app-cn", delivery.envelope.message_id)
    kept = await intake.stored(inbound_id, "arrivals")
    assert kept is not None
    assert task.what == "unreadable-message"
    assert intake.house.sealer.open(Sealed(kept["body"], kept["body_key"]), f"arrival/{inbound_id}") == delivery.body


async def test_other_bytes_under_a_known_id_are_kept_beside_the_first(intake: ServiceUnderTest):
    await intake.receives(an_inbound("app"))
    await intake.receives(an_inbound("app", "完全不同的话,也不能丢"))

    assert await intake.house.database.collection("arrivals").count({"beside": {"$exists": True}}) == 1
    assert (await books.balance(intake.house.database, {}))["received"] == 1


async def test_of_a_copy_and_other_bytes_in_one_batch_only_the_other_bytes_are_kept_beside(intake: ServiceUnderTest):
    first = an_inbound("app")
    await intake.receives(first)

    await intake.receives(first, an_inbound("app", "完全不同的话,也不能丢"))

    [beside] = await intake.house.database.collection("arrivals").find({"beside": {"$exists": True}})
    assert beside["sha256"] != (await intake.house.database.collection("arrivals").find({"_id": beside["beside"]}))[0]["sha256"]


async def test_a_lost_row_of_the_ledger_shows_in_the_balance(intake: ServiceUnderTest):
    await intake.receives(*(an_inbound("chat", source_id=f"m-{n}", thread_id="one") for n in range(3)))
    await intake.house.database.collection("arrivals").raw.delete_one({"source_id": "m-2"})

    counted = await books.balance(intake.house.database, {})

    assert (counted["received"], counted["registered"], counted["linked"]) == (2, 1, 2)
    assert (counted["unended"], counted["unarrived"], counted["by_channel"]["chat"]["unarrived"]) == (0, 1, 1)
    assert not adds_up({**counted, "pending": 0})


async def test_a_lost_end_and_a_lost_row_do_not_level_each_other(intake: ServiceUnderTest):
    kept, lost = an_inbound("app", source_id="a-1"), an_inbound("app", source_id="a-2")
    await intake.receives(kept, lost)
    await intake.house.database.collection("arrivals").raw.delete_one({"source_id": "a-1"})
    await intake.house.database.collection("complaints").raw.delete_one({"_id": complaint_id_of(lost.adapter, lost.source_id)})

    counted = await books.balance(intake.house.database, {})

    assert (counted["received"], counted["registered"], counted["unended"], counted["unarrived"]) == (1, 1, 1, 1)
    assert not adds_up({**counted, "pending": 0})


async def test_parked_letters_are_counted_with_their_arrival_and_missed_without(intake: ServiceUnderTest):
    letters = DeadLetters("intake", intake.house.database, intake.house.sealer, intake.outbox.publish)
    broken = replace(intake.delivery(an_inbound("app")), body=b"broken")
    other = replace(broken, body=b"broken otherwise")
    for one in (broken, other):
        await intake.work.handle([one])
    await letters.file([Failure(broken, UnreadableMessage("broken"))], intake.house.clock.now())
    before = await books.balance(intake.house.database, {})
    await letters.file([Failure(intake.delivery(an_inbound("chat")), UnstorableState("too large"))], intake.house.clock.now())

    after = await books.balance(intake.house.database, {})

    assert (before["received"], before["parked"], before["unended"], before["unarrived"]) == (1, 1, 0, 0)
    assert (after["received"], after["parked"], after["unarrived"], after["by_channel"]["chat"]["unarrived"]) == (1, 2, 1, 1)


async def test_what_the_ledger_cannot_keep_is_not_taken_for_a_resend(intake: ServiceUnderTest):
    """Only a validator of the database makes a write fail at will."""
    raw = intake.house.database.raw
    await raw.create_collection("arrivals", validator={"channel": {"$ne": "app"}})

    with pytest.raises(UnstorableState):
        await intake.receives(an_inbound("app"))

    assert intake.outbox.published == []
    assert (await intake.house.database.collection("complaints").count({})) == 0


@pytest.mark.parametrize("source_id", ["m-1", "m-2"])
async def test_a_complaint_is_found_by_the_source_id_of_any_of_its_messages(intake: ServiceUnderTest, source_id: str):
    await intake.receives(*(an_inbound("chat", source_id=one, thread_id="one") for one in ("m-1", "m-2")))

    found = await store.complaint(intake.house.database, {"source_id": source_id})

    assert found["source_id"] == "m-1"
