"""S5: what a complaint is about decides who gets it, how urgent it is and until when it is due."""

import asyncio
from datetime import datetime, timedelta

from shared.contracts.vocabulary import Category, NoticeKind
from tests.journeys.customer import Customer, a_customer
from tests.journeys.desk import stands, ticking
from tests.journeys.town import Town

CASES: dict[Category, tuple[str, str, str, int]] = {
    Category.ACCOUNT_SECURITY: ("我的账户被盗了，有人登录我的账号转走了钱，不是我本人操作！", "security", "urgent", 24),
    Category.FAILED_TRANSACTION: ("我转账失败了，钱被扣了但是对方没有收到。", "payments", "high", 120),
    Category.DISPUTE: ("这笔消费不是我买的，商家不发货，我要对这笔交易提出争议。", "payments", "high", 120),
    Category.REFUND: ("我申请的退款一直没有到账，已经等了十天。", "refunds", "normal", 240),
    Category.SERVICE_QUALITY: ("你们客服态度太差了，一直敷衍我，没人理。", "service", "normal", 240),
    Category.FEES: ("你们乱收费，有隐形手续费，提现多扣了我的手续费。", "fees", "normal", 240),
    Category.LOGIN: ("我忘记密码了，一直无法登录，登不上。", "login", "high", 120),
    Category.TECHNICAL: ("你们的应用一直闪退，打不开，有bug。", "technical", "normal", 240),
    Category.CROSS_BORDER: ("我的跨境汇款一直没有到账，SWIFT 转到国外的银行失败了。", "cross_border", "normal", 360),
    Category.ENQUIRY: ("请问怎么修改我的交易限额？", "service", "low", 360),
    Category.SUGGESTION: ("建议增加一个记账功能，希望能支持。", "service", "low", 360),
}
"""What is written; team, priority, and hours until it is to be resolved."""


async def test_s05_every_category_has_its_team_its_priority_and_its_deadline(town: Town) -> None:
    customers = {one: a_customer(town, "chat") for one in CASES}

    found = await asyncio.gather(*(_as_handled(town, customers[one], CASES[one][0]) for one in CASES))

    assert dict(zip(CASES, found, strict=True)) == {category: (category, *rest) for category, (_, *rest) in CASES.items()}


async def test_s05_the_receipt_names_what_was_understood(town: Town) -> None:
    customer = a_customer(town, "chat", "GB")

    await customer.complains("I was charged a hidden fee on my withdrawal, this is unacceptable.")
    receipt = await customer.hears(NoticeKind.RECEIPT)

    assert "What we understood: fees" in receipt.text


async def _as_handled(town: Town, customer: Customer, text: str) -> tuple[str, str, str, float]:
    complaint = await customer.complains(text)
    life = await stands(town, complaint, lambda seen: seen["team"])
    due = (await ticking(town, complaint, lambda seen: "resolution" in seen))["resolution"]
    await customer.hears(NoticeKind.RECEIPT)
    span = datetime.fromisoformat(due["due_at"]) - datetime.fromisoformat(due["started_at"])
    return life["category"], life["team"], life["priority"], span / timedelta(hours=1)
