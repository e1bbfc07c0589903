"""S10: the wallet's ledger is asked; what it says is kept as evidence, bears the customer out or does not, and spares them questions."""

from datetime import timedelta

from shared.contracts import LookUpTransaction, ReplyToCustomer, RequestMaterial
from shared.contracts.vocabulary import Material, NoticeKind, Status
from tests.journeys.customer import a_customer
from tests.journeys.desk import does, is_refused, stands, taken
from tests.journeys.town import Town

FOUND = "您好，我们查到了这笔失败的交易，正在处理。"


async def test_s10_the_ledger_confirms_what_the_customer_says_and_fills_what_is_missing(town: Town) -> None:
    customer = a_customer(town, "app")
    transaction = town.paid(transaction_id=customer.transaction_id, account_id=customer.account_id, at=town.now() - timedelta(days=1))
    complaint = await customer.complains(f"昨天付款128元失败，钱被扣了，交易编号{transaction.transaction_id}。")
    agent = await taken(town, complaint)

    await does(town, agent, LookUpTransaction, complaint, transaction_id=transaction.transaction_id)
    life = await stands(town, complaint, lambda seen: seen["lookups"][0]["state"] == "answered")
    await stands(town, complaint, Status.IN_PROGRESS)
    refused = await is_refused(town, agent, RequestMaterial, complaint, materials=(Material.COUNTERPARTY, Material.AMOUNT))
    await does(town, agent, ReplyToCustomer, complaint, text=FOUND)

    [lookup] = life["lookups"]
    assert [one["transaction_id"] for one in lookup["transactions"]] == [transaction.transaction_id]
    assert {one["kind"]: one["confirmed"] for one in lookup["findings"]}.items() >= {"amount": True, "account_id": True}.items()
    assert lookup["answered_at"] is not None
    assert refused == "known-already"
    assert FOUND in (await customer.hears(NoticeKind.ANSWER)).text
    assert [one.kind for one in customer.heard()].count(NoticeKind.MATERIAL_REQUEST) == 0


async def test_s10_the_ledger_contradicts_a_wrong_amount_and_finds_by_time_and_amount_alone(town: Town) -> None:
    customer = a_customer(town, "app")
    at = town.now() - timedelta(days=2)
    transaction = town.paid(transaction_id=customer.transaction_id, account_id=customer.account_id, at=at, amount=7_331)
    complaint = await customer.complains("付款999元失败，钱被扣了。")
    agent = await taken(town, complaint)

    await does(town, agent, LookUpTransaction, complaint, transaction_at=at, amount=7_331, currency="CNY")
    life = await stands(town, complaint, lambda seen: seen["lookups"][0]["state"] == "answered")

    [lookup] = life["lookups"]
    assert [one["transaction_id"] for one in lookup["transactions"]] == [transaction.transaction_id]
    assert {one["kind"]: one["confirmed"] for one in lookup["findings"]}["amount"] is False
    assert (await town.shown(complaint.number))["complaint"]["lookups"] == life["lookups"]
    assert complaint.number in (await customer.hears(NoticeKind.RECEIPT)).text
