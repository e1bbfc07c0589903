"""S7: the customer is asked once for all that is missing, each thing has a state, and an answer on any channel fills it."""

from datetime import timedelta

from shared.contracts import RequestMaterial
from shared.contracts.vocabulary import Material, NoticeKind, Status
from tests.journeys.customer import a_customer
from tests.journeys.desk import does, is_refused, stands, taken, ticking
from tests.journeys.town import Town

WANTED = (Material.TRANSACTION_ID, Material.SCREENSHOT)


async def test_s07_one_request_names_everything_and_an_answer_by_mail_fills_what_the_chat_was_asked_for(town: Town) -> None:
    customer = a_customer(town, "chat")
    complaint = await customer.complains("转账失败了，钱被扣了还没退。")
    agent = await taken(town, complaint)

    asked = await does(town, agent, RequestMaterial, complaint, materials=WANTED)
    request = await customer.hears(NoticeKind.MATERIAL_REQUEST)
    again = await is_refused(town, agent, RequestMaterial, complaint, materials=WANTED)
    paused = await ticking(town, complaint, lambda seen: seen["resolution"]["state"] == "paused")
    await customer.on("email").adds(f"投诉编号 {complaint.number}，补充材料：交易编号 2026112000887766，截图见附件。")
    answered = await stands(town, complaint, Status.IN_PROGRESS)

    assert (asked["status"], again) == (Status.WAITING_FOR_CUSTOMER, "asked-for-already")
    assert request.lacks(complaint.number, "交易", "截图") == []
    assert {one["material"]: one["state"] for one in asked["materials"]} == dict.fromkeys(WANTED, "open")
    assert {one["material"]: one["state"] for one in answered["materials"]} == dict.fromkeys(WANTED, "received")
    assert paused["first_response"]["state"] == "running"
    await ticking(town, complaint, lambda seen: seen["resolution"]["state"] == "running")
    confirmed = await customer.hears(NoticeKind.PROGRESS)
    assert (confirmed.channel, complaint.number in confirmed.text) == ("email", True)


async def test_s07_the_receipt_asks_at_once_and_not_for_what_was_said_already(town: Town) -> None:
    customer = a_customer(town, "chat", "GB")

    await customer.complains("My payment of £49.99 yesterday failed but I was charged.")
    receipt = await customer.hears(NoticeKind.RECEIPT)

    assert "in one reply" in receipt.text
    assert "the transaction number" in receipt.text
    assert "the amount and currency" not in receipt.text


async def test_s07_who_stays_silent_is_reminded_twice_and_then_the_work_goes_on_without(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint = await customer.complains("转账失败了，钱被扣了还没退。")
    agent = await taken(town, complaint)
    await does(town, agent, RequestMaterial, complaint, materials=WANTED)
    await customer.hears(NoticeKind.MATERIAL_REQUEST)
    await ticking(town, complaint, lambda seen: seen["material_wait"]["state"] == "running")

    reminders = []
    for times in (1, 2):
        await town.passes(timedelta(days=5.5))
        reminders.append(await customer.hears(NoticeKind.REMINDER, times))
    await town.passes(timedelta(days=6))
    life = await stands(town, complaint, lambda seen: "customer-silent" in [one["what"] for one in seen["history"]])

    assert [one.lacks(complaint.number, "截图") for one in reminders] == [[], []]
    assert ["最后一次提醒" in one.text for one in reminders] == [False, True]
    assert life["status"] == Status.IN_PROGRESS
    assert {one["state"] for one in life["materials"]} == {"unanswered"}
