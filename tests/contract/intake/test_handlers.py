"""What intake promises to adapters and neighbours."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from deploy.cli.balance import adds_up
from services.intake import balance as books
from services.intake import store
from services.intake.identity import Keys, complaint_id_of, number_name
from services.intake.numbers import number_for
from shared.contracts import ComplaintRegistered, FollowUpReceived, Inbound, InboundRefused
from shared.contracts.vocabulary import Channel, ComplaintId
from shared.dead import DeadLetters, Failure
from shared.envelope import SENDER, once_more
from shared.errors import BrokerAway, UnreadableMessage, UnstorableState
from shared.sealing import Sealed
from shared.task import End, Task
from tests.builders import TEXT, an_email, an_inbound, an_inbound_email
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

    await intake.receives(message, times=3)

    first, *repeats = intake.outbox.published
    assert [one.body for one in repeats] == [first.body, first.body]
    assert (await books.balance(intake.house.database, {}))["duplicate"] == 2


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


def a_mail(source_id: str, sender: str, answers: str, text: str = TEXT) -> Inbound:
    head = f"References: {answers}\nIn-Reply-To: {answers.rsplit(maxsplit=1)[-1]}\nFrom: {sender}" if answers else f"From: {sender}"
    raw = an_email(text, message_id=source_id).replace(b"From: Li Lei <lilei@example.com>", head.encode())
    return an_inbound_email(raw=raw, sender={"email": sender})


def a_comment(source_id: str, sender: dict[str, str], *, public: bool = True) -> Inbound:
    post = {"platform": "weibo", "id": source_id, "in_reply_to": "post-of-the-company", "public": public, "text": TEXT}
    return an_inbound("social", source_id=source_id, sender=sender, post=post)


NEWSLETTER = "<promo-1@okpay.example>"
MINE, HERS = "lilei@example.com", "hanmeimei@example.com"


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param((a_mail("<a1@e>", MINE, NEWSLETTER), a_mail("<b1@e>", HERS, NEWSLETTER)), id="both-answer-one-newsletter"),
        pytest.param((a_mail("<a1@e>", MINE, ""), a_mail("<b1@e>", HERS, "<a1@e>")), id="a-colleague-answers-a-mail"),
        pytest.param((a_comment("p1", {"handle": "@lilei"}), a_comment("p2", {"handle": "@hanmeimei"})), id="both-comment-under-one-post"),
        pytest.param((a_comment("p1", {"name": "李雷"}), a_comment("p2", {"name": "李雷"})), id="nobody-knows-who-they-are"),
        pytest.param(
            (a_comment("p1", {"handle": "@lilei"}, public=False), a_comment("p2", {"handle": "@hanmeimei"}, public=False)),
            id="both-answer-one-post-in-private",
        ),
    ],
)
async def test_two_strangers_in_one_open_thread_have_a_complaint_each(intake: ServiceUnderTest, messages: tuple[Inbound, ...]):
    assert ends(await intake.receives(*messages)) == ["done/registered", "done/registered"]

    assert len({one.number for one in intake.emitted(ComplaintRegistered)}) == 2


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param((a_mail("<a1@e>", MINE, NEWSLETTER), a_mail("<a2@e>", "LiLei@Example.com", NEWSLETTER)), id="under-the-newsletter"),
        pytest.param((a_mail("<a1@e>", MINE, ""), a_mail("<a2@e>", MINE, "<a1@e> <receipt@okpay.example>")), id="answers-our-receipt"),
        pytest.param(
            (a_mail("<a1@e>", MINE, NEWSLETTER), a_mail("<a2@e>", MINE, f"{NEWSLETTER} <a1@e> <receipt@okpay.example>")),
            id="answers-our-receipt-of-an-answer",
        ),
        pytest.param((a_comment("p1", {"handle": "@lilei"}), a_comment("p2", {"handle": "@LiLei"})), id="comments-again"),
        pytest.param((a_comment("p1", {"handle": "@lilei"}), a_comment("p2", {"handle": "@lilei"}, public=False)), id="goes-on-in-private"),
    ],
)
async def test_the_same_sender_in_an_open_thread_goes_on_with_his_complaint(intake: ServiceUnderTest, messages: tuple[Inbound, ...]):
    assert ends(await intake.receives(*messages)) == ["done/registered", "done/linked"]

    [followed] = intake.emitted(FollowUpReceived)
    assert followed.owner_known is True


async def test_a_private_conversation_is_one_complaint_whoever_writes(intake: ServiceUnderTest):
    post = {"platform": "weibo", "id": "p", "public": False, "text": TEXT}
    both = [an_inbound("social", source_id=who, thread_id="dm-1", sender={"handle": who}, post=post) for who in ("@lilei", "@hanmeimei")]

    assert ends(await intake.receives(*both)) == ["done/registered", "done/linked"]


async def test_a_stranger_who_quotes_the_number_in_a_mail_is_linked_and_told_apart(intake: ServiceUnderTest):
    await intake.receives(a_mail("<a1@e>", MINE, ""))
    [registered] = intake.emitted(ComplaintRegistered)

    await intake.receives(a_mail("<b1@e>", HERS, "<a1@e>", f"投诉编号 {registered.number} 怎么样了?"))

    [followed] = intake.emitted(FollowUpReceived)
    assert (followed.complaint_id, followed.owner_known) == (registered.complaint_id, False)


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
