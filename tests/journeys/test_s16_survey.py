"""S16: after the resolution the customer is asked once: solved? attitude? what to do better? Who is not content is offered the review."""

import pytest

from shared.contracts.vocabulary import NoticeKind, Verdict
from tests.journeys.customer import Complaint, Customer, a_customer
from tests.journeys.desk import decided, stands, taken
from tests.journeys.town import Town

SAID = {
    "CN": ("客服态度太差，一直敷衍我。", "您的问题解决了吗", "1. 是 2. 5 3. 回复再快一点", "感谢您"),
    "HK": ("客服態度太差，一直敷衍我。", "您的問題解決了嗎", "1. 是 2. 5 3. 回覆再快一點", "感謝您"),
    "GB": ("Your support agent was rude and ignored me.", "solved", "1. yes 2. 5 3. answer faster please", "hank you"),
}
SORRY = {
    "CN": "经核查，客服确有不当，我们向您道歉。",
    "HK": "經核查，客服確有不當，我們向您道歉。",
    "GB": "The agent was wrong, and we are sorry.",
}


async def asked(town: Town, customer: Customer) -> Complaint:
    """Resolved, and the customer has the questions."""
    complaint = await customer.complains(SAID[customer.country][0])
    agent = await taken(town, complaint)
    await decided(town, complaint, agent, Verdict.UPHELD, SORRY[customer.country])
    await customer.hears(NoticeKind.OUTCOME)
    survey = await customer.hears(NoticeKind.SURVEY)
    assert SAID[customer.country][1] in survey.text
    return complaint


@pytest.mark.parametrize("country", SAID)
async def test_s16_three_questions_in_the_customers_language_and_the_answers_are_kept_with_the_outcome(town: Town, country: str) -> None:
    customer = a_customer(town, "chat", country)
    complaint = await asked(town, customer)

    assert await customer.adds(SAID[country][2]) == complaint
    life = await stands(town, complaint, lambda seen: seen["surveys"])
    thanks = await customer.hears(NoticeKind.PROGRESS)

    [survey] = life["surveys"]
    assert (survey["of"], survey["solved"], survey["attitude"]) == (1, True, 5)
    assert SAID[country][3] in thanks.text
    assert len([one for one in customer.heard() if SAID[country][1] in one.text]) == 1


async def test_s16_whose_trouble_is_not_solved_is_offered_the_review_and_gets_it(town: Town) -> None:
    customer = a_customer(town, "email")
    complaint = await asked(town, customer)

    await customer.adds("1. 否 2. 2")
    offer = await customer.hears(NoticeKind.PROGRESS)
    await customer.adds("要求复核，问题根本没有解决。")
    receipt = await customer.hears(NoticeKind.APPEAL_RECEIPT)

    assert "要求复核" in offer.text
    assert f"{complaint.number}/A1" in receipt.text
