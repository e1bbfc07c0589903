"""What a purged queue lost is found by comparing neighbours, published again, and heard once."""

import asyncio
import json
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from deploy.cli.mailbox import Mailbox
from services.intake.app import describe
from shared.clock import Clock
from shared.contracts import AddNote, Inbound, ReplyToCustomer, TakeComplaint
from shared.envelope import Delivery, Envelope, Outgoing
from shared.house import House
from shared.sealing import Sealer
from shared.settings import HouseSettings
from shared.storage import connect
from tests.builders import a_command
from tests.house import RunningHouse, eventually
from tests.integration.reconciling import (
    all_told,
    chats,
    edge,
    has_its_clocks,
    is_with_its_team,
    mails,
    purge,
    reconciled,
    registered,
    settled,
    told_by,
)

QUEUES = ("routing.complaint-registered", "casework.complaint-registered", "sla-watchdog.complaint-registered")
ANSWERS = "notification.complaint-customer-answered"

pytestmark = pytest.mark.usefixtures("as_in_the_house")


@pytest.fixture(scope="module")
def house_settings(box: Mailbox) -> Mapping[str, str]:
    return box.environment


async def test_nothing_is_found_where_nothing_was_lost(house: RunningHouse):
    await house.publish_all(messages := [*chats(5), *mails(3)])
    await registered(house, messages)
    await settled(house)

    found = await reconciled(house, "--wait", "10")

    assert (found["ok"], found["found"], found["status"]) == (True, 0, 0)
    assert edge(found, "routing", "complaint.registered.v1")["told"] >= 8
    assert edge(found, "intake", "inbound.chat.v1")["heard"] >= 5
    assert edge(found, "mail", "email.mail-cn")["heard"] >= 3
    assert all(one["untold"] == 0 for one in found["edges"])


async def test_what_purged_queues_lost_is_published_again_and_heard_once(house: RunningHouse, box: Mailbox):
    """Routing, casework and the watchdog lose what waited for them; all complaints come to their end nevertheless."""
    purged = ("routing", "casework", "sla_watchdog")
    for service in purged:
        await house.stop(service)
    await house.publish_all(lost := chats(12))
    complaints = await registered(house, lost)
    await all_told(house)
    assert [await purge(house, queue) > 0 for queue in QUEUES] == [True] * 3
    for service in purged:
        await house.restart(service)
    await house.publish_all(meanwhile := [*chats(4), *mails(2)])
    await registered(house, meanwhile)

    found = await reconciled(house, "--wait", "20")

    assert (found["ok"], found["status"]) == (True, 0)
    assert [edge(found, one, "complaint.registered.v1")["republished"] >= 12 for one in purged] == [True] * 3
    for complaint_id in complaints:
        await has_its_clocks(house, complaint_id)
        await is_with_its_team(house, complaint_id)
        assert len(await house.view("notification", "/notices", complaint_id=complaint_id)) == 1
    await settled(house)
    assert (await reconciled(house, "--wait", "10"))["found"] == 0
    assert (await told_by(house, "balance", "--wait", "10"))["ok"]
    assert len({one["Message-ID"] for one in box.letters}) == len(box.letters)


async def test_what_casework_told_and_a_purged_queue_lost_is_heard_once(house: RunningHouse):
    """Somebody answered, and notification never heard of it."""
    await house.publish_all(messages := chats(3))
    complaints = await registered(house, messages)
    for complaint_id in complaints:
        await is_with_its_team(house, complaint_id)
    await settled(house)
    await house.stop("notification")
    for contract in (TakeComplaint, ReplyToCustomer):
        await house.publish_all([a_command(contract, complaint_id=one, by="supervisor-1") for one in complaints])
    await eventually(lambda: asyncio.gather(*[done_last(house, one) for one in complaints]), lambda seen: seen == ["reply"] * 3)
    # Casework begins a batch when the last one is confirmed: then the answers are out.
    await house.publish(a_command(AddNote, complaint_id=complaints[0], by="supervisor-1"))
    await eventually(lambda: done_last(house, complaints[0]), lambda seen: seen == "add-note")
    await purge(house, ANSWERS)
    await house.restart("notification")

    found = await reconciled(house, "--wait", "20")

    assert (found["ok"], edge(found, "notification", "complaint.customer-answered.v1")["republished"]) == (True, 3)
    await settled(house)
    for complaint_id in complaints:
        notices = await house.view("notification", "/notices", complaint_id=complaint_id)
        assert sorted(one["kind"] for one in notices) == ["answer", "receipt"]


async def done_last(house: RunningHouse, complaint_id: str) -> str:
    """What happened to it, as casework has it."""
    return str((await house.view("casework", "/life", complaint_id=complaint_id))["history"][-1]["what"])


async def test_letters_that_a_purged_queue_lost_go_out_once(house: RunningHouse, box: Mailbox):
    """Notification dies in the moment in which its letters wait: only the ones that never left are sent."""
    await settled(house)
    before = len(box.letters)
    await house.publish_all(sent := mails(3))
    await registered(house, sent)
    await eventually(lambda: asyncio.sleep(0, len(box.letters)), lambda seen: seen == before + 3)
    house.signal("notification", signal.SIGSTOP)
    await house.publish_all(lost := mails(5))
    await registered(house, lost)
    await all_told(house)
    house.signal("notification", signal.SIGKILL)
    await purge(house, "notification.complaint-registered")
    await house.restart("notification")

    found = await reconciled(house, "--wait", "20")

    assert (found["ok"], edge(found, "notification", "complaint.registered.v1")["republished"]) == (True, 5)
    await eventually(lambda: asyncio.sleep(0, len(box.letters)), lambda seen: seen == before + 8)
    await settled(house)
    assert (await reconciled(house, "--wait", "10"))["found"] == 0
    assert len(box.letters) == len({one["Message-ID"] for one in box.letters}) == before + 8


async def test_a_message_that_was_kept_but_never_answered_is_handled_like_any_other(house: RunningHouse):
    """Intake died after its ledger and before its complaint, and its queue was purged."""
    await keep_only(house, message := mails(1)[0])

    found = await reconciled(house, "--wait", "20")

    assert edge(found, "intake", "inbound.email.v1")["republished"] == 1
    await registered(house, [message])
    balance = await told_by(house, "balance", "--wait", "10")
    assert (found["ok"], balance["ok"], balance["by_channel"]["email"]["duplicate"]) == (True, True, 0)


async def keep_only(house: RunningHouse, message: Inbound) -> None:
    """What intake's own ledger does with it, and nothing more."""
    settings = HouseSettings.model_validate(
        {"mongo_url": house.namespace.mongo_url, "secret_key": house.namespace.secret, "database_prefix": house.namespace.prefix}
    )
    database = connect(house.namespace.mongo_url, f"{house.namespace.prefix}_intake")
    clock = Clock(database)
    await clock.agree()
    here = House(settings, database, clock, Sealer(settings.key_for("seal")), _nowhere)
    envelope = Envelope(
        queue=f"intake.{message.channel}",
        message_id=message.source_id,
        cause_id=f"{message.routing_key}/{message.source_id}",
        type=message.key,
        routing_key=message.routing_key,
        sender=message.adapter,
        at=clock.now(),
    )
    keeper = describe().keeper
    assert keeper is not None
    await keeper(here).keep([Delivery(envelope, message.encoded())])
    await database.close()


async def _nowhere(_: Sequence[Outgoing]) -> None:
    raise AssertionError("the ledger publishes nothing")


async def test_a_look_publishes_nothing(house: RunningHouse):
    await settled(house)
    await keep_only(house, message := chats(1)[0])

    looked = await reconciled(house, "--dry-run")

    assert (looked["found"], edge(looked, "intake", "inbound.chat.v1")["republished"], looked["status"]) == (1, 0, 1)
    assert (await house.view("intake", "/arrival", adapter=message.adapter, source_id=message.source_id))["result"] == "pending"
    assert (await reconciled(house, "--wait", "20"))["ok"]


async def test_what_was_told_just_now_is_on_its_way(house: RunningHouse):
    await keep_only(house, chats(1)[0])

    assert (await told_by(house, "reconcile", "--dry-run"))["found"] == 0
    assert (await reconciled(house, "--wait", "20"))["ok"]


async def test_the_adapters_own_list_names_what_intake_never_got(house: RunningHouse, tmp_path: Path):
    await house.publish_all(came := [*chats(3), *mails(2)])
    await registered(house, came)
    never = chats(1)[0]
    file = tmp_path / "confirmed.jsonl"
    lines = [
        {"adapter": one.adapter, "source_id": one.source_id, "confirmed_at": one.received_at.isoformat()} for one in (*came, *came, never)
    ]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")

    found = await told_by(house, "balance", "--sent", str(file), "--wait", "10")

    assert (found["sent"], [one["source_id"] for one in found["missing"]], found["status"]) == (6, [never.source_id], 1)
