"""What intake promises to adapters and neighbours."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake import balance as books
from services.intake.identity import Keys, complaint_id_of, number_name
from services.intake.numbers import number_for
from shared.contracts import ComplaintRegistered, FollowUpReceived, InboundRefused
from shared.contracts.vocabulary import Channel, ComplaintId
from shared.envelope import SENDER, once_more
from shared.errors import BrokerAway
from shared.task import End, Task
from tests.builders import an_email, an_inbound, an_inbound_email
from tests.under_test import ServiceUnderTest, another_replica


def ends(tasks: Sequence[Task]) -> list[str]:
    return [f"{task.end}/{task.what}" for task in tasks]


@pytest.mark.parametrize("channel", list(Channel))
async def test_every_channel_registers_a_complaint_with_a_number(intake: ServiceUnderTest, channel: Channel):
    message = an_inbound(channel)

    await intake.receives(message)

    [registered] = intake.emitted(ComplaintRegistered)
    assert registered.complaint_id == complaint_id_of(message.adapter, message.source_id)
    assert (registered.channel, registered.adapter, registered.number[:3]) == (channel, message.adapter, "RD-")
    assert (registered.country, registered.legal_entity) == ("CN", "okpay-cn")


async def test_the_same_message_again_is_one_complaint_for_ever(intake: ServiceUnderTest):
    message = an_inbound("app")

    tasks = [*await intake.receives(message), *await another_replica(intake).receives(message, times=2)]

    assert ends(tasks) == ["done/registered", "duplicate/registered", "duplicate/registered"]
    first, again = intake.outbox.published
    assert (again.message_id, again.body) == (first.message_id, first.body)
    assert (await books.balance(intake.house.database, {}))["duplicate"] == 2


async def test_of_a_copy_nothing_is_said_again_by_who_saw_the_first_one_through(intake: ServiceUnderTest):
    """A follow-up too, whose record is in another complaint's document."""
    messages = [an_inbound("chat", source_id=f"m-{n}", thread_id="conversation-1") for n in range(2)]
    await intake.receives(*messages)
    said = len(intake.outbox.published)

    tasks = await intake.receives(*messages, times=2)

    assert ends(tasks) == ["duplicate/registered", "duplicate/linked"] * 2
    assert len(intake.outbox.published) == said == 2
    counted = await books.balance(intake.house.database, {})
    assert (counted["received"], counted["duplicate"], counted["unended"]) == (2, 4, 0)


async def test_what_comes_again_for_any_other_reason_is_said_again(intake: ServiceUnderTest):
    delivery = intake.delivery(an_inbound("app"))
    replayed = replace(delivery, envelope=replace(delivery.envelope, headers={SENDER: "app-cn"}))
    await intake.work.handle([delivery])

    for again in (once_more(delivery), replayed):
        await intake.work.handle([again])

    assert len({one.message_id for one in intake.outbox.published}) == 1
    assert len(intake.outbox.published) == 3


async def test_a_copy_of_what_was_written_and_not_yet_confirmed_brings_its_events(intake: ServiceUnderTest):
    message = an_inbound("app")
    intake.outbox.away_for = 2
    for _ in range(2):
        with pytest.raises(BrokerAway):
            await intake.receives(message)

    await intake.receives(message, times=2)

    assert len(intake.outbox.published) == len(intake.emitted(ComplaintRegistered)) == 1


async def test_other_bytes_under_a_known_id_are_no_copy_and_go_the_whole_way(intake: ServiceUnderTest):
    """They may be unreadable: then they are parked, whatever the first were."""
    delivery = intake.delivery(an_inbound("app"))
    await intake.work.handle([delivery])

    tasks = [task for body in (delivery.body + b" ", b"{") for task in await intake.work.handle([replace(delivery, body=body)])]

    assert ends(tasks) == ["duplicate/registered", "dead/unreadable-message"]
    assert {one.type for one in intake.outbox.published} == {ComplaintRegistered.key}


async def test_two_messages_of_one_conversation_are_one_complaint_and_a_follow_up(intake: ServiceUnderTest):
    first = an_inbound("chat", source_id="m-1", thread_id="conversation-1")
    second = an_inbound("chat", source_id="m-2", thread_id="conversation-1")

    assert ends(await intake.receives(first, second)) == ["done/registered", "done/linked"]

    [registered], [followed] = intake.emitted(ComplaintRegistered), intake.emitted(FollowUpReceived)
    assert (followed.complaint_id, followed.number, followed.owner_known) == (registered.complaint_id, registered.number, True)


async def test_two_replicas_with_a_message_each_of_a_new_conversation_open_one_complaint(intake: ServiceUnderTest):
    messages = [an_inbound("chat", source_id=f"m-{n}", thread_id="conversation-1") for n in range(8)]

    await asyncio.gather(*[another_replica(intake).receives(message) for message in messages])
    for message in messages:
        await intake.receives(message)

    assert len(intake.emitted(ComplaintRegistered)) == 1
    assert len(intake.emitted(FollowUpReceived)) == 7
    counted = await books.balance(intake.house.database, {})
    assert (counted["received"], counted["registered"], counted["linked"], counted["unended"]) == (8, 1, 7, 0)


async def test_a_mail_that_quotes_the_number_is_linked_and_says_whether_its_sender_is_known(intake: ServiceUnderTest):
    await intake.receives(an_inbound("app", sender={"email": "owner@example.com"}))
    [registered] = intake.emitted(ComplaintRegistered)
    owner = an_inbound("phone", f"我的投诉编号是 {registered.number},有进展吗?", source_id="call-2", sender={"email": "owner@example.com"})
    stranger = an_inbound("social", f"complaint {registered.number} please hurry up", source_id="post-9", sender={"handle": "@stranger"})

    await intake.receives(owner, stranger)

    assert [(one.channel, one.owner_known) for one in intake.emitted(FollowUpReceived)] == [(Channel.PHONE, True), (Channel.SOCIAL, False)]


async def test_an_unknown_number_opens_a_complaint_of_its_own(intake: ServiceUnderTest):
    await intake.receives(an_inbound("app", f"投诉编号 {number_for(ComplaintId('nobody'), b'k', 0)} 一直没有人处理,退款 20 元没到账"))

    assert len(intake.emitted(ComplaintRegistered)) == 1


async def test_a_number_in_use_is_made_again(intake: ServiceUnderTest):
    message = an_inbound("app")
    taken = number_for(complaint_id_of(message.adapter, message.source_id), intake.service.facts[Keys].numbers, 0)
    await intake.house.database.collection("claims").raw.insert_one({"_id": number_name(taken), "owner": "somebody else"})

    await intake.receives(message)

    [registered] = intake.emitted(ComplaintRegistered)
    assert registered.number != taken


async def test_automatic_mail_is_set_aside_and_counted(intake: ServiceUnderTest):
    raw = an_email("I am away.", subject="Out of office").replace(b"Subject:", b"Auto-Submitted: auto-replied\nSubject:", 1)

    assert ends(await intake.receives(an_inbound_email(raw=raw))) == ["done/automatic-mail"]

    assert intake.outbox.published == []
    assert (await books.balance(intake.house.database, {}))["set_aside"] == 1


async def test_an_empty_message_is_refused_with_a_reason(intake: ServiceUnderTest):
    await intake.receives(an_inbound("app", form={"text": " "}), times=2)

    [refused] = intake.emitted(InboundRefused)
    assert refused.reason == "nothing-to-read"
    assert (await books.balance(intake.house.database, {}))["refused"] == 1


@pytest.mark.parametrize(
    ("sender", "routing_key"), [("webchat", None), ("guest", None), (None, "app.somebody-else"), (None, "chat.app-cn")]
)
async def test_nobody_speaks_for_an_adapter_that_is_not_theirs(intake: ServiceUnderTest, sender: str | None, routing_key: str | None):
    message = an_inbound("app")
    delivery = intake.delivery(message, sender=sender)
    envelope = replace(delivery.envelope, routing_key=routing_key or message.routing_key)

    [task] = await intake.work.handle([replace(delivery, envelope=envelope)])

    assert (task.end, task.what) == (End.DEAD, "adapter-mismatch")
    assert intake.emitted(ComplaintRegistered) == []


async def test_a_receipt_time_in_the_future_is_clamped_and_flagged(intake: ServiceUnderTest):
    now = intake.house.clock.now()
    message = an_inbound("app", received_at=now + timedelta(hours=5))

    await intake.receives(message, at=now)

    [registered] = intake.emitted(ComplaintRegistered)
    assert registered.received_at == now
    assert (await intake.state(registered.complaint_id))["received_in_future"] is True


async def test_the_customers_words_stay_in_intake(intake: ServiceUnderTest):
    await intake.receives(an_inbound("app", "我的微信名是小燕子,退款 128 元没到账,太过分了"))

    assert [word for word in ("小燕子", "太过分") if any(word in one.body.decode() for one in intake.outbox.published)] == []


async def test_a_crash_between_write_and_publishing_heals_by_redelivery(intake: ServiceUnderTest):
    message = an_inbound("app")
    intake.outbox.away_for = 1
    with pytest.raises(BrokerAway):
        await intake.receives(message)

    await intake.receives(message)

    assert len(intake.emitted(ComplaintRegistered)) == 1
    assert (await books.balance(intake.house.database, {}))["unended"] == 0


async def test_a_message_tried_again_after_an_outage_or_replayed_is_no_resend(intake: ServiceUnderTest):
    delivery = intake.delivery(an_inbound("app"))
    replayed = replace(delivery, envelope=replace(delivery.envelope, headers={SENDER: "app-cn"}))

    for one in (delivery, once_more(delivery), replayed):
        await intake.work.handle([one])

    assert (await books.balance(intake.house.database, {}))["duplicate"] == 0


@pytest.mark.parametrize(
    ("adapter", "text", "regime"),
    [
        ("app-cn", "退款一直没有到账", "cn_payment"),
        ("app-uk", "My refund never arrived, this is unacceptable", "uk_emoney"),
        ("app-in", "My refund never arrived, this is unacceptable", "in_rbi"),
        ("app-hk", "退款一直沒有到帳", "house"),
        ("app-uk", "How do I raise my limit?", "house"),
        ("app-uk", "Great service, love the app", "house"),
    ],
)
async def test_a_complaint_says_whose_rules_it_falls_under(intake: ServiceUnderTest, adapter: str, text: str, regime: str):
    await intake.receives(an_inbound("app", adapter=adapter, source_id="form-1", form={"text": text}))

    [registered] = intake.emitted(ComplaintRegistered)
    assert registered.regime == regime == (await intake.state(registered.complaint_id))["regime"]
