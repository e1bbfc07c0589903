"""What memory cannot show: acknowledgement, redelivery, the retry ladder, dead letters, replay, nothing unroutable lost."""

import signal
from uuid import uuid4

import aio_pika
import httpx2
import pytest

from shared.contracts import DeliveryReported, DiscardDeadLetter, Inbound, ReplayDeadLetter
from shared.storage import Document
from shared.topology import RETURN, UNROUTABLE
from tests.builders import a_complaint_registered, a_customer_answered, an_inbound
from tests.house import RunningHouse, eventually


def a_name() -> str:
    return uuid4().hex


async def depth(house: RunningHouse, queue: str) -> int:
    channel = await house.channel()
    declared = await channel.declare_queue(queue, passive=True)
    return declared.declaration_result.message_count or 0


async def registered(house: RunningHouse, message: Inbound) -> dict[str, str]:
    async def look() -> dict[str, str]:
        return await house.view("intake", "/arrival", adapter=message.adapter, source_id=message.source_id) or {}

    return await eventually(look, lambda seen: seen.get("result", "pending") != "pending")


async def notice_in(house: RunningHouse, notice_id: str) -> bytes:
    """The body of one notice, out of the adapter's own queue."""
    queue = await (await house.channel("webchat")).get_queue("outbound.chat.webchat", ensure=False)
    async with queue.iterator(timeout=10) as messages:
        async for message in messages:
            await message.ack()
            if message.message_id == notice_id:
                return message.body
    raise AssertionError(f"no notice {notice_id} in the queue")


async def dead_letters(house: RunningHouse, service: str, queue: str) -> list[Document]:
    return [one for one in await house.view(service, "/dead") if one["queue"] == queue]


async def test_a_complaint_travels_from_its_channel_to_its_receipt(house: RunningHouse):
    message = an_inbound("chat", source_id=a_name(), thread_id=a_name())

    await house.publish(message)
    ended = await registered(house, message)
    notices = await eventually(lambda: house.view("notification", "/notices", complaint_id=ended["complaint_id"]))
    clocks = await eventually(
        lambda: house.view("sla_watchdog", "/clocks", complaint_id=ended["complaint_id"]), lambda seen: bool(seen) and len(seen) == 4
    )
    receipt = await notice_in(house, notices[0]["notice_id"])

    assert ended["result"] == "registered"
    assert [(one["kind"], one["state"]) for one in notices] == [("receipt", "sent")]
    assert {one["kind"] for one in clocks} == {"first_response", "resolution", "update", "final_response"}
    assert ended["number"].encode() in receipt


async def test_an_adapters_report_settles_the_notice(house: RunningHouse):
    message = an_inbound("chat", source_id=a_name(), thread_id=a_name())
    await house.publish(message)
    ended = await registered(house, message)
    [notice] = await eventually(lambda: house.view("notification", "/notices", complaint_id=ended["complaint_id"]))
    report = DeliveryReported(notice_id=notice["notice_id"], state="delivered", at=message.received_at)

    exchange = await (await house.channel("webchat")).get_exchange(report.exchange, ensure=False)
    body = aio_pika.Message(report.model_dump_json().encode(), type=report.key, message_id=a_name(), user_id="webchat")
    await exchange.publish(body, routing_key="delivery.webchat")

    async def state() -> str:
        [seen] = await house.view("notification", "/notices", complaint_id=ended["complaint_id"])
        return str(seen["state"])

    assert await eventually(state, lambda seen: seen == "delivered") == "delivered"


async def test_an_unreadable_message_is_parked_at_once_and_its_neighbours_go_on(house: RunningHouse):
    good = [an_inbound("app", source_id=a_name()) for _ in range(20)]
    bad = an_inbound("app", source_id=a_name())

    for message in good[:10]:
        await house.publish(message)
    await house.publish(bad, body=b'{"adapter": ')
    for message in good[10:]:
        await house.publish(message)

    assert [(await registered(house, message))["result"] for message in good] == ["registered"] * 20
    assert (await registered(house, bad))["result"] == "parked"
    [letter] = [one for one in await dead_letters(house, "intake", "intake.app") if one["message_id"] == bad.source_id]
    assert (letter["reason"], letter["attempts"]) == ("unreadable-message", 1)


async def test_what_keeps_failing_climbs_the_ladder_and_is_parked_with_its_attempts(house: RunningHouse):
    """A letter to a mail server that is not there: 1 try and 2 steps of the test's short ladder."""
    message = an_inbound("email", source_id=f"<{a_name()}@example.com>")

    await house.publish(message)
    ended = await registered(house, message)

    async def parked() -> list[Document]:
        return [
            one for one in await dead_letters(house, "notification", "outbound.email.mail-cn") if ended["complaint_id"] in one["message_id"]
        ]

    [letter] = await eventually(parked)
    assert (letter["reason"], letter["attempts"], letter["handler"]) == (
        "mail-server-away",
        3,
        "services.notification.senders.post:Post.handle",
    )
    assert (letter["first_error"]["reason"], letter["first_error"]["type"]) == ("mail-server-away", "MailServerAway")
    assert letter["first_failed_at"] < letter["last_failed_at"]


async def test_a_dead_letter_goes_back_to_its_own_queue_when_it_is_replayed(house: RunningHouse):
    message = an_inbound("app", source_id=a_name())
    await house.publish(message, body=b"[]")
    [letter] = await eventually(lambda: _letters_of(house, message.source_id))

    await house.publish(ReplayDeadLetter(service="intake", dead_id=letter["_id"], by="operator"))

    async def failed_again() -> bool:
        shown = await house.view("intake", "/dead", dead_id=letter["_id"])
        return shown["state"] == "open" and shown["last_failed_at"] != letter["last_failed_at"]

    assert await eventually(failed_again)
    shown = await house.view("intake", "/dead", dead_id=letter["_id"])
    assert [(one["what"], one["by"]) for one in shown["audit"]] == [("replayed", "operator")]


async def _letters_of(house: RunningHouse, message_id: str) -> list[Document]:
    return [one for one in await house.view("intake", "/dead") if one["message_id"] == message_id]


async def test_a_discarded_dead_letter_is_gone_from_the_list_but_kept_with_the_reason(house: RunningHouse):
    message = an_inbound("app", source_id=a_name())
    await house.publish(message, body=b"[]")
    [letter] = await eventually(lambda: _letters_of(house, message.source_id))

    await house.publish(DiscardDeadLetter(service="intake", dead_id=letter["_id"], by="operator", reason="sent by mistake"))

    assert await eventually(lambda: _letters_of(house, message.source_id), lambda seen: not seen) == []
    shown = await house.view("intake", "/dead", dead_id=letter["_id"])
    assert (shown["state"], shown["audit"][0]["reason"], shown["audit"][0]["by"]) == ("discarded", "sent by mistake", "operator")


async def test_what_nobody_listens_to_lands_in_the_unroutable_queue(house: RunningHouse):
    channel = await house.channel()
    exchange = await channel.get_exchange("redress.events", ensure=False)

    await exchange.publish(aio_pika.Message(b"{}", message_id=a_name()), routing_key="something.nobody-knows.v1")

    assert await eventually(lambda: depth(house, UNROUTABLE)) == 1


async def test_an_adapter_may_publish_under_no_other_name(house: RunningHouse):
    with pytest.raises(aio_pika.exceptions.AMQPError):
        await house.publish(an_inbound("app", source_id=a_name()), user="webchat")
    house.forget("webchat")


async def test_a_service_killed_in_the_middle_of_its_work_loses_nothing_and_repeats_nothing(house: RunningHouse):
    """SIGSTOP with messages in its hands, then SIGKILL: the broker gives them to the next process."""
    house.signal("routing", signal.SIGSTOP)
    messages = [an_inbound("app", source_id=a_name()) for _ in range(300)]
    await house.publish_all(messages)
    numbers = [await registered(house, message) for message in messages]
    house.signal("routing", signal.SIGKILL)

    await house.restart("routing")

    async def assigned() -> int:
        return sum([await house.view("routing", "/assignment", complaint_id=one["complaint_id"]) is not None for one in numbers])

    assert await eventually(assigned, lambda seen: seen == 300) == 300


async def test_a_message_on_which_workers_die_again_and_again_is_given_up_parked_and_counted(house: RunningHouse):
    """The test stands in for the workers: each takes the message and is gone with it, until the broker's delivery limit.

    From RabbitMQ 4.3 on, what a consumer gives back with `nack` no longer counts; a channel that closes does, in every version.
    """
    message = an_inbound("review", source_id=a_name())
    await house.stop("intake")
    await house.publish(message)
    async with await aio_pika.connect(house.namespace.amqp_url) as workers:
        while not await depth(house, "intake.dead"):
            async with workers.channel() as worker:
                await (await worker.get_queue("intake.review", ensure=False)).get(fail=False, timeout=5)
    await house.restart("intake")

    assert (await registered(house, message)) == {
        "source_id": message.source_id,
        "resent": 0,
        "result": "parked",
        "reason": "delivered-too-often",
    }


async def test_an_event_published_twice_changes_nothing_twice(house: RunningHouse):
    event = a_complaint_registered(complaint_id=str(uuid4()))
    channel = await house.channel()
    exchange = await channel.get_exchange(RETURN, ensure=False)
    for _ in range(3):
        body = aio_pika.Message(event.model_dump_json().encode(), message_id=f"event-of-{event.complaint_id}", type=event.key)
        await exchange.publish(body, routing_key="sla-watchdog.complaint-registered")
    answered = a_customer_answered(complaint_id=event.complaint_id, answered_at=event.received_at)

    await house.publish(answered, user=None)

    async def clocks() -> list[Document]:
        return await house.view("sla_watchdog", "/clocks", complaint_id=event.complaint_id) or []

    [clock] = await eventually(clocks, lambda seen: bool(seen) and seen[0]["state"] == "met")
    assert [one["what"] for one in clock["history"]] == ["first-response-started", "answered"]


async def test_the_balance_counts_every_message_in_its_own_channel(house: RunningHouse):
    async def books() -> Document:
        return await house.view("intake", "/balance")

    before = await eventually(books, lambda seen: seen["unended"] == 0)
    message = an_inbound("phone", source_id=a_name(), thread_id=a_name())
    for _ in range(2):
        await house.publish(message)
    await registered(house, message)
    after = await eventually(books, lambda seen: seen["duplicate"] > before["duplicate"])

    grown = [name for name in ("received", "registered", "duplicate") if after[name] == before[name] + 1]
    assert grown == ["received", "registered", "duplicate"]
    assert after["by_channel"]["phone"]["received"] == before["by_channel"].get("phone", {"received": 0})["received"] + 1


async def test_views_are_closed_to_strangers_and_metrics_name_no_customer(house: RunningHouse):
    message = an_inbound("app", source_id=a_name(), sender={"email": "somebody@example.com"})
    await house.publish(message)
    await registered(house, message)
    counted = 'redress_messages_total{end="done",queue="intake.app"}'
    await eventually(lambda: house.metrics("intake"), lambda seen: counted in seen)

    async with httpx2.AsyncClient() as client:
        refused = await client.get(house.running.of("intake").url + "/complaints")
        metrics = await client.get(house.running.of("intake").url + "/metrics")

    assert refused.status_code == httpx2.codes.UNAUTHORIZED
    assert counted in metrics.text
    assert "example.com" not in metrics.text
