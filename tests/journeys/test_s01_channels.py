"""S1: hotline, chat, mail, social media, the app, store reviews, forums and regulators: one complaint each, in one shape."""

import asyncio

import pytest

from shared.contracts.vocabulary import Channel, NoticeKind
from tests.journeys.customer import a_customer
from tests.journeys.town import Town

TEXT = "我在商户付款 128 元失败了，钱却被扣了，请尽快退款。"


async def test_s01_whatever_channel_a_complaint_comes_through_it_has_one_shape(town: Town) -> None:
    customers = [a_customer(town, one) for one in Channel]

    complaints = await asyncio.gather(*(one.complains(TEXT) for one in customers))
    receipts = await asyncio.gather(*(one.hears(NoticeKind.RECEIPT) for one in customers))

    shown = [(await town.shown(one.number))["complaint"] for one in complaints]
    assert len({frozenset(one) for one in shown}) == 1
    assert [one["channel"] for one in shown] == list(Channel)
    assert {one["category"] for one in shown} == {"failed_transaction"}
    assert [one.channel for one in receipts] == list(Channel)
    assert [one.number in receipt.text for one, receipt in zip(complaints, receipts, strict=True)] == [
        one is not Channel.REVIEW for one in Channel
    ]


@pytest.mark.parametrize(
    ("country", "platform", "text"), [("CN", "zhihu", TEXT), ("GB", "reddit", "My payment of £12 failed but I was charged.")]
)
async def test_s01_a_post_in_a_forum_is_a_complaint_and_is_asked_into_private(town: Town, country: str, platform: str, text: str) -> None:
    customer = a_customer(town, "social", country)

    complaint = await customer.complains(text, public=True, platform=platform)
    invitation = await customer.hears(NoticeKind.RECEIPT)

    shown = (await town.shown(complaint.number))["complaint"]
    assert (shown["channel"], shown["public"], shown["category"]) == ("social", True, "failed_transaction")
    assert (invitation.number, complaint.number in invitation.text) == (None, False)
