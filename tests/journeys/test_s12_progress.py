"""S12: how it stands is told to who complained, on any channel, and to nobody else; urging counts once a day, never as a complaint."""

from datetime import timedelta

from shared.contracts import ReplyToCustomer
from shared.contracts.vocabulary import NoticeKind
from tests.journeys.customer import a_customer
from tests.journeys.desk import does, stands, taken
from tests.journeys.town import Town

REFUND = "我申请的退款已经十天了，一直没有退给我。"
ANSWER = "您好，退款正在处理，请稍候。"
URGES = "催一下，怎么还没有人处理我的投诉？"


async def test_s12_who_complained_asks_by_number_on_another_channel_and_is_told_what_comes_next_and_until_when(town: Town) -> None:
    customer = a_customer(town, "chat")
    complaint = await customer.complains(REFUND)
    agent = await taken(town, complaint)
    await does(town, agent, ReplyToCustomer, complaint, text=ANSWER)
    await customer.hears(NoticeKind.ANSWER)

    asked = await customer.on("email").adds(f"投诉编号 {complaint.number}，请问处理进度如何？")
    told = await customer.hears(NoticeKind.PROGRESS)

    assert asked == complaint
    assert (told.channel, complaint.number in told.text) == ("email", True)
    assert told.lacks("目前进度：", "下一步：", "我们会在") == []
    assert ANSWER not in told.text


async def test_s12_a_stranger_who_knows_the_number_hears_only_how_to_prove_who_they_are(town: Town) -> None:
    customer, stranger = a_customer(town, "chat"), a_customer(town, "email")
    complaint = await customer.complains(REFUND)
    await customer.hears(NoticeKind.RECEIPT)

    await stranger.adds(f"投诉编号 {complaint.number}，请问处理进度如何？")
    told = await stranger.hears(NoticeKind.PROGRESS)

    assert "不足以确认您就是投诉人" in told.text
    assert [one for one in (complaint.number, "退款", "目前进度") if one in told.text + (told.subject or "")] == []
    assert [one.kind for one in customer.heard()] == [NoticeKind.RECEIPT]


async def test_s12_urging_raises_the_urgency_once_a_day_and_opens_no_second_complaint(town: Town) -> None:
    customer = a_customer(town, "chat")
    complaint = await customer.complains(REFUND)
    agent = await taken(town, complaint)
    await does(town, agent, ReplyToCustomer, complaint, text=ANSWER)

    assert await customer.adds(URGES) == complaint
    raised = await stands(town, complaint, lambda seen: seen["priority"] == "high")
    assert await customer.adds(URGES) == complaint
    same_day = await stands(town, complaint, lambda seen: [one["reason"] for one in seen["history"]].count("chaser") == 2)
    await town.passes(timedelta(days=1, minutes=1))
    await customer.adds(URGES)
    next_day = await stands(town, complaint, lambda seen: seen["priority"] == "urgent")

    assert (raised["urged"], same_day["priority"], next_day["urged"]) == (1, "high", 2)
    assert "催办" in (await customer.hears(NoticeKind.PROGRESS)).text
