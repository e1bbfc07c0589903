"""What casework promises once it is decided: reviews, ratings, second persons, silence; each in any order and however often."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from services.casework.store import answer
from shared.contracts import (
    AppealComplaint,
    AppealDecided,
    AppealOpened,
    ApproveResolution,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    DecideAppeal,
    PriorityRaised,
    ReferComplaint,
    ReferralOpened,
    RequestMaterial,
    ResolveComplaint,
    SurveyAnswered,
    SurveyReply,
    TakeAppeal,
    TakeComplaint,
)
from shared.contracts.vocabulary import Channel, ClockKind, MessageKind, Priority, Status, Verdict
from shared.errors import BrokerAway
from shared.task import End
from tests.builders import (
    a_command,
    a_complaint_registered,
    a_complaint_routed,
    a_deadline_missed,
    a_follow_up_received,
)
from tests.under_test import ServiceUnderTest, another_replica
from tests.unit.casework.lives import REVIEWER, SENIOR

decide = partial(a_command, DecideAppeal, by=REVIEWER)


async def resolved(casework: ServiceUnderTest) -> ComplaintRegistered:
    registered = a_complaint_registered()
    await casework.receives(registered, a_complaint_routed())
    await casework.receives(a_command(TakeComplaint), a_command(ResolveComplaint))
    return registered


def an_appeal(casework: ServiceUnderTest):
    return a_follow_up_received(kind=MessageKind.APPEAL, received_at=casework.house.clock.now())


async def test_an_appeal_goes_its_way_and_the_first_decision_stays(casework: ServiceUnderTest):
    complaint = await resolved(casework)

    await casework.receives(an_appeal(casework), times=2)
    await casework.receives(a_command(TakeAppeal, by=REVIEWER))
    await casework.receives(decide(), times=2)

    assert [one.appeal_number for one in casework.emitted(AppealOpened)] == [f"{complaint.number}/A1"]
    assert [one.by for one in casework.emitted(AppealDecided)] == [REVIEWER]
    state = await casework.state(complaint.complaint_id)
    assert (state["status"], len(state["resolutions"]), len(state["appeals"])) == (Status.RESOLVED, 1, 1)


async def test_of_two_reviewers_who_take_an_appeal_at_once_one_has_it(casework: ServiceUnderTest):
    complaint = await resolved(casework)
    await casework.receives(a_command(AppealComplaint))
    reviewers = (REVIEWER, "reviewer-2")
    replicas = [casework, another_replica(casework)]
    takes = [casework.delivery(a_command(TakeAppeal, by=by), message_id=by) for by in reviewers]

    await asyncio.gather(*[replica.work.handle([take]) for replica, take in zip(replicas, takes, strict=True)])

    has_it = (await casework.state(complaint.complaint_id))["appeals"][0]["reviewer"]
    about = [{"complaint_id": complaint.complaint_id, "command_id": by} for by in reviewers]
    refusals = {one["command_id"]: (await answer(casework.house.database, one))["refused"] for one in about}
    assert refusals == {by: None if by == has_it else "taken-already" for by in reviewers}


async def test_a_crash_after_the_ruling_was_written_tells_the_same_ruling_once_more(casework: ServiceUnderTest):
    await resolved(casework)
    await casework.receives(a_command(AppealComplaint), a_command(TakeAppeal, by=REVIEWER))
    ruling = decide()
    casework.outbox.away_for = 1

    with pytest.raises(BrokerAway):
        await casework.receives(ruling)
    await casework.receives(ruling)

    assert len(casework.emitted(AppealDecided)) == 1


async def test_an_appeal_of_a_complaint_that_nobody_heard_of_waits_for_it(casework: ServiceUnderTest):
    [early] = await casework.receives(an_appeal(casework))
    await casework.receives(a_complaint_registered())

    assert early.end is End.EARLY


async def test_a_rejection_is_told_when_a_second_person_agreed_and_once(casework: ServiceUnderTest):
    await casework.receives(a_complaint_registered(), a_complaint_routed())
    await casework.receives(a_command(TakeComplaint), a_command(ResolveComplaint, decision=Verdict.REJECTED))
    before = casework.emitted(ComplaintResolved)

    await casework.receives(a_command(ApproveResolution, by=SENIOR), times=2)

    assert (before, [one.decision for one in casework.emitted(ComplaintResolved)]) == ([], [Verdict.REJECTED])


async def test_a_rating_counts_once_and_what_comes_later_adds_to_it(casework: ServiceUnderTest):
    complaint = await resolved(casework)
    said = [SurveyReply(solved=True), SurveyReply(solved=False, attitude=4)]
    first, second = (a_follow_up_received(kind=MessageKind.SURVEY_ANSWER, survey=one) for one in said)

    await casework.receives(first, times=2)
    await casework.receives(second, times=2)

    assert [(one.solved, one.attitude) for one in casework.emitted(SurveyAnswered)] == [(True, None), (True, 4)]
    assert len((await casework.state(complaint.complaint_id))["surveys"]) == 1


async def test_silence_lets_the_work_go_on_and_once(casework: ServiceUnderTest):
    complaint = await waiting_for_the_customer(casework)
    missed = a_deadline_missed(clock=ClockKind.MATERIAL_WAIT, missed_at=casework.house.clock.now() + timedelta(days=15))

    await casework.receives(missed, times=2)

    assert (await casework.state(complaint.complaint_id))["status"] == Status.IN_PROGRESS
    assert [one.status for one in casework.emitted(ComplaintMoved)][-1] == Status.IN_PROGRESS
    assert [one["state"] for one in (await casework.state(complaint.complaint_id))["materials"]] == ["unanswered", "unanswered"]


async def test_what_outside_bodies_send_is_on_record_once(casework: ServiceUnderTest):
    registered = a_complaint_registered(channel=Channel.REFERRAL, adapter="referrals", reference="12315-77")
    again = a_follow_up_received(channel=Channel.REFERRAL, adapter="referrals", reference="12315-77")

    await casework.receives(registered, a_complaint_routed())
    await casework.receives(again, times=2)
    await casework.receives(a_command(ReferComplaint, by=SENIOR), times=2)

    assert [one.reference for one in casework.emitted(ReferralOpened)] == ["12315-77", None]


async def test_urging_in_any_order_leaves_the_same_priority(casework: ServiceUnderTest):
    complaint = a_complaint_registered()
    raised = [
        PriorityRaised(
            complaint_id=complaint.complaint_id,
            number=complaint.number,
            team="refunds",
            priority=priority,
            times=times,
            raised_at=complaint.received_at,
        )
        for times, priority in ((2, Priority.URGENT), (1, Priority.HIGH))
    ]

    for message in (*raised, a_complaint_routed(), complaint):
        await casework.receives(message, times=2)

    assert (await casework.state(complaint.complaint_id))["priority"] == Priority.URGENT


async def waiting_for_the_customer(casework: ServiceUnderTest) -> ComplaintRegistered:
    """The customer was asked for something."""
    registered = a_complaint_registered()
    await casework.receives(registered, a_complaint_routed())
    await casework.receives(a_command(TakeComplaint), a_command(RequestMaterial))
    return registered
