"""Follow-ups, answers, outcomes, refusals: who is told, and who is not."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notification import rules
from services.notification.correspondence import Correspondence
from services.notification.follow_up_rules import CONFIRMATIONS
from shared.contracts import (
    AppealDecided,
    AppealOpened,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintResolved,
    CustomerAnswered,
    DeadlineApproaching,
    DeadlineExtended,
    FollowUpReceived,
    MaterialRequested,
    OutboundNotice,
    PriorityRaised,
    ReplyTo,
    SurveyAnswered,
)
from shared.contracts.vocabulary import Channel, ClockKind, MessageKind, NoticeKind, Outcome, Status, Team
from shared.decision import Decision
from tests.unit.notification.events import (
    BOOK,
    CHAT,
    MAIL,
    NOW,
    NUMBER,
    POST,
    TEAMS,
    a_correspondence,
    a_follow_up,
    a_material_request,
    a_refusal,
    a_resolution,
    a_ruling,
    a_withdrawal,
    an_answer,
    an_appeal,
    an_approaching_deadline,
    an_escalation,
    an_extension,
    an_urgency,
    the_notice,
    told,
)

UNREACHABLE = ReplyTo(channel=Channel.EMAIL, adapter="mail-cn", name="李雷")


@pytest.mark.parametrize("kind", [MessageKind.PROGRESS, MessageKind.CHASER, MessageKind.FOLLOW_UP, MessageKind.MATERIAL])
def test_a_follow_up_of_the_owner_is_confirmed_where_it_came_from(kind: MessageKind) -> None:
    held = a_correspondence(reply_to=MAIL)

    notice = the_notice(rules.tell_follow_up(held, a_follow_up(kind=kind), BOOK, NOW))

    assert (notice.kind, notice.channel, notice.number, notice.to.handle) == (NoticeKind.PROGRESS, Channel.CHAT, NUMBER, "@lilei")
    assert notice.notice_id.endswith(":progress:2")
    assert "2026年11月23日 10:00" in notice.text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"owner_known": False, "kind": MessageKind.FOLLOW_UP}, "owner-unknown"),
        ({"owner_known": False, "reply_to": POST}, "owner-unknown"),
        ({"owner_known": False, "reply_to": UNREACHABLE}, "owner-unknown"),
        ({"kind": MessageKind.THANKS}, "needs-no-reply"),
        ({"kind": MessageKind.AUTOMATIC}, "needs-no-reply"),
        ({"kind": MessageKind.BOUNCE}, "needs-no-reply"),
        ({"kind": MessageKind.WITHDRAWAL}, "has-its-own-letter"),
        ({"reply_to": POST}, "public-channel"),
        ({"reply_to": UNREACHABLE}, "no-address"),
    ],
)
def test_a_follow_up_that_must_not_be_confirmed_changes_nothing_and_says_why(changes: dict[str, Any], reason: str) -> None:
    held = a_correspondence()

    decision = rules.tell_follow_up(held, a_follow_up(**changes), BOOK, NOW)

    assert (decision.state, decision.emit, decision.what) == (held, (), reason)


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        (MessageKind.APPEAL, Status.IN_PROGRESS, "progress-sent"),
        (MessageKind.APPEAL, Status.RESOLVED, "has-its-own-letter"),
        (MessageKind.WITHDRAWAL, Status.IN_PROGRESS, "has-its-own-letter"),
        (MessageKind.WITHDRAWAL, Status.CLOSED, "progress-sent"),
    ],
)
def test_who_takes_a_complaint_back_or_appeals_is_not_told_that_work_goes_on(kind: MessageKind, status: Status, told: str) -> None:
    decision = rules.tell_follow_up(a_correspondence().model_copy(update={"status": status}), a_follow_up(kind=kind), BOOK, NOW)

    assert decision.what == told


def test_a_progress_question_after_the_answer_and_after_the_outcome_is_told_so() -> None:
    answered = rules.tell_answer(a_correspondence(), an_answer(), BOOK, NOW).state
    resolved = rules.tell_outcome(answered, a_resolution(), BOOK, NOW).state

    assert "最近一次答复" in the_notice(rules.tell_follow_up(answered, a_follow_up(), BOOK, NOW)).text
    assert "处理结果" in the_notice(rules.tell_follow_up(resolved, a_follow_up(), BOOK, NOW)).text


def test_a_follow_up_too_short_to_tell_its_language_is_answered_in_the_complaints() -> None:
    notice = the_notice(rules.tell_follow_up(a_correspondence(), a_follow_up(language="und"), BOOK, NOW))

    assert notice.language == "zh-Hans"


def test_two_programs_that_answer_each_other_come_to_an_end() -> None:
    held = a_correspondence()
    for _ in range(CONFIRMATIONS):
        held = rules.tell_follow_up(held, a_follow_up(), BOOK, NOW).state

    decision = rules.tell_follow_up(held, a_follow_up(), BOOK, NOW)

    assert (decision.emit, decision.what) == ((), "confirmed-often-enough")


def test_who_complained_in_public_is_answered_in_private_once_a_private_message_came() -> None:
    held = a_correspondence(reply_to=POST)
    assert rules.tell_outcome(held, a_resolution(), BOOK, NOW).what == "public-channel"

    private = rules.tell_follow_up(held, a_follow_up(), BOOK, NOW).state
    notice = told(rules.tell_outcome(private, a_resolution(), BOOK, NOW))[0]

    assert (notice.channel, notice.adapter, notice.number) == (Channel.CHAT, "webchat", NUMBER)


def test_a_stranger_cannot_draw_the_outcome_to_an_address_of_his() -> None:
    held = rules.tell_follow_up(a_correspondence(reply_to=POST), a_follow_up(owner_known=False), BOOK, NOW).state

    assert held.reply_to == POST


def test_an_answer_carries_the_agents_words_and_the_number() -> None:
    decision = rules.tell_answer(a_correspondence(reply_to=MAIL), an_answer(), BOOK, NOW)
    notice = the_notice(decision)

    assert notice.kind is NoticeKind.ANSWER
    assert "款项已退回您的账户。" in notice.text
    assert NUMBER in notice.text
    assert notice.in_reply_to == "<second@example.com>"
    assert decision.state.notices[-1].notice_id == notice.notice_id


@pytest.mark.parametrize("text", [None, "", " \n "])
def test_an_answer_without_words_is_not_sent(text: str | None) -> None:
    held = a_correspondence()

    decision = rules.tell_answer(held, an_answer(text), BOOK, NOW)

    assert (decision.state, decision.emit, decision.what) == (held, (), "no-text")


def test_words_of_an_agent_are_never_read_as_a_template() -> None:
    notice = the_notice(rules.tell_answer(a_correspondence(), an_answer("{{ number.__class__ }} {% raw %} <b>"), BOOK, NOW))

    assert "{{ number.__class__ }} {% raw %} <b>" in notice.text


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "有权要求复核"), ("zh-Hant", "有權要求複核"), ("en", "right to a review")])
def test_an_outcome_names_the_right_of_review(language: str, words: str) -> None:
    notice = told(rules.tell_outcome(a_correspondence(language=language), a_resolution(), BOOK, NOW))[0]

    assert notice.kind is NoticeKind.OUTCOME
    assert words in notice.text
    assert "退款已完成。" in notice.text


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_without_the_agents_words_is_said_plainly(outcome: Outcome) -> None:
    notice = told(rules.tell_outcome(a_correspondence(language="en"), a_resolution(None, outcome), BOOK, NOW))[0]

    assert "We closed your complaint" in notice.text


@pytest.mark.parametrize("reply_to", [POST, POST.model_copy(update={"public": False, "channel": Channel.REVIEW})])
def test_neither_answer_nor_outcome_is_ever_a_public_post(reply_to: ReplyTo) -> None:
    held = a_correspondence(reply_to=reply_to)

    decisions = [rules.tell_answer(held, an_answer(), BOOK, NOW), rules.tell_outcome(held, a_resolution(), BOOK, NOW)]

    assert [(decision.state.notices, decision.emit, decision.what) for decision in decisions] == [(held.notices, (), "public-channel")] * 2


def test_what_could_not_be_said_in_public_is_said_as_soon_as_there_is_a_private_way() -> None:
    held = after(a_correspondence(reply_to=POST), an_answer(), a_resolution())

    decision = rules.tell_follow_up(held, a_follow_up(), BOOK, NOW)

    assert [(notice.kind, notice.channel) for notice in decision.emit if isinstance(notice, OutboundNotice)] == [
        (NoticeKind.ANSWER, Channel.CHAT),
        (NoticeKind.OUTCOME, Channel.CHAT),
        (NoticeKind.PROGRESS, Channel.CHAT),
    ]
    assert decision.state.withheld == ()


@pytest.mark.parametrize("changes", [{"owner_known": False, "kind": MessageKind.FOLLOW_UP}, {"reply_to": POST}, {"reply_to": UNREACHABLE}])
def test_what_was_withheld_goes_neither_to_strangers_nor_into_the_open(changes: dict[str, Any]) -> None:
    held = after(a_correspondence(reply_to=POST), a_resolution())

    decision = rules.tell_follow_up(held, a_follow_up(**changes), BOOK, NOW)

    assert (decision.state, decision.emit) == (held, ())


def test_a_refused_sender_is_told_politely_why() -> None:
    decision = rules.refuse(a_refusal(), BOOK, NOW)
    notice = the_notice(decision)

    assert notice.number is None
    assert "larger than we can take" in notice.text
    assert notice.notice_id == f"{decision.state.inbound_id}:refusal:1"
    assert decision.state.notice is not None


@pytest.mark.parametrize("reason", ["nothing-to-read", "too-large", "unreadable"])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_every_refusal_that_is_told_has_words_in_every_language(reason: str, language: str) -> None:
    notice = the_notice(rules.refuse(a_refusal(reason=reason, language=language), BOOK, NOW))

    assert BOOK.tongue(language).words.refusals[reason] in notice.text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reason": "adapter-mismatch"}, "not-safe-to-tell"),
        ({"reason": "automatic-mail"}, "not-safe-to-tell"),
        ({"reply_to": POST}, "not-safe-to-tell"),
        ({"reply_to": UNREACHABLE}, "no-address"),
    ],
)
def test_a_refusal_is_not_told_where_that_is_not_safe(changes: dict[str, Any], why: str) -> None:
    decision = rules.refuse(a_refusal(**changes), BOOK, NOW)

    assert (decision.emit, decision.what, decision.state.notice) == ((), why, None)


Told = (
    FollowUpReceived
    | CustomerAnswered
    | ComplaintResolved
    | DeadlineApproaching
    | ComplaintEscalated
    | MaterialRequested
    | DeadlineExtended
    | ComplaintMoved
    | AppealOpened
    | AppealDecided
    | SurveyAnswered
    | PriorityRaised
)


TELL: dict[type[Told], Callable[[Correspondence, Any], Decision[Correspondence]]] = {
    FollowUpReceived: lambda held, event: rules.tell_follow_up(held, event, BOOK, NOW),
    CustomerAnswered: lambda held, event: rules.tell_answer(held, event, BOOK, NOW),
    ComplaintResolved: lambda held, event: rules.tell_outcome(held, event, BOOK, NOW),
    MaterialRequested: lambda held, event: rules.ask_for_material(held, event, BOOK, NOW),
    DeadlineExtended: lambda held, event: rules.tell_extension(held, event, BOOK, NOW),
    ComplaintMoved: lambda held, event: rules.tell_move(held, event, BOOK, NOW),
    DeadlineApproaching: lambda held, event: rules.warn_team(held, event, TEAMS),
    ComplaintEscalated: lambda held, event: rules.tell_escalation(held, event, TEAMS),
    AppealOpened: lambda held, event: rules.tell_appeal(held, event, BOOK, TEAMS, NOW),
    AppealDecided: lambda held, event: rules.tell_ruling(held, event, BOOK, NOW),
    SurveyAnswered: lambda held, event: rules.thank(held, event, BOOK, NOW),
    PriorityRaised: lambda held, event: rules.tell_urgency(held, event, TEAMS),
}


def decided(held: Correspondence, event: Told) -> Decision[Correspondence]:
    return TELL[type(event)](held, event)


def after(held: Correspondence, *events: Told) -> Correspondence:
    for event in events:
        held = decided(held, event).state
    return held


def heard(held: Correspondence) -> tuple[object, ...]:
    """What counts in the end: who was told what, where, and how things stand. Positions follow the order of arrival.

    Of extensions the latest moment counts; how many letters that took depends on which was heard first.
    """
    notices = sorted((one.kind, one.channel, one.adapter, one.to) for one in held.notices if one.kind is not NoticeKind.EXTENSION)
    known = held.moves, sorted(held.asked, key=str), held.reviews, {*held.strangers}
    extended = any(one.kind is NoticeKind.EXTENSION for one in held.notices), held.extended
    return notices, extended, known, sorted(told.about for told in held.team_notices), held.team, held.reply_to, held.status


DEPENDING = {NoticeKind.EXTENSION, NoticeKind.SURVEY}
"""How many extensions it takes depends on which is heard first; who hears the outcome only later is not asked how it was."""

LATER = [NOW + timedelta(minutes=minute) for minute in range(3)]
events = st.one_of(
    st.builds(
        lambda at, kind, reply_to, known: a_follow_up(received_at=at, kind=kind, reply_to=reply_to, owner_known=known),
        st.sampled_from(LATER),
        st.sampled_from([MessageKind.PROGRESS, MessageKind.CHASER, MessageKind.THANKS]),
        st.sampled_from([CHAT, MAIL, POST]),
        st.booleans(),
    ),
    st.sampled_from([an_answer(), an_answer(None), a_resolution(), an_approaching_deadline(), a_material_request()]),
    st.sampled_from([an_appeal(), an_appeal(late=True, appeal=2), a_ruling(), an_urgency(), an_urgency(times=2)]),
    st.builds(
        lambda clock, days: an_extension(clock=clock, due_at=NOW + timedelta(days=days)),
        st.sampled_from(ClockKind),
        st.integers(min_value=0, max_value=3),
    ),
    st.sampled_from([a_withdrawal(), a_withdrawal(before=Status.WITHDRAWN, status=Status.IN_PROGRESS, revision=6)]),
    st.builds(
        lambda level, at: an_escalation(level=level, team=Team(("supervisors", "compliance", "general")[level - 1]), escalated_at=at),
        st.integers(min_value=1, max_value=3),
        st.just(NOW),
    ),
)


@settings(max_examples=150)
@given(st.lists(events, max_size=6), st.randoms(use_true_random=False))
def test_whatever_the_order_of_events_the_same_people_are_told_the_same(drawn: list[Told], shuffler: Random) -> None:
    shuffled = list(drawn)
    shuffler.shuffle(shuffled)

    assert heard(after(a_correspondence(), *shuffled)) == heard(after(a_correspondence(), *drawn))


@settings(max_examples=150)
@given(st.lists(events, max_size=6), st.randoms(use_true_random=False))
def test_who_complained_in_public_hears_the_same_whatever_the_order(drawn: list[Told], shuffler: Random) -> None:
    shuffled = list(drawn)
    shuffler.shuffle(shuffled)
    first, second = (after(a_correspondence(reply_to=POST), *told) for told in (drawn, shuffled))

    kinds = [sorted(one.kind for one in held.notices if one.kind not in DEPENDING) for held in (first, second)]
    assert kinds[0] == kinds[1]
    assert (first.private_since, first.extended, first.status) == (second.private_since, second.extended, second.status)
    assert not any(notice.number for notice in notices_in_public(drawn))


def notices_in_public(told: list[Told]) -> list[OutboundNotice]:
    """Every notice of the journey that went to a public place."""
    held, emitted = a_correspondence(reply_to=POST), list[OutboundNotice]()
    for event in told:
        decision = decided(held, event)
        emitted += [message for message in decision.emit if isinstance(message, OutboundNotice)]
        held = decision.state
    return [message for message in emitted if message.channel is POST.channel]


@given(st.lists(events, max_size=8))
def test_no_two_notices_of_a_complaint_have_the_same_id(drawn: list[Told]) -> None:
    held = after(a_correspondence(), *drawn)
    ids = [notice.notice_id for notice in (*held.notices, *held.team_notices)]

    assert len(ids) == len(set(ids))
