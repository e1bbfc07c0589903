"""S3: what the customer tells in free text becomes facts, each with where it was found, and the receipt says what we understood."""

from typing import Any

import pytest

from shared.contracts.vocabulary import NoticeKind
from tests.journeys.customer import a_customer
from tests.journeys.town import Town

ZH = (
    "我2026年11月20日10点15分向商户示例书店付款128元失败，交易编号2026112000887766，提示“余额不足”，"
    "手机是华为 Mate 60，应用版本 8.3.1，注册手机13800138000，请退款。"
)
EN = (
    "On 19 November 2026 at 18:40 my payment of £49.99 to Example Store failed, transaction TX-2026-000341. "
    'It said "insufficient balance". I use an iPhone 15 with app version 8.3.1, registered as anna@example.com. Please refund me.'
)
WHOLE = {
    "transaction_id", "transaction_time", "amount", "counterparty", "error_text", "device_model", "app_version", "desired_outcome",
}  # fmt: skip


@pytest.mark.parametrize(
    ("country", "text", "account", "told"),
    [
        ("CN", ZH, "account_phone", ("128.00元", "华为 Mate 60", "8.3.1", "退款")),
        ("GB", EN, "account_email", ("GBP 49.99", "iPhone 15", "8.3.1", "a refund")),
    ],
)
async def test_s03_every_fact_of_a_free_text_is_found_with_its_place_and_told_back(
    town: Town, country: str, text: str, account: str, told: tuple[str, ...]
) -> None:
    customer = a_customer(town, "chat", country)

    complaint = await customer.complains(text)
    receipt = await customer.hears(NoticeKind.RECEIPT)

    facts = (await town.shown(complaint.number))["complaint"]["facts"]
    assert {one["kind"] for one in facts} >= WHOLE | {account}
    assert _said(facts, "amount", text).replace("£", "").startswith(("128", "49.99"))
    assert _said(facts, "transaction_id", text) in ("2026112000887766", "TX-2026-000341")
    assert all(0 <= one["start"] < one["end"] <= len(text) and one["how"] for one in facts if one["part"] == "segment:1")
    assert receipt.lacks(*told) == []


def _said(facts: list[dict[str, Any]], kind: str, text: str) -> str:
    """The customer's own words for it."""
    [fact] = [one for one in facts if one["kind"] == kind]
    return text[fact["start"] : fact["end"]]
