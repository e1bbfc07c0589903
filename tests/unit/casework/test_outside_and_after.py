"""Outside bodies, ratings, repeats, silence, urging, and deadlines that may be moved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.casework import rules
from services.casework.beginning import begin
from services.casework.policies.regimes import HOUSE
from services.casework.records.material import MaterialState
from shared.contracts import (
    AppealComplaint,
    ComplaintsLinked,
    DeadlineExtended,
    ExtendDeadline,
    PriorityRaised,
    RecordReferralAnswer,
    RecordSurvey,
    ReferComplaint,
    ReferralAnswered,
    ReferralOpened,
    ReplyToCustomer,
    RequestMaterial,
    SurveyAnswered,
    SurveyReply,
)
from shared.contracts.vocabulary import (
    BodyKind,
    Channel,
    ClockKind,
    LinkKind,
    Material,
    MessageKind,
    NoticeKind,
    Priority,
    ReferralWay,
    Status,
)
from tests.builders import a_complaint_escalated, a_complaint_registered, a_deadline_missed, a_follow_up_received
from tests.unit.casework.lives import AGENT, AT, COMPLAINT, LIVES, OTHER, RULEBOOK, SENIOR, SUPERVISOR, TAKEN, obeyed, refused

RESOLVED, WAITING = LIVES[Status.RESOLVED], LIVES[Status.WAITING_FOR_CUSTOMER]
REFERRED = a_complaint_registered(channel=Channel.REFERRAL, adapter="referrals", reference="12315-77")


def test_what_an_outside_body_refers_is_on_record_from_the_start_with_their_deadline():
    begun = begin(REFERRED, RULEBOOK)

    one = begun.state.referrals[0]
    assert (one.way, one.body_kind, one.reference) == (ReferralWay.FROM_BODY, BodyKind.CONSUMER_BODY, "12315-77")
    opened = next(one for one in begun.emit if isinstance(one, ReferralOpened))
    assert opened.answer_due_at == REFERRED.received_at + timedelta(days=15)


def test_the_same_reference_is_the_same_referral():
    held = begin(REFERRED, RULEBOOK).state
    again = a_follow_up_received(channel=Channel.REFERRAL, adapter="referrals", reference="12315-77", owner_known=False)

    assert len(rules.hear_the_customer(held, again, RULEBOOK, AT).state.referrals) == 1
    other = again.model_copy(update={"reference": "12315-78"})
    assert len(rules.hear_the_customer(held, other, RULEBOOK, AT).state.referrals) == 2


def test_the_date_that_an_outside_body_sets_is_the_deadline():
    within_five_days = REFERRED.received_at + timedelta(days=5)
    begun = begin(REFERRED.model_copy(update={"answer_due_at": within_five_days}), RULEBOOK)
    wants_sooner = a_follow_up_received(
        channel=Channel.REFERRAL, adapter="referrals", reference="12315-77", answer_due_at=within_five_days - timedelta(days=3)
    )

    assert [one.answer_due_at for one in begun.emit if isinstance(one, ReferralOpened)] == [within_five_days]
    heard = rules.hear_the_customer(begun.state, wants_sooner, RULEBOOK, AT)
    assert [one.answer_due_at for one in heard.emit if isinstance(one, ReferralOpened)] == [wants_sooner.answer_due_at]


def test_an_outside_body_that_writes_again_after_our_answer_waits_for_another_one():
    answered = obeyed(begin(REFERRED, RULEBOOK).state, RecordReferralAnswer, SENIOR).state
    again = a_follow_up_received(channel=Channel.REFERRAL, adapter="referrals", reference="12315-77")

    heard = rules.hear_the_customer(answered, again, RULEBOOK, AT)

    assert [one.referral for one in heard.emit if isinstance(one, ReferralOpened)] == [2]


def test_what_goes_to_a_body_and_what_it_answers_is_told_once():
    referred = obeyed(TAKEN, ReferComplaint, SENIOR, answer_due_at=AT + timedelta(days=30))
    answered = obeyed(referred.state, RecordReferralAnswer, SENIOR)

    assert [one.way for one in referred.emit if isinstance(one, ReferralOpened)] == [ReferralWay.TO_BODY]
    assert [one.referral for one in answered.emit if isinstance(one, ReferralAnswered)] == [1]
    assert refused(obeyed(answered.state, RecordReferralAnswer, SENIOR)) == "answered-already"
    assert refused(obeyed(TAKEN, RecordReferralAnswer, SENIOR)) == "unknown-referral"
    assert refused(obeyed(TAKEN, ReferComplaint, SENIOR, answer_due_at=AT)) == "due-in-the-past"


def test_who_is_not_content_is_offered_the_appeal_for_as_long_as_it_is_open():
    unhappy = a_follow_up_received(kind=MessageKind.SURVEY_ANSWER, survey=SurveyReply(solved=False, attitude=2), received_at=AT)

    heard = rules.hear_the_customer(RESOLVED, unhappy, RULEBOOK, AT)
    appealed = rules.hear_the_customer(obeyed(RESOLVED, AppealComplaint).state, unhappy, RULEBOOK, AT)

    assert _surveyed(heard)[0].appeal_until == RULEBOOK.regimes.of("house").appeal_until(RESOLVED.resolutions[0].at)
    assert _surveyed(appealed)[0].appeal_until is None


def test_the_first_word_to_each_question_counts_and_a_repeat_tells_nobody():
    half = obeyed(RESOLVED, RecordSurvey, solved=True, attitude=None).state
    whole = obeyed(half, RecordSurvey, solved=False, attitude=4)

    assert (whole.state.surveys[0].solved, whole.state.surveys[0].attitude, len(whole.state.surveys)) == (True, 4, 1)
    assert refused(obeyed(whole.state, RecordSurvey, solved=False, attitude=1)) == "answered-already"


def test_who_thanks_because_it_is_solved_has_answered_that_question():
    thanks = a_follow_up_received(kind=MessageKind.THANKS, survey=SurveyReply(solved=True), received_at=AT)

    assert _surveyed(rules.hear_the_customer(RESOLVED, thanks, RULEBOOK, AT))[0].solved is True
    assert _surveyed(rules.hear_the_customer(TAKEN, thanks, RULEBOOK, AT)) == []


def test_a_repeat_is_linked_from_both_sides():
    begun = begin(a_complaint_registered(repeat_of=OTHER), RULEBOOK)

    assert begun.state.linked == (OTHER,)
    assert [(one.other, one.how) for one in begun.emit if isinstance(one, ComplaintsLinked)] == [(OTHER, LinkKind.REPEAT)]
    back = ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=LinkKind.REPEAT, by="system", linked_at=AT)
    assert rules.link_back(TAKEN, back).state.linked == (OTHER,)


def test_a_customer_who_stays_silent_is_waited_for_no_more():
    missed = a_deadline_missed(clock=ClockKind.MATERIAL_WAIT, missed_at=AT + timedelta(days=15))

    gone_on = rules.go_on_without(WAITING, missed)

    assert gone_on.state.status is Status.IN_PROGRESS
    assert {one.state for one in gone_on.state.materials} == {MaterialState.UNANSWERED}
    assert rules.go_on_without(gone_on.state, missed).state == gone_on.state


def test_silence_is_no_answer_to_what_was_asked_for_later():
    missed = a_deadline_missed(clock=ClockKind.MATERIAL_WAIT, missed_at=AT - timedelta(hours=1))

    assert rules.go_on_without(WAITING, missed).state.status is Status.WAITING_FOR_CUSTOMER


@pytest.mark.parametrize("clock", [one for one in ClockKind if one is not ClockKind.MATERIAL_WAIT])
def test_no_other_deadline_ends_the_waiting(clock: ClockKind):
    assert rules.go_on_without(WAITING, a_deadline_missed(clock=clock, missed_at=AT)).state == WAITING


def test_the_highest_count_of_urging_says_how_urgent_it_is_in_any_order():
    first, second = (
        PriorityRaised(complaint_id=COMPLAINT, number=TAKEN.number, team="refunds", priority=priority, times=times, raised_at=AT)
        for times, priority in ((1, Priority.HIGH), (2, Priority.URGENT))
    )

    forwards = rules.raise_priority(rules.raise_priority(TAKEN, first).state, second).state
    backwards = rules.raise_priority(rules.raise_priority(TAKEN, second).state, first).state

    assert (forwards.priority, backwards.priority) == (Priority.URGENT, Priority.URGENT)


def test_what_a_step_up_made_urgent_stays_so_when_an_older_chaser_is_heard_and_the_other_way_round():
    known = {"complaint_id": COMPLAINT, "number": TAKEN.number}
    urged = PriorityRaised(**known, team="refunds", priority=Priority.HIGH, times=1, raised_at=AT)
    escalated = a_complaint_escalated(**known, priority=Priority.URGENT)

    forwards = rules.hand_up(rules.raise_priority(TAKEN, urged).state, escalated).state
    backwards = rules.raise_priority(rules.hand_up(TAKEN, escalated).state, urged).state

    assert (forwards.priority, backwards.priority) == (Priority.URGENT, Priority.URGENT)


def test_a_legal_deadline_is_put_off_by_the_letter_that_its_regime_wants_and_not_beyond_its_limit():
    british = replace(TAKEN, regime="uk_emoney")
    day = {"clock": ClockKind.FINAL_RESPONSE, "due_at": british.received_at + timedelta(days=40)}

    told = next(one for one in obeyed(british, ExtendDeadline, SUPERVISOR, **day).emit if isinstance(one, DeadlineExtended))

    assert (told.letter, told.outside_body) == (NoticeKind.HOLDING_REPLY, "uk_ombudsman")
    late = {**day, "due_at": british.received_at + timedelta(days=50)}
    assert refused(obeyed(british, ExtendDeadline, SUPERVISOR, **late)) == "beyond-the-limit"
    assert refused(obeyed(TAKEN, ExtendDeadline, SUPERVISOR, **day)) == "no-such-clock"


def test_a_deadline_that_is_met_is_not_moved():
    replied = obeyed(TAKEN, ReplyToCustomer).state

    assert refused(obeyed(replied, ExtendDeadline, SUPERVISOR, clock=ClockKind.FIRST_RESPONSE)) == "no-such-clock"


def test_a_short_account_is_shown_not_at_all():
    short = a_complaint_registered()
    short = short.model_copy(update={"reply_to": short.reply_to.model_copy(update={"account_id": "A123456"})})

    assert [one.value for one in begin(short, RULEBOOK).state.facts][-1] == "…"


def test_what_came_late_is_received_and_no_longer_missing():
    held = rules.go_on_without(WAITING, a_deadline_missed(clock=ClockKind.MATERIAL_WAIT, missed_at=AT + timedelta(days=15))).state

    asked_again = obeyed(held, RequestMaterial, AGENT, materials=(Material.SCREENSHOT,)).state

    assert asked_again.open_materials == (Material.SCREENSHOT,)


def _surveyed(heard):
    return [one for one in heard.emit if isinstance(one, SurveyAnswered)]


@pytest.mark.parametrize("regime", [one.name for one in RULEBOOK.regimes.regimes if one.name != HOUSE])
def test_no_legal_deadline_is_put_off_for_ever(regime: str):
    years = {"clock": ClockKind.FINAL_RESPONSE, "due_at": AT + timedelta(days=1_000)}

    assert refused(obeyed(replace(TAKEN, regime=regime), ExtendDeadline, SUPERVISOR, **years)) == "beyond-the-limit"
