"""S6: a complaint is registered, and its customer has the number within seconds, where they wrote, and never in public."""

import asyncio
from datetime import datetime, timedelta

import pytest

from shared.contracts.vocabulary import Channel, NoticeKind
from tests.journeys.customer import a_customer
from tests.journeys.town import Town

TEXT = "退款十天了还没有到账，请处理。"
AT_ONCE = timedelta(seconds=10)
PRIVATE = [one for one in Channel if one is not Channel.REVIEW]


async def test_s06_the_receipt_with_the_number_arrives_on_the_channel_within_seconds(town: Town) -> None:
    customers = [a_customer(town, one) for one in PRIVATE]

    complaints = await asyncio.gather(*(one.complains(TEXT) for one in customers))
    receipts = await asyncio.gather(*(one.hears(NoticeKind.RECEIPT) for one in customers))

    assert [one.channel for one in receipts] == PRIVATE
    assert all(one.number in receipt.text for one, receipt in zip(complaints, receipts, strict=True))
    for one in complaints:
        shown = await town.shown(one.number)
        [notice] = shown["notices"]
        assert datetime.fromisoformat(notice["told_at"]) - datetime.fromisoformat(shown["complaint"]["received_at"]) < AT_ONCE


@pytest.mark.parametrize("channel", ["social", "review"])
async def test_s06_in_public_there_is_neither_number_nor_fact_until_the_customer_writes_in_private(town: Town, channel: str) -> None:
    customer = a_customer(town, channel)
    public = {"public": True} if channel == "social" else {}

    complaint = await customer.complains(f"{TEXT} 金额 128 元", **public)
    invitation = await customer.hears(NoticeKind.RECEIPT)

    assert (invitation.number, complaint.number in invitation.text, "128" in invitation.text) == (None, False, False)
    assert "私信" in invitation.text


async def test_s06_a_resend_gets_no_second_number_and_no_second_receipt(town: Town) -> None:
    customer = a_customer(town, "app")
    same = {"source_id": f"{customer.key}-same", "received_at": town.now(), "sent_at": town.now()}

    first = await customer.complains(TEXT, **same)
    again = await customer.complains(TEXT, **same)
    await customer.adds("补充一下：是11月10日申请的。")
    await customer.hears(NoticeKind.PROGRESS)

    assert first == again
    assert [one.kind for one in customer.heard()].count(NoticeKind.RECEIPT) == 1
