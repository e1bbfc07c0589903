"""S13: who is not content gets a review by somebody who had no part in the decision, more urgent, with a clock of its own."""

from datetime import timedelta

from shared.contracts import ApproveResolution, DecideAppeal, LookUpTransaction, ProposeRemedy, ResolveComplaint, TakeAppeal
from shared.contracts.vocabulary import AppealDecision, NoticeKind, Outcome, RemedyKind, Status, Verdict
from tests.journeys.customer import Complaint, Customer, a_customer
from tests.journeys.desk import decided, does, is_refused, stands, taken, ticking
from tests.journeys.town import Town

NO = "经核查，该笔交易已完成，无法退款。"
YES = "复核认为应当赔偿，50.00元已经支付。"
RUDE = "客服态度太差，一直敷衍我。"
REJECTED = {"decision": Verdict.REJECTED, "outcome": Outcome.EXPLANATION, "reason": "nothing was wrong", "text": "客服没有不当之处。"}
APPEALS = "我不接受这个处理结果，要求复核！"


async def rejected(town: Town, customer: Customer) -> tuple[Complaint, str]:
    """The customer has the letter; the complaint and who worked on it."""
    town.paid(transaction_id=customer.transaction_id, account_id=customer.account_id)
    complaint = await customer.complains(f"付款128元失败，钱却被扣了，交易编号{customer.transaction_id}，请处理。")
    agent = await taken(town, complaint)
    await decided(town, complaint, agent, Verdict.REJECTED, NO)
    letter = await customer.hears(NoticeKind.OUTCOME)
    assert NO in letter.text
    assert "复核" in letter.text
    return complaint, agent


async def test_s13_another_person_reviews_a_rejection_and_overturns_it_with_compensation(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint, agent = await rejected(town, customer)

    assert await customer.adds(APPEALS) == complaint
    receipt = await customer.hears(NoticeKind.APPEAL_RECEIPT)
    clocks = await ticking(town, complaint, lambda seen: "appeal_review" in seen)
    refused = await is_refused(town, agent, TakeAppeal, complaint)
    await does(town, "reviewer-1", TakeAppeal, complaint)
    await does(town, "reviewer-1", LookUpTransaction, complaint, transaction_id=customer.transaction_id)
    await stands(town, complaint, lambda seen: seen["lookups"] and seen["lookups"][-1]["state"] == "answered")
    sum_of_it = {"amount": 5_000, "currency": "CNY", "reason": "the payment did fail"}
    await does(town, "reviewer-1", ProposeRemedy, complaint, kind=RemedyKind.COMPENSATION, **sum_of_it)
    await stands(town, complaint, lambda seen: seen["remedies"] and seen["remedies"][-1]["state"] == "done")
    life = await does(
        town, "reviewer-1", DecideAppeal, complaint, ruling=AppealDecision.OVERTURN, decision=Verdict.UPHELD,
        outcome=Outcome.MONETARY_RELIEF, reason="the ledger shows that it failed", text=YES,
    )  # fmt: skip
    letter = await customer.hears(NoticeKind.APPEAL_OUTCOME)
    met = await ticking(town, complaint, lambda seen: seen["appeal_review"]["state"] == "met")

    assert f"{complaint.number}/A1" in receipt.text
    assert clocks["appeal_review"]["state"] == "running"
    assert refused == "not-permitted"
    assert [one["amount"] for one in town.wallet.payments.statement() if str(one["remedy_id"]).startswith(complaint.complaint_id)] == [
        5_000
    ]
    assert (life["resolutions"][0]["decision"], life["appeals"][0]["decision"]) == (Verdict.REJECTED, Verdict.UPHELD)
    assert (life["appeals"][0]["reviewer"], life["appeals"][0]["priority"]) == ("reviewer-1", "urgent")
    assert letter.lacks(YES, f"{complaint.number}/A1", "50.00") == []
    assert met["resolution"]["state"] == "met"


async def test_s13_the_first_decision_may_stand_and_the_customer_hears_who_else_may_be_asked(town: Town) -> None:
    customer = a_customer(town, "email")
    complaint, _ = await rejected(town, customer)

    await customer.adds(APPEALS)
    await customer.hears(NoticeKind.APPEAL_RECEIPT)
    await does(town, "reviewer-2", TakeAppeal, complaint)
    life = await does(
        town, "reviewer-2", DecideAppeal, complaint, ruling=AppealDecision.UPHOLD, reason="nothing new came up", text="复核后维持原决定。"
    )
    letter = await customer.hears(NoticeKind.APPEAL_OUTCOME)

    assert (life["status"], life["appeals"][0]["ruling"]) == (Status.RESOLVED, AppealDecision.UPHOLD)
    assert letter.lacks("维持", f"{complaint.number}/A1", "调解") == []


async def test_s13_nobody_reviews_who_had_a_part_in_it_or_stands_below_somebody_who_had(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint = await customer.complains(RUDE)
    agent = await taken(town, complaint)
    await does(town, agent, ResolveComplaint, complaint, **REJECTED)
    await does(town, "compliance-1", ApproveResolution, complaint)
    await customer.hears(NoticeKind.OUTCOME)

    await customer.adds(APPEALS)
    await customer.hears(NoticeKind.APPEAL_RECEIPT)

    assert await is_refused(town, "compliance-1", TakeAppeal, complaint) == "took-part"
    assert await is_refused(town, "reviewer-1", TakeAppeal, complaint) == "reports-to-who-decided"


async def test_s13_an_appeal_that_comes_too_late_is_answered_and_not_dropped(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint, _ = await rejected(town, customer)

    await town.passes(timedelta(days=61))
    assert await customer.adds(APPEALS) == complaint
    letter = await customer.hears(NoticeKind.APPEAL_RECEIPT)
    life = await stands(town, complaint, lambda seen: seen["appeals"])

    assert life["appeals"][0]["state"] == "late"
    assert "已超过申请复核的期限" in letter.text
    assert await is_refused(town, "reviewer-1", TakeAppeal, complaint) == "no-open-appeal"
