"""S9: who gets a complaint depends on its channel, category, language and urgency, and the reasons are kept."""

import asyncio

from shared.contracts.vocabulary import NoticeKind
from tests.journeys.customer import Customer, a_customer
from tests.journeys.desk import stands
from tests.journeys.town import Town

FEES = "提现多扣了我的手续费，乱收费。"


async def test_s09_channel_category_amount_and_signals_decide_who_gets_it(town: Town) -> None:
    cases = [
        (a_customer(town, "chat"), FEES, ("fees", "normal")),
        (a_customer(town, "referral"), FEES, ("compliance", "high")),
        (a_customer(town, "chat"), f"{FEES} 一共是 12000 元。", ("fees", "high")),
        (a_customer(town, "chat"), f"{FEES} 我住院了，等着钱做手术。", ("fees", "high")),
        (a_customer(town, "chat", "HK"), "提現多扣了我的手續費，亂收費。", ("fees", "normal")),
        (a_customer(town, "chat", "GB"), "I was charged a hidden fee when I withdrew money. Unacceptable.", ("fees", "normal")),
    ]

    found = await asyncio.gather(*(_routed(town, customer, text) for customer, text, _ in cases))

    assert [where for where, _ in found] == [wanted for *_, wanted in cases]
    assert all(len(why) >= 2 for _, why in found)


async def test_s09_the_receipt_comes_in_the_customers_language(town: Town) -> None:
    said = {"CN": (FEES, "您好"), "HK": ("提現多扣了我的手續費，亂收費。", "編號為"), "GB": ("I was charged a hidden fee.", "Hello")}
    customers = {country: a_customer(town, "chat", country) for country in said}

    await asyncio.gather(*(one.complains(said[country][0]) for country, one in customers.items()))
    receipts = {country: await one.hears(NoticeKind.RECEIPT) for country, one in customers.items()}

    assert [country for country, one in receipts.items() if said[country][1] not in one.text] == []


async def _routed(town: Town, customer: Customer, text: str) -> tuple[tuple[str, str], list[str]]:
    complaint = await customer.complains(text)
    await stands(town, complaint, lambda seen: seen["team"])
    routing = (await town.shown(complaint.number))["routing"]
    return (routing["team"], routing["priority"]), routing["why"]
