"""S15: the outcome comes by mail or in the app, in the customer's language, with the right to a review; never in public."""

import pytest

from shared.contracts import CloseComplaint, ResolveComplaint
from shared.contracts.vocabulary import NoticeKind, Outcome, Status, Verdict
from tests.journeys.customer import a_customer
from tests.journeys.desk import does, stands, taken
from tests.journeys.town import Town

SAID = {
    "CN": ("客服态度太差，一直敷衍我。", "经核查，客服确有不当，我们向您道歉。", "复核"),
    "HK": ("客服態度太差，一直敷衍我。", "經核查，客服確有不當，我們向您道歉。", "複核"),
    "GB": ("Your support agent was rude and ignored me.", "We looked into it. The agent was wrong, and we are sorry.", "review"),
}
UPHELD = {"decision": Verdict.UPHELD, "outcome": Outcome.EXPLANATION, "reason": "the agent was wrong"}


@pytest.mark.parametrize("country", SAID)
@pytest.mark.parametrize("channel", ["email", "app"])
async def test_s15_the_outcome_comes_in_the_customers_language_with_the_right_to_a_review(town: Town, country: str, channel: str) -> None:
    customer = a_customer(town, channel, country)
    text, words, review = SAID[country]
    complaint = await customer.complains(text)
    agent = await taken(town, complaint)

    await does(town, agent, ResolveComplaint, complaint, **UPHELD, text=words)
    letter = await customer.hears(NoticeKind.OUTCOME)
    closed = await does(town, agent, CloseComplaint, complaint, root_cause="service.staff.attitude")

    assert (letter.channel, [one for one in (words, complaint.number, review) if one not in letter.text]) == (channel, [])
    assert closed["status"] == "closed"
    assert {one["kind"] for one in (await town.shown(complaint.number))["notices"]} >= {"receipt", "outcome"}


async def test_s15_who_complained_in_public_hears_the_outcome_in_private_only(town: Town) -> None:
    customer = a_customer(town, "social")
    text, words, _ = SAID["CN"]
    complaint = await customer.complains(text, public=True)
    agent = await taken(town, complaint)

    await does(town, agent, ResolveComplaint, complaint, **UPHELD, text=words)
    await customer.hears(NoticeKind.RECEIPT)
    in_public = [one.text for one in customer.heard()]
    await customer.adds(f"我的投诉编号是 {complaint.number}，进度如何？")
    letter = await customer.hears(NoticeKind.OUTCOME)

    assert [one for one in in_public if words in one or complaint.number in one] == []
    assert words in letter.text


async def test_s15_who_takes_a_complaint_back_has_it_confirmed_the_same_day(town: Town) -> None:
    customer = a_customer(town, "chat")
    complaint = await customer.complains(SAID["CN"][0])
    await taken(town, complaint)

    await customer.adds("我要撤回投诉，谢谢。")
    life = await stands(town, complaint, Status.WITHDRAWN)
    letter = await customer.hears(NoticeKind.PROGRESS)

    assert life["history"][-1]["by"] == "customer"
    assert letter.lacks(complaint.number, "撤回") == []
