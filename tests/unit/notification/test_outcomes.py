"""The letter with the outcome: every point answered, what was paid, until when and before whom it may be contested; and the survey."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.notification import rules
from services.notification.phrasebook import LOCALES
from services.notification.store import CORRESPONDENCE
from shared.contracts import Point, RemedyTold, ReplyTo
from shared.contracts.vocabulary import Channel, NoticeKind, RemedyKind, Verdict
from tests.unit.notification.events import (
    BOOK,
    CHAT,
    NOW,
    NUMBER,
    POST,
    a_correspondence,
    a_follow_up,
    a_resolution,
    a_survey,
    told,
)

UNTIL = datetime(2027, 1, 21, 2, 0, tzinfo=UTC)
POINTS = (Point(about="付款失败但扣了款", answer="银行已于 11 月 20 日退回。"), Point(about="三天\n无人回复", answer="是我们的疏忽。"))
PAID = RemedyTold(kind=RemedyKind.REFUND, amount=12_800, currency="CNY")
APOLOGY = RemedyTold(kind=RemedyKind.APOLOGY)
WHOLE: dict[str, Any] = {"decision": Verdict.PARTLY_UPHELD, "points": POINTS, "remedies": (PAID, APOLOGY), "appeal_until": UNTIL}
in_every_language = pytest.mark.parametrize("language", LOCALES)


@in_every_language
def test_the_outcome_says_what_was_decided_why_point_by_point_and_what_was_done(language: str) -> None:
    letter = told(rules.tell_outcome(a_correspondence(language=language), a_resolution("因为如此。", **WHOLE), BOOK, NOW))[0]

    tongue = BOOK.tongue(language)
    said = (
        NUMBER,
        tongue.words.verdicts[Verdict.PARTLY_UPHELD],
        "因为如此。",
        "1. 付款失败但扣了款",
        "银行已于 11 月 20 日退回。",
        "2. 三天 无人回复",
        tongue.money.write(12_800, "CNY"),
        tongue.words.remedies[RemedyKind.APOLOGY],
        tongue.moments.write(UNTIL, "Asia/Shanghai"),
    )
    assert [one for one in said if one not in letter.text] == []
    assert not any(mark in letter.text for mark in ("{", "None", "\n\n\n"))


def test_no_payment_is_told_of_that_the_event_does_not_name() -> None:
    unpaid = {**WHOLE, "remedies": (APOLOGY,)}

    text = told(rules.tell_outcome(a_correspondence(language="en"), a_resolution("Because.", **unpaid), BOOK, NOW))[0].text

    assert "paid" not in text
    assert "- our apology" in text


@in_every_language
@pytest.mark.parametrize("regime", [one for one in BOOK.regimes if one != "house"])
def test_under_every_regime_the_outcome_names_the_outside_body_and_its_time(regime: str, language: str) -> None:
    held = a_correspondence(language=language, regime=regime)

    text = told(rules.tell_outcome(held, a_resolution(regime=regime, **WHOLE), BOOK, NOW))[0].text

    body = BOOK.tongue(language).body(None, regime)
    assert body is not None
    assert [one for one in (body.name, body.time_limit, *body.contacts) if one not in text] == []


def test_the_house_alone_names_no_outside_body_and_an_unknown_regime_has_the_houses_letter() -> None:
    house, unknown = (
        told(rules.tell_outcome(a_correspondence(language="en"), a_resolution(regime=one, **WHOLE), BOOK, NOW))[0].text
        for one in ("house", "ph_bsp")
    )

    assert "If you remain dissatisfied" not in house
    assert unknown == house


@pytest.mark.parametrize("named", [None, "a_body_that_nobody_knows"])
def test_a_british_final_response_is_never_without_the_ombudsman_whatever_the_event_names(named: str | None) -> None:
    held = a_correspondence(language="en", regime="uk_emoney")

    text = told(rules.tell_outcome(held, a_resolution(outside_body=named, **WHOLE), BOOK, NOW))[0].text

    assert "final response" in text
    assert "Financial Ombudsman Service" in text


def test_an_outcome_whose_text_is_blank_still_goes_out() -> None:
    text = told(rules.tell_outcome(a_correspondence(language="en"), a_resolution(" \n "), BOOK, NOW))[0].text

    assert "We closed your complaint with a payment" in text


def test_what_was_kept_while_the_customer_was_known_in_public_is_the_whole_letter_afterwards() -> None:
    held = rules.tell_outcome(a_correspondence(reply_to=POST), a_resolution("因为如此。", regime="uk_emoney", **WHOLE), BOOK, NOW).state
    stored = CORRESPONDENCE.load({"schema": CORRESPONDENCE.schema, "state": CORRESPONDENCE.dump(held)})
    at_once = told(rules.tell_outcome(a_correspondence(), a_resolution("因为如此。", regime="uk_emoney", **WHOLE), BOOK, NOW))[0]

    letter = told(rules.tell_follow_up(stored, a_follow_up(), BOOK, NOW))[0]

    assert letter.text == at_once.text


@in_every_language
def test_after_the_outcome_come_three_questions_once_in_the_same_language(language: str) -> None:
    outcome, survey = told(rules.tell_outcome(a_correspondence(language=language), a_resolution(), BOOK, NOW))

    assert [one.kind for one in (outcome, survey)] == [NoticeKind.OUTCOME, NoticeKind.SURVEY]
    assert (survey.language, survey.number, survey.channel) == (language, NUMBER, CHAT.channel)
    assert [mark for mark in ("1. ", "2. ", "3. ") if mark not in survey.text] == []


def test_a_second_resolution_is_asked_about_again_but_not_once_the_customer_has_answered() -> None:
    first = rules.tell_outcome(a_correspondence(), a_resolution(), BOOK, NOW)
    unanswered = rules.tell_outcome(first.state, a_resolution(), BOOK, NOW)
    answered = rules.tell_outcome(rules.thank(first.state, a_survey(), BOOK, NOW).state, a_resolution(), BOOK, NOW)

    assert [[one.kind for one in told(decision)] for decision in (unanswered, answered)] == [["outcome", "survey"], ["outcome"]]


def test_who_hears_the_outcome_late_is_not_asked_how_it_was() -> None:
    held = rules.tell_outcome(a_correspondence(reply_to=POST), a_resolution(), BOOK, NOW).state

    kinds = [one.kind for one in told(rules.tell_follow_up(held, a_follow_up(), BOOK, NOW))]

    assert kinds == ["outcome", "progress"]


def test_an_outside_body_that_referred_a_complaint_is_not_asked_how_it_was() -> None:
    body = ReplyTo(channel=Channel.REFERRAL, adapter="referrals", email="office@example.org")

    kinds = [one.kind for one in told(rules.tell_outcome(a_correspondence(reply_to=body), a_resolution(), BOOK, NOW))]

    assert kinds == ["outcome"]


@in_every_language
def test_who_answers_is_thanked_and_who_is_not_helped_is_told_of_the_review_each_once(language: str) -> None:
    held = a_correspondence(language=language)
    solved = rules.thank(held, a_survey(solved=True, appeal_until=UNTIL), BOOK, NOW)
    unsolved = rules.thank(held, a_survey(solved=False, appeal_until=UNTIL), BOOK, NOW)

    moment = BOOK.tongue(language).moments.write(UNTIL, "Asia/Shanghai")
    assert [moment in told(one)[0].text for one in (solved, unsolved)] == [False, True]
    assert [told(rules.thank(one.state, a_survey(solved=one is solved), BOOK, NOW)) for one in (solved, unsolved)] == [[], []]


def test_who_says_later_that_it_is_not_solved_is_still_told_of_the_review() -> None:
    held = rules.thank(a_correspondence(), a_survey(solved=None), BOOK, NOW).state

    offered = rules.thank(held, a_survey(solved=False, appeal_until=UNTIL), BOOK, NOW)
    again = rules.thank(offered.state, a_survey(solved=False, appeal_until=UNTIL), BOOK, NOW)

    assert (len(told(offered)), told(again), again.what) == (1, [], "thanked-already")


def test_who_can_no_longer_ask_for_a_review_is_thanked_only() -> None:
    texts = [told(rules.thank(a_correspondence(language="en"), a_survey(solved=False), BOOK, NOW))[0].text]

    assert "review" not in texts[0]


def test_thanks_are_never_said_in_public_nor_kept_for_later() -> None:
    decision = rules.thank(a_correspondence(reply_to=POST), a_survey(), BOOK, NOW)

    assert (told(decision), decision.state.withheld, decision.what) == ([], (), "public-channel")
