"""A legal clock waits for a letter: that it left is reported, and that it came back; of the house's own rules nothing is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.notification import rules
from services.notification.correspondence import Correspondence
from shared.contracts import DeadlineExtended, DeliveryReported, LetterReported
from shared.contracts.vocabulary import ClockKind, DeliveryState, NoticeKind
from shared.decision import Decision
from tests.unit.notification.events import (
    BOOK,
    NOW,
    NUMBER,
    POST,
    RECEIVED,
    a_correspondence,
    a_follow_up,
    a_resolution,
    a_ruling,
    an_answer,
    an_extension,
    told,
)

LATER = NOW + timedelta(hours=1)
DELIVERED, FAILED, BOUNCED = DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.BOUNCED
SAID: dict[NoticeKind, Callable[[Correspondence], Decision[Correspondence]]] = {
    NoticeKind.OUTCOME: lambda held: rules.tell_outcome(held, a_resolution(), BOOK, NOW),
    NoticeKind.HOLDING_REPLY: lambda held: rules.tell_extension(held, a_holding_reply(), BOOK, NOW),
    NoticeKind.EXTENSION: lambda held: rules.tell_extension(held, an_extension(), BOOK, NOW),
    NoticeKind.APPEAL_OUTCOME: lambda held: rules.tell_ruling(held, a_ruling(), BOOK, NOW),
    NoticeKind.ANSWER: lambda held: rules.tell_answer(held, an_answer(), BOOK, NOW),
    NoticeKind.PROGRESS: lambda held: rules.tell_follow_up(held, a_follow_up(), BOOK, NOW),
}
LEGAL = [NoticeKind.OUTCOME, NoticeKind.HOLDING_REPLY, NoticeKind.EXTENSION, NoticeKind.APPEAL_OUTCOME]


def a_holding_reply(days: int = 35, **changes: Any) -> DeadlineExtended:
    due_at = RECEIVED + timedelta(days=days)
    return an_extension(clock=ClockKind.FINAL_RESPONSE, letter=NoticeKind.HOLDING_REPLY, due_at=due_at, **changes)


def reported(held: Correspondence, kind: NoticeKind, *states: DeliveryState) -> list[LetterReported]:
    """What is told of the letter, one report after the other, an hour apart by the adapter's clock."""
    found = list[LetterReported]()
    for place, state in enumerate(states):
        name = next(one.notice_id for one in held.notices if one.kind is kind)
        report = DeliveryReported(notice_id=name, state=state, at=NOW + timedelta(hours=place))
        decision = rules.record_delivery(held, report, LATER)
        held, found = decision.state, [*found, *(one for one in decision.emit if isinstance(one, LetterReported))]
    return found


@pytest.mark.parametrize("kind", LEGAL)
def test_a_legal_letter_that_left_is_reported_with_the_moment_in_which_it_did(kind: NoticeKind) -> None:
    held = SAID[kind](a_correspondence(regime="uk_emoney")).state

    [report] = reported(held, kind, DELIVERED)

    assert (report.letter, report.number, report.dispatched_at, report.reported_at) == (kind, NUMBER, NOW, LATER)
    assert report.notice_id in {one.notice_id for one in held.notices}


@pytest.mark.parametrize(
    ("states", "told_of"),
    [
        ([DELIVERED, BOUNCED], [True, False]),
        ([FAILED, DELIVERED], [True]),
        ([DELIVERED, FAILED], [True]),
        ([DELIVERED, DELIVERED], [True]),
        ([BOUNCED, DELIVERED], []),
        ([FAILED], []),
        ([BOUNCED], []),
    ],
)
def test_what_came_back_is_taken_back_and_what_never_left_is_not(states: list[DeliveryState], told_of: list[bool]) -> None:
    held = SAID[NoticeKind.OUTCOME](a_correspondence(regime="uk_emoney")).state

    reports = reported(held, NoticeKind.OUTCOME, *states)

    assert [one.dispatched_at is not None for one in reports] == told_of


@pytest.mark.parametrize("kind", LEGAL)
def test_of_the_houses_own_rules_nothing_is_reported(kind: NoticeKind) -> None:
    assert reported(SAID[kind](a_correspondence()).state, kind, DELIVERED, BOUNCED) == []


@pytest.mark.parametrize("kind", [NoticeKind.ANSWER, NoticeKind.PROGRESS, NoticeKind.RECEIPT])
def test_of_what_no_law_waits_for_nothing_is_reported(kind: NoticeKind) -> None:
    held = a_correspondence(regime="uk_emoney")

    assert reported(SAID[kind](held).state if kind in SAID else held, kind, DELIVERED) == []


def test_a_holding_reply_says_why_until_when_and_who_else_may_be_asked() -> None:
    held = a_correspondence(language="en", regime="uk_emoney")

    [letter] = told(rules.tell_extension(held, a_holding_reply(reason="The bank is slow."), BOOK, NOW))

    assert letter.kind is NoticeKind.HOLDING_REPLY
    for words in ("our final response by 27 December 2026", "The bank is slow.", "Financial Ombudsman Service", NUMBER):
        assert words in letter.text


def test_the_first_holding_reply_goes_out_in_any_case_and_takes_back_no_promise() -> None:
    held = a_correspondence(language="en", regime="uk_emoney")
    held = rules.tell_extension(held, an_extension(clock=ClockKind.FINAL_RESPONSE, due_at=RECEIVED + timedelta(days=40)), BOOK, NOW).state

    first = rules.tell_extension(held, a_holding_reply(35), BOOK, NOW)
    second = rules.tell_extension(first.state, a_holding_reply(36), BOOK, NOW)

    assert "our final response by 1 January 2027" in told(first)[0].text
    assert (told(second), second.what) == ([], "no-later-than-promised")


def test_a_holding_reply_that_is_kept_is_the_first_one_too() -> None:
    held = rules.tell_extension(a_correspondence(reply_to=POST), a_holding_reply(), BOOK, NOW).state

    again = rules.tell_extension(held, a_holding_reply(), BOOK, NOW)

    assert ([one.kind for one in again.state.withheld], again.what) == ([NoticeKind.HOLDING_REPLY], "no-later-than-promised")
