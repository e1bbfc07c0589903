"""S4: an account is opened to its owner alone: the code goes where the wallet knows its owner, and a guess at it is counted."""

import re

from shared.contracts import ConfirmCode, LookUpTransaction, RequestAccountAction, VerifyCustomer
from shared.contracts.vocabulary import AccountAction, NoticeKind, Status
from tests.journeys.customer import Complaint, Customer, a_customer
from tests.journeys.desk import does, is_refused, stands, taken
from tests.journeys.town import Town

WORDS = "我的账户被冻结了,登录不了,付款128元失败,交易编号{},请帮我解冻。"
UNBLOCK = {"action": AccountAction.UNBLOCK, "reason": "the owner asks for it"}


async def looked_up(town: Town, customer: Customer, **transaction: str) -> tuple[Complaint, str]:
    """A complaint about a payment of theirs that the ledger has named, and who has it."""
    paid = town.paid(transaction_id=customer.transaction_id, account_id=customer.account_id, **transaction)
    complaint = await customer.complains(WORDS.format(paid.transaction_id))
    agent = await taken(town, complaint)
    await does(town, agent, LookUpTransaction, complaint, transaction_id=paid.transaction_id)
    await stands(town, complaint, lambda seen: seen["lookups"][0]["state"] == "answered" and seen["status"] == Status.IN_PROGRESS)
    return complaint, agent


async def test_s04_who_tells_the_code_from_the_app_has_the_account_unblocked(town: Town) -> None:
    customer = a_customer(town, "phone")
    complaint, agent = await looked_up(town, customer)

    before = await is_refused(town, agent, RequestAccountAction, complaint, **UNBLOCK)
    await does(town, agent, VerifyCustomer, complaint, how="code")
    letter = await customer.on("app").hears(NoticeKind.MATERIAL_REQUEST)
    [code] = re.findall(r"\b\d{6}\b", letter.text)
    guessed = await does(town, agent, ConfirmCode, complaint, code=f"{(int(code) + 1) % 10**6:06}")
    told = await does(town, agent, ConfirmCode, complaint, code=code)
    await does(town, agent, RequestAccountAction, complaint, **UNBLOCK)
    await stands(town, complaint, lambda seen: seen["account_actions"][0]["state"] == "done")

    assert before == "identity-not-proved"
    assert (guessed["identity"]["level"], told["identity"]["level"]) == ("none", "ledger_confirmed")
    assert [one.action for one in town.wallet.accounts.of(customer.account_id)] == ["unblock"]
    assert complaint.number in letter.text


async def test_s04_a_strangers_mail_brings_the_code_to_the_owner_and_not_to_the_stranger(town: Town) -> None:
    stranger, owner = a_customer(town, "email"), a_customer(town, "email")
    paid = town.paid(transaction_id=owner.transaction_id, account_id=owner.account_id, registered_email=owner.sender["email"])
    complaint = await stranger.complains(WORDS.format(paid.transaction_id))
    agent = await taken(town, complaint)
    await does(town, agent, LookUpTransaction, complaint, transaction_id=paid.transaction_id)
    await stands(town, complaint, lambda seen: seen["lookups"][0]["state"] == "answered")

    await does(town, agent, VerifyCustomer, complaint, how="code")
    letter = await owner.hears(NoticeKind.MATERIAL_REQUEST)

    [code] = re.findall(r"\b\d{6}\b", letter.text)
    assert [one.kind for one in stranger.heard() if code in one.text] == []
    assert await is_refused(town, agent, RequestAccountAction, complaint, **UNBLOCK) == "identity-not-proved"
