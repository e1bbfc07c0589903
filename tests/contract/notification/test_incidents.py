"""What people hear of incidents: supervisors one letter, each customer concerned one notice, in private and in their language."""

import pytest

from services.notification.correspondence import notice_id
from shared.contracts import OutboundNotice, TeamNotice
from shared.contracts.vocabulary import DeliveryState, NoticeKind, Status
from shared.task import End
from tests.builders import (
    AN_INCIDENT,
    a_complaint_id,
    a_complaint_moved,
    a_complaint_registered,
    a_delivery_reported,
    a_reply_to,
    an_incident_proposed,
    an_incident_told,
)
from tests.under_test import ServiceUnderTest, another_replica


async def test_the_supervisors_hear_of_a_proposal_once(notification: ServiceUnderTest):
    event = an_incident_proposed()

    await notification.receives(event, times=2)
    await another_replica(notification).receives(event)

    [letter] = notification.emitted(TeamNotice)
    assert letter.to.startswith("supervisors@")
    assert letter.subject == f"{AN_INCIDENT}: 5 complaints of one cause?"
    assert "Shared: E1001" in letter.text
    assert f"redress incident show {AN_INCIDENT}" in letter.text


async def test_what_became_of_that_letter_is_on_record(notification: ServiceUnderTest):
    await notification.receives(an_incident_proposed())
    name = notice_id(AN_INCIDENT, "incident", 1)

    tasks = await notification.receives(a_delivery_reported(notice_id=name, state=DeliveryState.DELIVERED, adapter="team-mail"))
    tasks += await notification.receives(a_delivery_reported(notice_id=name, state=DeliveryState.DELIVERED, adapter="team-mail"))

    stored = await notification.stored(AN_INCIDENT, "incident_notices")
    assert stored is not None
    assert stored["state"]["notice"]["state"] == "delivered"
    assert [task.what for task in tasks] == ["notice-delivered", "already-known"]


@pytest.mark.parametrize(("language", "words"), [("en", "the same trouble"), ("zh-Hans", "相同的问题"), ("zh-Hant", "相同的問題")])
async def test_the_customer_hears_it_in_their_language_and_the_words_as_they_were_given(
    notification: ServiceUnderTest, language: str, words: str
):
    await notification.receives(registered := a_complaint_registered(language=language))

    [task] = await notification.receives(told := an_incident_told(text="All of it arrives today."))
    await notification.receives(told)

    _, notice = notification.emitted(OutboundNotice)
    assert (task.end, notice.kind, notice.number) == (End.DONE, NoticeKind.PROGRESS, registered.number)
    assert words in notice.text
    assert "All of it arrives today." in notice.text


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DUPLICATE])
async def test_who_took_it_back_hears_no_more_of_it(notification: ServiceUnderTest, status: Status):
    await notification.receives(a_complaint_registered(), a_complaint_moved(status=status))
    before = len(notification.emitted(OutboundNotice))

    [task] = await notification.receives(an_incident_told())

    assert (task.what, len(notification.emitted(OutboundNotice))) == ("nothing-to-tell", before)


async def test_who_is_known_in_public_only_hears_it_later(notification: ServiceUnderTest):
    public = a_reply_to(channel="social", adapter="weibo", public=True)
    await notification.receives(a_complaint_registered(channel="social", adapter="weibo", reply_to=public))

    await notification.receives(an_incident_told())

    assert len(notification.emitted(OutboundNotice)) == 1
    assert [one["text"] for one in (await notification.state(a_complaint_id()))["withheld"]] == ["incident"]


async def test_a_notice_that_comes_before_the_complaint_is_said_after_it(notification: ServiceUnderTest):
    await notification.receives(an_incident_told())
    assert notification.emitted(OutboundNotice) == []

    await notification.receives(a_complaint_registered())

    assert [one.kind for one in notification.emitted(OutboundNotice)] == [NoticeKind.RECEIPT, NoticeKind.PROGRESS]
