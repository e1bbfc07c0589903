"""S14: regulators, ombudsmen, consumer bodies and courts: who is not content is told of them, and what they write is answered in time."""

from datetime import timedelta

from shared.contracts import ApproveResolution, ExtendDeadline, RecordReferralAnswer, ReferComplaint, ResolveComplaint
from shared.contracts.vocabulary import BodyKind, ClockKind, NoticeKind, Outcome, ReferralWay, Status, Verdict
from tests.journeys.customer import a_customer
from tests.journeys.desk import decided, does, is_refused, stands, taken, ticking
from tests.journeys.town import Town

COMPLAINS = "My payment failed but I was charged. This is unacceptable."
REASON = "The receiving bank has not answered yet."
ANSWER = "The payment reached the shop, as its bank has confirmed."
POINTS = ({"about": "the payment failed", "answer": "It did not: the shop's bank has it."},)


async def test_s14_in_britain_a_holding_reply_and_the_final_response_name_the_ombudsman(town: Town) -> None:
    customer = a_customer(town, "email", "GB")
    complaint = await customer.complains(COMPLAINS, subject="Failed payment")
    agent = await taken(town, complaint)
    due = town.now() + timedelta(days=40)

    await ticking(town, complaint, lambda seen: {"holding_reply", "final_response"} <= set(seen))
    await does(town, "supervisor-1", ExtendDeadline, complaint, clock=ClockKind.FINAL_RESPONSE, due_at=due, reason=REASON)
    holding = await customer.hears(NoticeKind.HOLDING_REPLY)
    await decided(town, complaint, agent, Verdict.REJECTED, ANSWER, points=POINTS)
    final = await customer.hears(NoticeKind.OUTCOME)

    assert holding.lacks(complaint.number, REASON, "Ombudsman") == []
    assert [
        one for one in (complaint.number, "final response", POINTS[0]["answer"], "Ombudsman", "six months") if one not in final.text
    ] == []
    await ticking(town, complaint, lambda seen: seen["holding_reply"]["state"] == seen["final_response"]["state"] == "met")


async def test_s14_in_india_the_internal_ombudsman_agrees_to_a_rejection_before_the_customer_hears_of_it(town: Town) -> None:
    customer = a_customer(town, "app", "IN")
    complaint = await customer.complains(COMPLAINS)
    agent = await taken(town, complaint)
    rejection = {"decision": Verdict.REJECTED, "outcome": Outcome.EXPLANATION, "reason": "the shop has the money", "text": ANSWER}

    proposed = await does(town, agent, ResolveComplaint, complaint, **rejection)
    refused = await is_refused(town, "supervisor-1", ApproveResolution, complaint)
    before = [one.kind for one in customer.heard()]
    life = await does(town, "ombudsman-1", ApproveResolution, complaint)
    letter = await customer.hears(NoticeKind.OUTCOME)

    assert (proposed["status"], refused, life["status"]) == (Status.IN_PROGRESS, "another-role-decides", Status.RESOLVED)
    assert NoticeKind.OUTCOME not in before
    assert letter.lacks(complaint.number, ANSWER, "Ombudsman") == []


async def test_s14_what_an_outside_body_writes_on_a_known_complaint_is_its_matter_with_its_reference_and_deadline(town: Town) -> None:
    customer, body = a_customer(town, "app"), a_customer(town, "referral")
    complaint = await customer.complains("我申请的退款已经十天了，一直没有退给我。")
    await taken(town, complaint)
    reference = f"12315-{body.key}"
    text = "请贵公司就该消费者的投诉作出答复。"

    asked = await body.adds(text, referral={"body": "12315", "reference": reference, "text": text, "complaint_number": complaint.number})
    life = await stands(town, complaint, lambda seen: seen["referrals"])
    await ticking(town, complaint, lambda seen: seen["referral_answer"]["state"] == "running")
    await does(town, "supervisor-1", RecordReferralAnswer, complaint, referral=1, answer="We wrote to them that the refund is paid.")
    await ticking(town, complaint, lambda seen: seen["referral_answer"]["state"] == "met")

    assert asked == complaint
    [referral] = life["referrals"]
    assert (referral["way"], referral["reference"], referral["answer_due_at"] is not None) == (ReferralWay.FROM_BODY, reference, True)
    assert [one.kind for one in customer.heard()] == [NoticeKind.RECEIPT]


async def test_s14_a_body_that_brings_a_new_complaint_gets_a_receipt_under_its_own_reference(town: Town) -> None:
    body = a_customer(town, "referral")
    reference = f"12315-{body.key}"
    text = "消费者李某反映：付款128元失败，钱却被扣了，请处理。"

    complaint = await body.complains(text, referral={"body": "12315", "reference": reference, "text": text})
    receipt = await body.hears(NoticeKind.RECEIPT)
    life = await stands(town, complaint, lambda seen: seen["referrals"] and seen["team"])

    assert (life["team"], life["referrals"][0]["reference"]) == ("compliance", reference)
    assert complaint.number in receipt.text


async def test_s14_a_complaint_goes_to_a_body_with_what_was_sent_and_its_answer_comes_back(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint = await customer.complains("我申请的退款已经十天了，一直没有退给我。")
    agent = await taken(town, complaint)
    court = {"body": "people's court", "body_kind": BodyKind.COURT, "reference": "2026-0815", "sent": "the file of the complaint"}

    await does(town, "supervisor-1", ReferComplaint, complaint, answer_due_at=town.now() + timedelta(days=20), **court)
    await ticking(town, complaint, lambda seen: seen["referral_answer"]["state"] == "running")
    life = await does(town, "supervisor-1", RecordReferralAnswer, complaint, referral=1, answer="The court finds for the customer.")
    await decided(town, complaint, agent, Verdict.UPHELD, "我们尊重法院的决定，向您道歉。")

    assert (life["referrals"][0]["way"], life["referrals"][0]["answer"]) == (ReferralWay.TO_BODY, "The court finds for the customer.")
    assert "我们尊重法院的决定" in (await customer.hears(NoticeKind.OUTCOME)).text
