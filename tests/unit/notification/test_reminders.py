"""Who was asked and stays silent is reminded of what is still wanted, in private, and never of what they have sent."""

from datetime import timedelta
from itertools import permutations

import pytest

from services.notification import rules
from services.notification.correspondence import Correspondence
from services.notification.phrasebook import LOCALES
from shared.contracts import ComplaintMoved, DeadlineApproaching, MaterialRequested
from shared.contracts.vocabulary import ClockKind, Material, NoticeKind, Status
from tests.unit.notification.events import (
    BOOK,
    NOW,
    NUMBER,
    POST,
    RECEIVED,
    a_correspondence,
    a_material_request,
    a_withdrawal,
    an_approaching_deadline,
    told,
)

DUE = RECEIVED + timedelta(days=15)
HOUR = timedelta(hours=1)
Heard = MaterialRequested | ComplaintMoved
ASKED = a_material_request(materials=(Material.SCREENSHOT,), requested_at=RECEIVED + HOUR)
WAITS = a_withdrawal(status=Status.WAITING_FOR_CUSTOMER, revision=4, moved_at=RECEIVED + HOUR)
GOES_ON = a_withdrawal(status=Status.IN_PROGRESS, revision=5, moved_at=RECEIVED + 2 * HOUR)
ASKED_AGAIN = a_material_request(materials=(Material.DEVICE,), requested_at=RECEIVED + 3 * HOUR)
WAITS_AGAIN = a_withdrawal(status=Status.WAITING_FOR_CUSTOMER, revision=6, moved_at=RECEIVED + 3 * HOUR)


def a_warning(warning: int = 1) -> DeadlineApproaching:
    return an_approaching_deadline(clock=ClockKind.MATERIAL_WAIT, due_at=DUE, warning=warning)


def after(*heard: Heard, held: Correspondence | None = None) -> Correspondence:
    held = held or a_correspondence(language="en")
    for one in heard:
        tell = rules.ask_for_material(held, one, BOOK, NOW) if isinstance(one, MaterialRequested) else rules.tell_move(held, one, BOOK, NOW)
        held = tell.state
    return held


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("warning", [1, 2])
def test_a_reminder_says_what_is_wanted_and_until_when_and_the_second_that_it_is_the_last(language: str, warning: int) -> None:
    held = after(ASKED, held=a_correspondence(language=language))

    [letter] = told(rules.remind(held, a_warning(warning), BOOK, NOW))

    tongue = BOOK.tongue(language)
    said = (NUMBER, f"1. {tongue.words.materials[Material.SCREENSHOT]}", tongue.moments.write(DUE, "Asia/Shanghai"))
    assert letter.kind is NoticeKind.REMINDER
    assert [one for one in said if one not in letter.text] == []
    assert any(words in letter.text for words in ("last reminder", "最后一次提醒", "最後一次提醒")) is (warning == 2)


@pytest.mark.parametrize("order", list(permutations((ASKED, WAITS, GOES_ON))))
def test_nobody_is_reminded_of_what_they_have_sent(order: tuple[Heard, ...]) -> None:
    decision = rules.remind(after(*order), a_warning(), BOOK, NOW)

    assert (told(decision), decision.what) == ([], "nothing-wanted")


@pytest.mark.parametrize("order", list(permutations((ASKED, WAITS, GOES_ON, ASKED_AGAIN, WAITS_AGAIN)))[::7])
def test_of_two_requests_only_the_open_one_is_reminded_of(order: tuple[Heard, ...]) -> None:
    [letter] = told(rules.remind(after(*order), a_warning(), BOOK, NOW))

    assert "1. your device model" in letter.text
    assert "screenshot" not in letter.text


def test_a_reminder_is_neither_public_nor_kept_until_it_would_be_wrong() -> None:
    held = after(ASKED, held=a_correspondence(reply_to=POST))

    decision = rules.remind(held, a_warning(), BOOK, NOW)

    assert (decision.state, decision.emit, decision.what) == (held, (), "public-channel")
