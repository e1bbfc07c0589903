"""S8: 24 hours to the first answer, a time for the resolution; warnings, breaches, people who stand higher, also when asked for."""

from datetime import datetime, timedelta

import pytest

from shared.contracts import ReplyToCustomer, RequestHigherLevel
from shared.contracts.vocabulary import NoticeKind
from tests.house import eventually
from tests.journeys.customer import Complaint, a_customer
from tests.journeys.desk import does, stands, taken, ticking
from tests.journeys.town import Town

TEXT = "退款一直没有到账，请尽快处理。"
WARNED, MISSED = timedelta(hours=19), timedelta(hours=6)
ANSWER = "您好，退款已经在处理，三个工作日内到账。"


async def told_the_team(town: Town, complaint: Complaint, team: str, words: str) -> str:
    """The letter to the team once it came."""

    async def letters() -> list[str]:
        about = town.letters_about(complaint.number)
        return [one.get_content() for one in about if team in str(one["To"]) and words in one.get_content()]

    return (await eventually(letters))[0]


async def test_s08_an_answer_within_24_hours_is_promised_and_nobody_who_forgets_it_stays_unheard(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint = await customer.complains(TEXT)
    receipt = await customer.hears(NoticeKind.RECEIPT)
    due = (await ticking(town, complaint, lambda seen: len(seen) >= 2))["first_response"]

    await town.passes(WARNED)
    await told_the_team(town, complaint, "refunds", "running out")
    await town.passes(MISSED)
    missed = await ticking(town, complaint, lambda seen: seen["first_response"]["state"] == "missed")
    letter = await told_the_team(town, complaint, "supervisors", "yours now")
    life = await stands(town, complaint, lambda seen: seen["team"] == "supervisors")

    assert "24 小时" in receipt.text
    assert datetime.fromisoformat(due["due_at"]) - datetime.fromisoformat(due["started_at"]) == timedelta(hours=24)
    assert missed["resolution"]["state"] == "running"
    assert (life["level"], life["priority"]) == (1, "high")
    assert "first_response missed" in letter


async def test_s08_an_answer_in_time_reaches_the_customer_and_meets_the_clock(town: Town) -> None:
    customer = a_customer(town, "phone")
    complaint = await customer.complains(TEXT)
    agent = await taken(town, complaint)

    await does(town, agent, ReplyToCustomer, complaint, text=ANSWER)
    answer = await customer.hears(NoticeKind.ANSWER)
    clocks = await ticking(town, complaint, lambda seen: seen["first_response"]["state"] == "met")

    assert (answer.channel, ANSWER in answer.text) == ("phone", True)
    assert clocks["resolution"]["state"] == "running"


@pytest.mark.parametrize("asked_by", ["the agent who was told", "the customer's own message"])
async def test_s08_who_asks_for_somebody_higher_gets_them_before_any_outcome(town: Town, asked_by: str) -> None:
    customer = a_customer(town, "chat")
    complaint = await customer.complains("客服一直敷衍我，没人理。")
    agent = await taken(town, complaint)

    if asked_by == "the agent who was told":
        await does(town, agent, RequestHigherLevel, complaint)
    else:
        await customer.adds("我不接受这样的处理，要求上级复核！")
    life = await stands(town, complaint, lambda seen: seen["team"] == "supervisors")
    await does(town, "supervisor-1", ReplyToCustomer, complaint, text=ANSWER)

    assert (life["level"], life["assignee"], life["status"]) == (1, None, "in_progress")
    assert ANSWER in (await customer.hears(NoticeKind.ANSWER)).text
