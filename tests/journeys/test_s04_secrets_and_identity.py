"""S4: nobody sees a secret that a customer writes; who they are is proved in steps; money goes to the account that the ledger knows."""

import random
import re

from shared.contracts import ConfirmCode, LookUpTransaction, ProposeRemedy, RequestAccountAction, VerifyCustomer
from shared.contracts.vocabulary import AccountAction, NoticeKind, ProofWay, RemedyKind
from tests.house import eventually
from tests.journeys.customer import Heard, a_customer
from tests.journeys.desk import does, is_refused, stands, taken
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


async def test_s04_a_code_to_the_registered_contact_proves_who_asks_to_have_an_account_opened(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint = await customer.complains("我的账户被盗了，有人登录我的账号，请先冻结！")
    agent = await taken(town, complaint)
    reason = {"reason": "the customer says that somebody else is in the account"}

    await does(town, agent, RequestAccountAction, complaint, action=AccountAction.FREEZE, **reason)
    await stands(town, complaint, lambda seen: seen["account_actions"][0]["state"] == "done")
    unproved = await is_refused(town, agent, RequestAccountAction, complaint, action=AccountAction.UNBLOCK, **reason)
    await does(town, agent, VerifyCustomer, complaint, how=ProofWay.CODE)
    [told] = await eventually(lambda: _codes_told(customer.heard()))
    proved = await does(town, agent, ConfirmCode, complaint, code=told)
    await does(town, agent, RequestAccountAction, complaint, action=AccountAction.UNBLOCK, **reason)
    await stands(town, complaint, lambda seen: seen["account_actions"][1]["state"] == "done")

    assert unproved == "identity-not-proved"
    assert proved["identity"]["level"] == "contact_verified"
    assert [one.action for one in town.wallet.accounts.of(customer.account_id)] == [AccountAction.FREEZE, AccountAction.UNBLOCK]
    assert told not in str(await town.shown(complaint.number))


async def _codes_told(heard: list[Heard]) -> list[str]:
    return [code for one in heard if one.kind == NoticeKind.MATERIAL_REQUEST for code in re.findall(r"(?<!\d)\d{6}(?!\d)", one.text)]
