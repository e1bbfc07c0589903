"""Who asks how things stand: the owner hears where, what next and until when; anybody else nothing but how to prove themselves."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.notification import rules
from services.notification.correspondence import Correspondence
from services.notification.follow_up_rules import STRANGERS
from services.notification.phrasebook import LOCALES
from shared.contracts.vocabulary import Channel, ClockKind, MessageKind, Priority, Status
from tests.unit.notification.events import (
    BOOK,
    MAIL,
    NOW,
    NUMBER,
    POST,
    RECEIVED,
    a_correspondence,
    a_follow_up,
    a_material_request,
    a_withdrawal,
    an_answer,
    an_extension,
    the_notice,
    told,
)

STRANGER = MAIL.model_copy(update={"email": "stranger@example.org", "subject": "How does RD-7K3MQ-2XV9H-5 stand?"})
DAY = timedelta(days=1)


def moved(held: Correspondence, *moves: tuple[int, Status, timedelta], priority: Priority = Priority.NORMAL) -> Correspondence:
    for revision, status, after in moves:
        move = a_withdrawal(status=status, revision=revision, priority=priority, moved_at=RECEIVED + after)
        held = rules.tell_move(held, move, BOOK, NOW).state
    return held


def answered(held: Correspondence) -> Correspondence:
    return rules.tell_answer(held, an_answer(), BOOK, NOW).state


def text_at(held: Correspondence, after: timedelta = DAY / 2, **changes: Any) -> str:
    return the_notice(rules.tell_follow_up(held, a_follow_up(**changes), BOOK, RECEIVED + after)).text


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("status", Status)
def test_every_status_is_told_in_plain_words_with_what_comes_next(status: Status, language: str) -> None:
    text = text_at(moved(a_correspondence(language=language), (3, status, DAY)), language=language)

    words = BOOK.tongue(language).words
    assert (words.statuses[status] in text, words.next_steps[status] in text) == (True, True)
    assert not any(mark in text for mark in ("{", "None", "\n\n\n"))


@pytest.mark.parametrize(
    ("kind", "words"),
    [(MessageKind.PROGRESS, "you asked how"), (MessageKind.CHASER, "your reminder"), (MessageKind.MATERIAL, "your further message")],
)
def test_a_question_a_chaser_and_what_was_sent_are_told_apart(kind: MessageKind, words: str) -> None:
    assert words in text_at(a_correspondence(language="en"), kind=kind, language="en")


def test_first_the_first_answer_is_promised_then_the_decision_by_priority() -> None:
    held = moved(a_correspondence(language="en"), (2, Status.ROUTED, DAY / 24))

    assert "first answer by 23 November 2026, 10:00" in text_at(held, language="en")
    assert "our decision by 2 December 2026, 10:00" in text_at(answered(held), language="en")


def test_a_promise_that_was_broken_is_called_that() -> None:
    held = moved(a_correspondence(language="en"), (2, Status.ROUTED, DAY / 24))

    assert "have not kept our word" in text_at(held, 2 * DAY, language="en")
    assert "have not managed to" in text_at(answered(held), 11 * DAY, language="en")


def test_the_time_in_which_we_waited_is_not_counted_and_while_we_wait_no_day_is_named() -> None:
    waiting = ((2, Status.ROUTED, DAY), (3, Status.IN_PROGRESS, DAY), (4, Status.WAITING_FOR_CUSTOMER, 2 * DAY))
    held = answered(moved(a_correspondence(language="en"), *waiting))
    after = moved(held, (5, Status.IN_PROGRESS, 5 * DAY))

    assert "our decision by" not in text_at(held, 3 * DAY, language="en")
    assert "our decision by 5 December 2026, 10:00" in text_at(after, 6 * DAY, language="en")


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_how_things_stand_does_not_depend_on_the_order_in_which_we_hear(order: tuple[int, ...]) -> None:
    moves = [
        (2, Status.ROUTED, DAY),
        (3, Status.WAITING_FOR_THIRD_PARTY, 2 * DAY),
        (4, Status.IN_PROGRESS, 3 * DAY),
        (5, Status.WAITING_FOR_CUSTOMER, 4 * DAY),
    ]

    held = moved(a_correspondence(), *(moves[one] for one in order))

    assert held == moved(a_correspondence(), *moves)


def test_a_promise_is_not_shortened_because_the_complaint_became_more_urgent() -> None:
    held = answered(moved(a_correspondence(language="en"), (2, Status.ROUTED, DAY)))
    urgent = moved(held, (3, Status.IN_PROGRESS, DAY), priority=Priority.URGENT)

    assert "our decision by 2 December 2026" in text_at(urgent, language="en")


def test_a_moved_deadline_is_what_is_promised() -> None:
    held = answered(moved(a_correspondence(language="en"), (2, Status.ROUTED, DAY)))
    extension = an_extension(clock=ClockKind.FINAL_RESPONSE, due_at=RECEIVED + 40 * DAY)
    held = rules.tell_extension(held, extension, BOOK, NOW).state

    assert "our decision by 1 January 2027, 10:00" in text_at(held, language="en")


def test_who_is_waited_for_hears_once_more_what_is_wanted() -> None:
    held = rules.ask_for_material(a_correspondence(language="en"), a_material_request(), BOOK, NOW).state
    held = moved(held, (3, Status.WAITING_FOR_CUSTOMER, DAY))

    assert "1. the transaction number\n2. a screenshot of the problem" in text_at(held, language="en")


@pytest.mark.parametrize("kind", [MessageKind.PROGRESS, MessageKind.CHASER])
@pytest.mark.parametrize("language", LOCALES)
def test_a_stranger_hears_nothing_of_the_complaint(language: str, kind: MessageKind) -> None:
    held = answered(a_correspondence(reply_to=MAIL))

    notice = the_notice(
        rules.tell_follow_up(held, a_follow_up(kind=kind, language=language, owner_known=False, reply_to=STRANGER), BOOK, NOW)
    )

    assert (notice.number, notice.to.email, notice.subject) == (None, STRANGER.email, f"Re: {STRANGER.subject}")
    assert notice.text == BOOK.tongue(language).write("prove_yourself").strip()
    assert not any(secret in notice.text for secret in (NUMBER, "李雷", "lilei", "退款"))


def test_a_stranger_is_answered_once_a_day_and_no_address_is_kept() -> None:
    asks = [a_follow_up(owner_known=False, reply_to=STRANGER, received_at=NOW + hours * timedelta(hours=1)) for hours in (0, 1, 24)]
    held, answers = a_correspondence(), list[int]()
    for ask in asks:
        decision = rules.tell_follow_up(held, ask, BOOK, NOW)
        held, answers = decision.state, [*answers, len(told(decision))]

    assert answers == [1, 0, 1]
    assert str(STRANGER.email) not in held.model_dump_json()


def test_many_strangers_come_to_an_end_and_take_nothing_from_the_owner() -> None:
    held = a_correspondence()
    for place in range(STRANGERS):
        stranger = STRANGER.model_copy(update={"email": f"stranger{place}@example.org"})
        held = rules.tell_follow_up(held, a_follow_up(owner_known=False, reply_to=stranger), BOOK, NOW).state

    one_more = rules.tell_follow_up(held, a_follow_up(owner_known=False, reply_to=STRANGER), BOOK, NOW)

    assert (one_more.emit, one_more.what) == ((), "told-to-prove-it-already")
    assert NUMBER in the_notice(rules.tell_follow_up(held, a_follow_up(), BOOK, NOW)).text


def test_what_was_kept_never_goes_to_a_stranger_who_asks() -> None:
    held = answered(a_correspondence(reply_to=POST))

    decision = rules.tell_follow_up(held, a_follow_up(owner_known=False, reply_to=STRANGER), BOOK, NOW)

    assert (decision.state.withheld, [one.channel for one in told(decision)]) == (held.withheld, [Channel.EMAIL])
    assert decision.state.reply_to == POST
