"""What notification promises its neighbours and the adapters."""

import random
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.notification.settings import NotificationSettings
from services.sla_watchdog.settings import SlaWatchdogSettings
from shared.contracts import OutboundNotice, TeamNotice
from shared.task import End
from tests.builders import (
    RECEIVED_AT,
    a_complaint_escalated,
    a_complaint_moved,
    a_complaint_registered,
    a_complaint_resolved,
    a_customer_answered,
    a_deadline_approaching,
    a_deadline_extended,
    a_delivery_reported,
    a_follow_up_received,
    a_material_requested,
    a_reply_to,
    an_inbound_refused,
)
from tests.under_test import ServiceUnderTest


async def test_a_registered_complaint_gets_one_receipt_with_its_number(notification: ServiceUnderTest):
    registered = a_complaint_registered()

    await notification.receives(registered, times=3)

    [receipt] = notification.emitted(OutboundNotice)
    assert (receipt.kind, receipt.channel, receipt.adapter) == ("receipt", registered.channel, registered.adapter)
    assert registered.number in receipt.text


async def test_the_receipt_goes_out_under_the_id_the_contract_prescribes(notification: ServiceUnderTest):
    await notification.receives(a_complaint_registered())

    [message] = notification.outbox.published
    [receipt] = notification.emitted(OutboundNotice)
    assert (message.message_id, message.routing_key) == (receipt.notice_id, "chat.webchat")


async def test_in_public_there_is_an_invitation_and_no_number(notification: ServiceUnderTest):
    registered = a_complaint_registered(
        channel="social", adapter="weibo", reply_to=a_reply_to(channel="social", adapter="weibo", public=True)
    )

    await notification.receives(registered)

    [invitation] = notification.emitted(OutboundNotice)
    assert invitation.number is None
    assert registered.number not in invitation.text


async def test_an_answer_heard_before_the_complaint_is_told_after_the_receipt(notification: ServiceUnderTest):
    registered = a_complaint_registered()
    answered = a_customer_answered(complaint_id=registered.complaint_id, text="我们已把 128 元退到您的钱包。")

    [early] = await notification.receives(answered)
    await notification.receives(registered)

    assert early.end is End.EARLY
    assert [one.kind for one in notification.emitted(OutboundNotice)] == ["receipt", "answer"]


async def test_a_stranger_with_the_right_number_hears_once_a_day_how_to_prove_himself_and_nothing_else(notification: ServiceUnderTest):
    await notification.receives(registered := a_complaint_registered())
    asks = [
        a_follow_up_received(complaint_id=registered.complaint_id, owner_known=False, received_at=RECEIVED_AT + timedelta(hours=hours))
        for hours in (1, 2, 25)
    ]

    tasks = await notification.receives(*asks)

    _, *told = notification.emitted(OutboundNotice)
    assert [task.what for task in tasks] == ["progress-sent", "told-to-prove-it-already", "progress-sent"]
    assert [(one.number, registered.number in one.text) for one in told] == [(None, False)] * 2


async def test_the_team_hears_of_an_approaching_deadline_and_of_an_escalation_once_each(notification: ServiceUnderTest):
    await notification.receives(registered := a_complaint_registered())
    known = {"complaint_id": registered.complaint_id}

    await notification.receives(a_deadline_approaching(**known, team="refunds"), a_complaint_escalated(**known), times=2)

    told = notification.emitted(TeamNotice)
    assert len(told) == 2
    assert all(registered.number in one.subject for one in told)


async def test_a_refused_message_is_answered_where_that_is_safe(notification: ServiceUnderTest):
    await notification.receives(refused := an_inbound_refused(reason="nothing-to-read"), times=2)

    [notice] = notification.emitted(OutboundNotice)
    await notification.receives(a_delivery_reported(notice_id=notice.notice_id, state="delivered"))

    stored = await notification.stored(refused.inbound_id, "refusals")
    assert stored is not None
    assert (notice.number, stored["state"]["notice"]["state"]) == (None, "delivered")


async def test_a_report_on_an_unknown_notice_changes_nothing(notification: ServiceUnderTest):
    await notification.receives(registered := a_complaint_registered())

    await notification.receives(a_delivery_reported(notice_id=f"{registered.complaint_id}:receipt:9", state="failed"))

    assert [one["state"] for one in (await notification.state(registered.complaint_id))["notices"]] == ["sent"]


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_and_repetition_of_a_complaints_events_says_the_same_things(notification: ServiceUnderTest, seed: int):
    chance = random.Random(seed)
    registered = a_complaint_registered()
    known = {"complaint_id": registered.complaint_id}
    events = [
        registered,
        a_customer_answered(**known, text="正在核实。"),
        a_complaint_resolved(**known, text="已退款。"),
        a_complaint_escalated(**known),
        a_deadline_approaching(**known),
        a_follow_up_received(**known),
        a_material_requested(**known),
        a_deadline_extended(**known),
        a_complaint_moved(**known, status="withdrawn"),
    ]
    shuffled = chance.sample(events, len(events)) + chance.choices(events, k=4)

    for start in range(0, len(shuffled), 3):
        await notification.receives(*shuffled[start : start + 3])

    assert sorted(one.kind for one in notification.emitted(OutboundNotice)) == [
        "answer",
        "extension",
        "material_request",
        "outcome",
        "progress",
        "progress",
        "receipt",
        "survey",
    ]
    assert len(notification.emitted(TeamNotice)) == 2


def test_the_receipt_promises_what_the_watchdog_watches():
    """Two services, two files, one promise: whoever changes one must change the other."""
    promised = tomllib.loads(Path(NotificationSettings().promises_path).read_text(encoding="utf-8"))["first_response_hours"]

    assert promised >= SlaWatchdogSettings().targets().house.first_response.target.count


async def test_an_unreadable_body_is_parked_and_its_neighbour_goes_on(notification: ServiceUnderTest):
    good = notification.delivery(registered := a_complaint_registered())
    bad = replace(good, body=b'{"complaint_id": 7')

    ends = [(task.end, task.what) for task in await notification.work.handle([bad, good])]

    assert [ends[0], ends[1][0]] == [(End.DEAD, "unreadable-message"), End.DONE]
    assert await notification.stored(registered.complaint_id) is not None
