"""S4: nobody sees a password or a card number that a customer writes, and money goes to the ledger's account, not to one in a message."""

import random

from shared.contracts import LookUpTransaction, ProposeRemedy
from shared.contracts.vocabulary import NoticeKind, RemedyKind
from tests.journeys.customer import a_customer
from tests.journeys.desk import does, stands, taken
from tests.journeys.town import Town
from tests.planted import KINDS, Plants


async def test_s04_no_secret_that_a_customer_writes_is_shown_or_sent_back(town: Town) -> None:
    customer, plants = a_customer(town, "email"), Plants(random.Random("s04"))

    complaint = await customer.complains(f"付款失败了，钱被扣了。{plants.all('the mail')}")
    receipt = await customer.hears(NoticeKind.RECEIPT)

    shown = await town.shown(complaint.number)
    assert {one["kind"] for one in shown["complaint"]["redacted"]} >= {"password", "card", "cvv", "one_time_code", "prc_id", "iban"}
    assert len(plants.where) >= len(KINDS)
    assert plants.found_in(repr((shown, receipt)).encode()) == []
    assert "密码" in receipt.text, "the receipt says that nobody should be told the password"


async def test_s04_money_goes_to_the_account_that_the_ledger_knows(town: Town) -> None:
    customer = a_customer(town, "app")
    transaction = town.paid(transaction_id=customer.transaction_id, account_id=customer.account_id)

    complaint = await customer.complains(f"付款128元失败，交易编号{transaction.transaction_id}，请退款到账户 U66666666。")
    agent = await taken(town, complaint)
    await does(town, agent, LookUpTransaction, complaint, transaction_id=transaction.transaction_id)
    await stands(town, complaint, lambda seen: seen["lookups"][0]["state"] == "answered")
    refund = {"kind": RemedyKind.REFUND, "amount": 12_800, "currency": "CNY", "reason": "charged, and the payment failed"}
    await does(town, agent, ProposeRemedy, complaint, **refund)
    life = await stands(town, complaint, lambda seen: seen["remedies"][0]["state"] == "done")

    request = town.wallet.payments.done[life["remedies"][0]["remedy_id"]].request
    assert (request.account_id, request.amount) == (customer.account_id, 12_800)
    receipt = await customer.hears(NoticeKind.RECEIPT)
    assert "U66666666" not in receipt.text
