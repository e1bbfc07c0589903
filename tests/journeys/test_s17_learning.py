"""S17: what complaints come from is coded, counted and shown; who must complain again counts; one cause behind many is found and told."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from deploy.cli import wire
from shared.contracts import CloseComplaint, ConfirmIncident
from shared.contracts.vocabulary import NoticeKind, Verdict
from tests.house import eventually
from tests.journeys.customer import Complaint, a_customer
from tests.journeys.desk import decided, does, stands, taken
from tests.journeys.town import Town

RUDE = "客服态度太差，一直敷衍我。"
SORRY = "经核查，客服确有不当，向您道歉。"
CAUSE = "银行系统维护，今晚恢复，款项会全部到账。"
ENOUGH = 5


async def reported(town: Town, about: str, since: datetime, **wanted: Any) -> list[dict[str, Any]]:
    """Of what was registered since then."""
    found = await town.house.view("casework", "/report", about=about, **{"from": since.isoformat()}, **wanted)
    rows: list[dict[str, Any]] = found["rows"]
    return rows


async def closed(town: Town, complaint: Complaint, root_cause: str) -> None:
    agent = await taken(town, complaint)
    await decided(town, complaint, agent, Verdict.UPHELD, SORRY)
    await does(town, agent, CloseComplaint, complaint, root_cause=root_cause)


async def test_s17_root_causes_and_repeated_complaints_are_counted(town: Town) -> None:
    customer, other = a_customer(town, "app"), a_customer(town, "app")
    await town.passes(timedelta(hours=1))  # what others complained of lies before it
    began = town.now()
    first, another = await customer.complains(RUDE), await other.complains(RUDE)
    await closed(town, first, "service.staff.attitude")
    await closed(town, another, "service.staff.slow")

    await town.passes(timedelta(days=3))
    again = await customer.complains(RUDE, thread_id=f"{customer.key}-again")
    linked = await stands(town, again, lambda seen: seen["linked"])
    causes, repeats = await reported(town, "root-causes", began), await reported(town, "repeats", began)

    assert (linked["repeat_of"], linked["linked"]) == (first.complaint_id, [first.complaint_id])
    assert {one["root_cause"]: one["complaints"] for one in causes} == {"service.staff.attitude": 1, "service.staff.slow": 1}
    assert [(one["complaints"], one["repeats"]) for one in repeats] == [(3, 1)]
    assert (await customer.hears(NoticeKind.RECEIPT, times=2)).lacks(again.number) == []


async def test_s17_one_cause_behind_many_complaints_is_proposed_to_people_and_everybody_concerned_hears_of_it_once(town: Town) -> None:
    code = f"E{uuid4().int % 10**6:06}"
    customers = [a_customer(town, "app") for _ in range(ENOUGH)]

    complaints = await asyncio.gather(*(one.complains(f"付款失败，错误码 {code}，钱却被扣了。") for one in customers))
    [incident] = await eventually(lambda: proposed(town, code))
    [letter] = await eventually(lambda: letters_about(town, code))
    confirmed = ConfirmIncident(incident_id=incident["incident_id"], by="supervisor-1", text=CAUSE)
    await wire.say(town.settings, confirmed, town.now(), str(uuid4()))
    told = await asyncio.gather(*(one.hears(NoticeKind.PROGRESS) for one in customers))

    assert (incident["complaints"], incident["state"]) == (ENOUGH, "proposed")
    assert "supervisors" in letter
    assert [notice.lacks(CAUSE, one.number) for one, notice in zip(complaints, told, strict=True)] == [[]] * ENOUGH
    assert [[each.kind for each in one.heard()].count(NoticeKind.PROGRESS) for one in customers] == [1] * ENOUGH


async def proposed(town: Town, code: str) -> list[dict[str, Any]]:
    found = await town.house.view("casework", "/incidents", state="proposed")
    return [one for one in found if one["shown"] == code]


async def letters_about(town: Town, code: str) -> list[str]:
    """Whom they went to."""
    return [str(one["To"]) for one in town.mail.letters if code in one.get_content()]
