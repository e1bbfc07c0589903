"""S11: refund, repeated transaction, compensation, adjustment, goodwill: approved within limits, paid once, and told when it is done."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts import ApproveRemedy, LookUpTransaction, ProposeRemedy, ResolveComplaint, TransactionState
from shared.contracts.vocabulary import NoticeKind, Outcome, RemedyKind, Verdict
from tests.journeys.customer import Complaint, Customer, a_customer
from tests.journeys.desk import does, is_refused, stands, taken
from tests.journeys.town import Town

MONEY: dict[str, Any] = {"amount": 12_800, "currency": "CNY"}
UPHELD: dict[str, Any] = {"decision": Verdict.UPHELD, "reason": "the payment failed and was debited"}
TOLD = "我们查到了这笔付款，128.00元已经退回您的账户。"


async def investigated(town: Town, customer: Customer) -> tuple[Complaint, str]:
    """The ledger bears the customer out; the complaint and who works on it."""
    transaction = town.paid(transaction_id=customer.transaction_id, account_id=customer.account_id)
    complaint = await customer.complains(f"付款128元失败，钱却被扣了，交易编号{transaction.transaction_id}，请处理。")
    agent = await taken(town, complaint)
    await does(town, agent, LookUpTransaction, complaint, transaction_id=transaction.transaction_id)
    await stands(town, complaint, lambda seen: seen["lookups"][0]["state"] == "answered")
    return complaint, agent


async def test_s11_a_refund_is_paid_once_and_the_customer_hears_it_when_the_money_is_there(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint, agent = await investigated(town, customer)
    outcome = {**UPHELD, "outcome": Outcome.MONETARY_RELIEF, "text": TOLD}

    too_early = await is_refused(town, agent, ResolveComplaint, complaint, **outcome)
    await does(town, agent, ProposeRemedy, complaint, kind=RemedyKind.REFUND, reason="charged for nothing", **MONEY)
    life = await stands(town, complaint, lambda seen: seen["remedies"][0]["state"] == "done")
    resolved = await does(town, agent, ResolveComplaint, complaint, **outcome)
    letter = await customer.hears(NoticeKind.OUTCOME)

    assert too_early == "nothing-paid"
    assert town.payments_for(complaint.complaint_id) == [12_800]
    assert life["remedies"][0]["account_id"] == customer.account_id
    assert (resolved["status"], resolved["resolutions"][-1]["decision"]) == ("resolved", Verdict.UPHELD)
    assert (letter.channel, TOLD in letter.text) == ("app", True)


async def test_s11_in_india_each_day_that_the_money_is_late_is_paid_without_a_claim(town: Town) -> None:
    customer = a_customer(town, "app", "IN")
    failed = {"at": town.now() - timedelta(days=4), "amount": 250_000, "currency": "INR", "state": TransactionState.FAILED}
    town.paid(transaction_id=customer.transaction_id, account_id=customer.account_id, **failed)
    complaint = await customer.complains(f"My payment of INR 2500 failed, transaction number {customer.transaction_id}. I was charged.")
    agent = await taken(town, complaint)
    await does(town, agent, LookUpTransaction, complaint, transaction_id=customer.transaction_id)
    await stands(town, complaint, lambda seen: seen["lookups"][0]["state"] == "answered")

    await does(town, agent, ProposeRemedy, complaint, kind=RemedyKind.COMPENSATION, reason="the money came back late")
    await does(town, "supervisor-1", ApproveRemedy, complaint, remedy=1)
    await stands(town, complaint, lambda seen: seen["remedies"][0]["state"] == "done")
    await does(town, agent, ResolveComplaint, complaint, **UPHELD, outcome=Outcome.MONETARY_RELIEF, text="We are sorry for the delay.")
    letter = await customer.hears(NoticeKind.OUTCOME)

    assert town.payments_for(complaint.complaint_id) == [30_000]
    assert letter.lacks("We are sorry for the delay.", "300.00") == []


@pytest.mark.parametrize(
    ("kind", "money"),
    [
        (RemedyKind.REPEAT_TRANSACTION, {}),
        (RemedyKind.COMPENSATION, {"amount": 500, "currency": "CNY"}),
        (RemedyKind.GOODWILL, {"amount": 300, "currency": "CNY"}),
        (RemedyKind.SERVICE_ADJUSTMENT, {}),
    ],
)
async def test_s11_what_an_agent_may_not_decide_alone_a_second_person_approves(town: Town, kind: RemedyKind, money: dict[str, Any]) -> None:
    customer = a_customer(town, "app")
    complaint, agent = await investigated(town, customer)
    relief = Outcome.MONETARY_RELIEF if kind in {RemedyKind.COMPENSATION, RemedyKind.GOODWILL} else Outcome.NON_MONETARY_RELIEF

    proposed = await does(town, agent, ProposeRemedy, complaint, kind=kind, reason="two weeks without an answer", **money)
    if proposed["remedies"][0]["state"] == "proposed":
        assert await is_refused(town, agent, ApproveRemedy, complaint, remedy=1) == "own-proposal"
        await does(town, "supervisor-1", ApproveRemedy, complaint, remedy=1)
    await stands(town, complaint, lambda seen: seen["remedies"][0]["state"] == "done")
    await does(town, agent, ResolveComplaint, complaint, **UPHELD, outcome=relief, text="抱歉让您久等，我们已经处理好了。")

    assert "抱歉让您久等" in (await customer.hears(NoticeKind.OUTCOME)).text
