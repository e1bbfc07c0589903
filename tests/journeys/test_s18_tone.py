"""S18: an angry tone never costs a place in the queue; threats, self-harm and going public are flagged for people to see."""

import asyncio

import pytest

from shared.contracts.vocabulary import NoticeKind
from tests.journeys.customer import a_customer
from tests.journeys.desk import stands, ticking
from tests.journeys.town import Town

POLITE = "您好，我申请的退款已经十天了，一直没有退给我，麻烦帮忙看一下，谢谢。"
ANGRY = "你们这群骗子！！！垃圾公司！我申请的退款已经十天了，一直没有退给我！！！气死我了！！！"


async def test_s18_who_is_angry_is_treated_like_who_is_polite(town: Town) -> None:
    customers = [a_customer(town, "chat"), a_customer(town, "chat")]

    complaints = await asyncio.gather(*(one.complains(text) for one, text in zip(customers, (POLITE, ANGRY), strict=True)))
    lives = [await stands(town, one, lambda seen: seen["team"]) for one in complaints]
    clocks = [await ticking(town, one, lambda seen: "resolution" in seen) for one in complaints]
    receipts = [await one.hears(NoticeKind.RECEIPT) for one in customers]

    assert [(one["category"], one["team"], one["priority"]) for one in lives] == [("refund", "refunds", "normal")] * 2
    assert len({one["resolution"]["policy"] for one in clocks}) == 1
    assert ["我们的理解：退款" in one.text and "24 小时" in one.text for one in receipts] == [True, True]


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("再不退款我就去12378投诉，并且报警！", "threat"),
        ("再不退款我就找媒体曝光你们！", "threat"),
        ("一直不退款，我活不下去了，不想活了。", "threat"),
        ("我申请的退款一直没退，我住院等着钱做手术。", "vulnerability"),
    ],
)
async def test_s18_threats_and_need_are_flagged_and_answered_like_everybody(town: Town, text: str, signal: str) -> None:
    customer = a_customer(town, "chat")

    complaint = await customer.complains(text)
    life = await stands(town, complaint, lambda seen: seen["team"])
    receipt = await customer.hears(NoticeKind.RECEIPT)

    shown = await town.shown(complaint.number)
    assert signal in {one["kind"] for one in shown["complaint"]["facts"]}
    assert (life["team"], life["priority"]) == ("refunds", "high")
    assert complaint.number in receipt.text
