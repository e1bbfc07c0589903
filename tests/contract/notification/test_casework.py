"""What the customer hears of casework: once, in whatever order it comes, and never before there is somebody to tell."""

from collections.abc import Callable

import pytest

from shared.contracts import Message, OutboundNotice
from shared.contracts.vocabulary import NoticeKind, Status
from shared.task import End
from tests.builders import (
    a_complaint_id,
    a_complaint_moved,
    a_complaint_registered,
    a_deadline_extended,
    a_follow_up_received,
    a_material_requested,
    a_reply_to,
)
from tests.under_test import ServiceUnderTest, another_replica


def a_withdrawal(**changes: object) -> Message:
    return a_complaint_moved(before=Status.IN_PROGRESS, status=Status.WITHDRAWN, **changes)


TOLD = [(a_material_requested, "material_request"), (a_deadline_extended, "extension"), (a_withdrawal, "progress")]
each_of_them = pytest.mark.parametrize(("builder", "kind"), TOLD, ids=[kind for _, kind in TOLD])


def kinds(notification: ServiceUnderTest) -> list[NoticeKind]:
    return [one.kind for one in notification.emitted(OutboundNotice)]


@each_of_them
async def test_the_customer_is_told_where_the_complaint_came_from(
    notification: ServiceUnderTest, builder: Callable[..., Message], kind: str
):
    await notification.receives(registered := a_complaint_registered())

    [task] = await notification.receives(builder(complaint_id=registered.complaint_id))

    _, notice = notification.emitted(OutboundNotice)
    assert (task.end, task.what) == (End.DONE, f"{kind}-sent")
    assert (notice.kind, notice.number, notice.adapter) == (kind, registered.number, registered.adapter)
    assert notice.notice_id == f"{registered.complaint_id}:{kind}:2"
    assert registered.number in notice.text


@each_of_them
async def test_a_duplicate_says_the_same_under_the_same_id(notification: ServiceUnderTest, builder: Callable[..., Message], kind: str):
    await notification.receives(registered := a_complaint_registered())
    event = builder(complaint_id=registered.complaint_id)

    ends = [task.end for task in await notification.receives(event, event, times=2)]
    ends += [task.end for task in await another_replica(notification).receives(event)]

    said = [(one.message_id, one.body) for one in notification.outbox.published if f":{kind}:" in one.message_id]
    assert ends == [End.DONE, *[End.DUPLICATE] * 4]
    assert len(set(said)) == 1
    assert len((await notification.state(registered.complaint_id))["notices"]) == 2


@each_of_them
async def test_what_comes_before_the_complaint_is_told_after_the_receipt(
    notification: ServiceUnderTest, builder: Callable[..., Message], kind: str
):
    registered = a_complaint_registered()

    [early] = await notification.receives(builder(complaint_id=registered.complaint_id))
    await notification.receives(registered)

    assert early.end is End.EARLY
    assert kinds(notification) == ["receipt", kind]


@pytest.mark.parametrize("builder", [builder for builder, _ in TOLD], ids=[kind for _, kind in TOLD])
async def test_of_an_unknown_complaint_nobody_is_told(notification: ServiceUnderTest, builder: Callable[..., Message]):
    await notification.receives(a_complaint_registered())
    stranger = a_complaint_id("of another house")

    [early] = await notification.receives(builder(complaint_id=stranger))

    stored = await notification.stored(stranger)
    assert (early.end, kinds(notification)) == (End.EARLY, ["receipt"])
    assert stored is not None
    assert "state" not in stored


@each_of_them
async def test_in_public_it_is_kept_and_said_once_when_the_customer_writes_in_private(
    notification: ServiceUnderTest, builder: Callable[..., Message], kind: str
):
    public = a_reply_to(channel="social", adapter="weibo", public=True)
    await notification.receives(registered := a_complaint_registered(channel="social", adapter="weibo", reply_to=public))
    known = {"complaint_id": registered.complaint_id}

    [kept] = await notification.receives(event := builder(**known))
    in_public = kinds(notification)
    await notification.receives(a_follow_up_received(**known), event, times=2)

    _, said, _ = notification.emitted(OutboundNotice)
    assert (kept.what, in_public, kinds(notification)) == ("public-channel", ["receipt"], ["receipt", kind, "progress"])
    assert (said.kind, said.channel, said.number) == (kind, "chat", registered.number)


@pytest.mark.parametrize("status", [one for one in Status if one not in {Status.WITHDRAWN, Status.DUPLICATE}])
async def test_any_other_move_is_handled_and_nobody_hears_of_it(notification: ServiceUnderTest, status: Status):
    await notification.receives(registered := a_complaint_registered())

    [task] = await notification.receives(a_complaint_moved(complaint_id=registered.complaint_id, status=status))

    assert (task.end, task.what, kinds(notification)) == (End.DONE, "nothing-to-tell", ["receipt"])


async def test_two_requests_are_two_letters_and_each_names_what_is_new(notification: ServiceUnderTest):
    await notification.receives(registered := a_complaint_registered(language="en"))
    requests = [a_material_requested(complaint_id=registered.complaint_id, materials=(one,)) for one in ("screenshot", "device")]

    await notification.receives(*requests)

    _, first, second = notification.emitted(OutboundNotice)
    assert ("1. a screenshot of the problem" in first.text, "1. your device model" in second.text) == (True, True)
    assert "2. " not in first.text + second.text
    assert first.notice_id != second.notice_id
