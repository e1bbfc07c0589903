"""What comes after the outcome, on a real database: reviews, surveys, chasers, reminders, and letters on which a legal clock waits."""

from collections.abc import Callable

import pytest

from shared.contracts import LetterReported, Message, OutboundNotice, TeamNotice
from shared.contracts.vocabulary import ClockKind, NoticeKind
from shared.storage import update
from shared.task import End
from tests.builders import (
    a_complaint_id,
    a_complaint_registered,
    a_complaint_resolved,
    a_deadline_approaching,
    a_delivery_reported,
    a_follow_up_received,
    a_material_requested,
    a_priority_raised,
    a_survey_answered,
    an_appeal_decided,
    an_appeal_opened,
)
from tests.under_test import ServiceUnderTest, another_replica


def a_late_appeal(**changes: object) -> Message:
    return an_appeal_opened(late=True, **changes)


TOLD = [
    (an_appeal_opened, ["appeal_receipt"], 1),
    (a_late_appeal, ["appeal_receipt"], 0),
    (an_appeal_decided, ["appeal_outcome"], 0),
    (a_survey_answered, ["progress"], 0),
    (a_priority_raised, [], 1),
    (a_complaint_resolved, ["outcome", "survey"], 0),
]
each_of_them = pytest.mark.parametrize(("builder", "letters", "team"), TOLD, ids=[builder.__name__ for builder, _, _ in TOLD])


def kinds(notification: ServiceUnderTest) -> list[NoticeKind]:
    return [one.kind for one in notification.emitted(OutboundNotice)]


@each_of_them
async def test_each_is_told_once_however_often_and_wherever_it_is_heard(
    notification: ServiceUnderTest, builder: Callable[..., Message], letters: list[str], team: int
):
    await notification.receives(registered := a_complaint_registered())
    event = builder(complaint_id=registered.complaint_id)

    ends = [task.end for task in await notification.receives(event, event, times=2)]
    ends += [task.end for task in await another_replica(notification).receives(event)]

    state = await notification.state(registered.complaint_id)
    assert ends == [End.DONE, *[End.DUPLICATE] * 4]
    assert kinds(notification) == ["receipt", *letters]
    assert (len(state["notices"]), len(notification.emitted(TeamNotice))) == (1 + len(letters), team)


@each_of_them
async def test_what_comes_before_the_complaint_is_told_after_the_receipt(
    notification: ServiceUnderTest, builder: Callable[..., Message], letters: list[str], team: int
):
    registered = a_complaint_registered()

    [early] = await notification.receives(builder(complaint_id=registered.complaint_id))
    await notification.receives(registered)

    assert (early.end, kinds(notification), len(notification.emitted(TeamNotice))) == (End.EARLY, ["receipt", *letters], team)


@each_of_them
async def test_of_an_unknown_complaint_nobody_is_told(
    notification: ServiceUnderTest, builder: Callable[..., Message], letters: list[str], team: int
):
    stranger = a_complaint_id("of another house")

    [early] = await notification.receives(builder(complaint_id=stranger))

    assert (early.end, kinds(notification), notification.emitted(TeamNotice)) == (End.EARLY, [], [])
    assert "state" not in (await notification.stored(stranger) or {"state": letters or team})


async def test_a_silent_customer_is_reminded_and_their_team_is_not_warned(notification: ServiceUnderTest):
    await notification.receives(registered := a_complaint_registered(language="en"))
    known = {"complaint_id": registered.complaint_id}
    await notification.receives(a_material_requested(**known))
    warnings = [a_deadline_approaching(**known, clock=ClockKind.MATERIAL_WAIT, warning=one) for one in (1, 2)]

    await notification.receives(*warnings, times=2)

    *_, first, second = notification.emitted(OutboundNotice)
    assert kinds(notification) == ["receipt", "material_request", "reminder", "reminder"]
    assert ("last reminder" in first.text, "last reminder" in second.text) == (False, True)
    assert notification.emitted(TeamNotice) == []


async def test_a_final_response_that_left_and_came_back_is_told_of_twice_and_repeated_reports_never(notification: ServiceUnderTest):
    await notification.receives(registered := a_complaint_registered(regime="uk_emoney"))
    await notification.receives(a_complaint_resolved(complaint_id=registered.complaint_id, regime="uk_emoney"))
    outcome = next(one for one in notification.emitted(OutboundNotice) if one.kind is NoticeKind.OUTCOME)
    reports = [a_delivery_reported(notice_id=outcome.notice_id, state=state) for state in ("delivered", "bounced")]

    for report in (*reports, *reports):
        await notification.receives(report)

    left, back = notification.emitted(LetterReported)
    assert (left.letter, left.dispatched_at, back.dispatched_at) == (NoticeKind.OUTCOME, reports[0].at, None)
    assert left.reported_at <= back.reported_at


async def test_the_ordinary_path_has_no_more_messages_than_before(notification: ServiceUnderTest):
    await notification.receives(registered := a_complaint_registered())
    [receipt] = notification.emitted(OutboundNotice)

    await notification.receives(a_delivery_reported(notice_id=receipt.notice_id, state="delivered"))

    assert len(notification.outbox.published) == 1
    assert (await notification.state(registered.complaint_id))["notices"][0]["state"] == "delivered"


async def test_an_earlier_versions_document_goes_on(notification: ServiceUnderTest):
    """It knows neither regime nor moves, nor what was asked, reviews or surveys."""
    await notification.receives(registered := a_complaint_registered(language="en"))
    new = ("regime", "moves", "asked", "reviews", "survey", "strangers")
    held = notification.house.database.collection("correspondence")
    stored = await notification.stored(registered.complaint_id)
    assert stored is not None
    known = {name: value for name, value in stored["state"].items() if name not in new}
    assert len(stored["state"]) - len(known) == len(new)
    await held.write([update({"_id": registered.complaint_id}, {"$set": {"state": known}})])

    await notification.receives(a_follow_up_received(complaint_id=registered.complaint_id, language="en", kind="progress"))

    assert "Where it stands: it is registered" in notification.emitted(OutboundNotice)[-1].text
