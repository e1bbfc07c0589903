"""What is asked of the customer, more time and why, a withdrawal: in every language, and true whatever the order."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from services.notification import rules
from services.notification.correspondence import Correspondence
from services.notification.phrasebook import LOCALES, TEMPLATES
from services.notification.words import load_words
from shared.contracts import ComplaintMoved
from shared.contracts.vocabulary import ClockKind, Material, NoticeKind, Status
from tests.unit.notification.events import (
    BOOK,
    MAIL,
    NOW,
    NUMBER,
    RECEIVED,
    a_correspondence,
    a_follow_up,
    a_material_request,
    a_withdrawal,
    an_answer,
    an_extension,
    texts,
    the_notice,
)

DUE = datetime(2026, 12, 12, 2, 0, tzinfo=UTC)
SECRETS = {
    "en": ("password", "verification code", "card number"),
    "zh-Hans": ("密码", "验证码", "卡号"),
    "zh-Hant": ("密碼", "驗證碼", "卡號"),
}
in_every_language = pytest.mark.parametrize("language", LOCALES)


def is_whole(text: str) -> bool:
    """Nothing that a template should have filled in was left open."""
    return not any(mark in text for mark in ("{", "}", "None", "\n\n\n")) and text == text.strip()


@in_every_language
def test_a_request_lists_everything_that_is_missing_in_the_customers_language(language: str) -> None:
    held = a_correspondence(language=language)

    notice = the_notice(rules.ask_for_material(held, a_material_request(materials=tuple(Material)), BOOK, NOW))

    words = load_words(TEMPLATES / language / "words.toml").materials
    lines = notice.text.splitlines()
    assert [f"{place}. {words[one]}" in lines for place, one in enumerate(Material, start=1)] == [True] * len(Material)
    assert (notice.kind, notice.language, notice.number, NUMBER in notice.text) == (NoticeKind.MATERIAL_REQUEST, language, NUMBER, True)
    assert is_whole(notice.text)


@in_every_language
def test_a_request_says_that_secrets_are_never_asked_for(language: str) -> None:
    text = the_notice(rules.ask_for_material(a_correspondence(language=language), a_material_request(), BOOK, NOW)).text

    assert [one for one in SECRETS[language] if one not in text.splitlines()[-1]] == []


def test_what_is_named_twice_is_asked_for_once() -> None:
    request = a_material_request(materials=(Material.SCREENSHOT, Material.AMOUNT, Material.SCREENSHOT))

    lines = the_notice(rules.ask_for_material(a_correspondence(language="en"), request, BOOK, NOW)).text.splitlines()

    assert [line for line in lines if line[:1].isdigit()] == ["1. a screenshot of the problem", "2. the amount and currency"]


@in_every_language
@pytest.mark.parametrize("clock", ClockKind)
def test_an_extension_names_the_new_moment_where_the_customer_is_and_the_reason(language: str, clock: ClockKind) -> None:
    event = an_extension(clock=clock, due_at=DUE, reason="对方银行尚未答复。")

    notice = the_notice(rules.tell_extension(a_correspondence(language=language), event, BOOK, NOW))

    tongue = BOOK.tongue(language)
    for words in (NUMBER, tongue.moments.write(DUE, "Asia/Shanghai"), tongue.words.clocks[clock], "对方银行尚未答复。"):
        assert words in notice.text
    assert "10:00" in notice.text
    assert (notice.kind, notice.language, notice.number, is_whole(notice.text)) == (NoticeKind.EXTENSION, language, NUMBER, True)


def test_the_reason_is_one_printable_line_and_never_read_as_a_template() -> None:
    event = an_extension(due_at=DUE, reason="The bank\r\nBcc: x@example.com\x00\u2028has {{ number.__class__ }}")

    text = the_notice(rules.tell_extension(a_correspondence(language="en"), event, BOOK, NOW)).text

    assert "The reason: The bank Bcc: x@example.com has {{ number.__class__ }}\n" in text


def test_a_reason_without_anything_printable_leaves_no_empty_line_behind() -> None:
    text = the_notice(rules.tell_extension(a_correspondence(language="en"), an_extension(due_at=DUE, reason=" \n\x00"), BOOK, NOW)).text

    assert "reason" not in text
    assert is_whole(text)


def test_the_promise_of_the_first_answer_moves_with_its_clock_and_later_letters_know_it() -> None:
    held = rules.tell_extension(a_correspondence(language="en"), an_extension(clock=ClockKind.FIRST_RESPONSE, due_at=DUE), BOOK, NOW).state

    progress = the_notice(rules.tell_follow_up(held, a_follow_up(language="en"), BOOK, NOW))

    assert "first answer by 12 December 2026, 10:00" in progress.text


@pytest.mark.parametrize(("clock", "known"), [(ClockKind.FIRST_RESPONSE, BOOK.promises.answer_by(RECEIVED)), (ClockKind.RESOLUTION, DUE)])
def test_an_extension_never_takes_back_what_the_customer_was_promised(clock: ClockKind, known: datetime) -> None:
    held = rules.tell_extension(a_correspondence(), an_extension(clock=clock, due_at=known), BOOK, NOW).state

    for due_at in (known, known - timedelta(hours=1)):
        decision = rules.tell_extension(held, an_extension(clock=clock, due_at=due_at), BOOK, NOW)
        assert (decision.state, decision.emit, decision.what) == (held, (), "no-later-than-promised")
    assert the_notice(rules.tell_extension(held, an_extension(clock=clock, due_at=known + timedelta(hours=1)), BOOK, NOW))


@pytest.mark.parametrize("days", list(permutations((1, 2, 3))))
def test_whatever_the_order_of_extensions_the_last_letter_names_the_latest_moment(days: tuple[int, ...]) -> None:
    held, letters = a_correspondence(language="en"), list[str]()
    for day in days:
        decision = rules.tell_extension(held, an_extension(due_at=DUE + timedelta(days=day)), BOOK, NOW)
        held, letters = decision.state, [*letters, *texts(decision)]

    assert "15 December 2026" in letters[-1]
    assert held.promised(ClockKind.RESOLUTION) == DUE + timedelta(days=3)


@pytest.mark.parametrize(("language", "words"), [("en", "is withdrawn"), ("zh-Hans", "已撤回"), ("zh-Hant", "已撤回")])
def test_a_withdrawal_is_confirmed_with_the_way_back(language: str, words: str) -> None:
    notice = the_notice(rules.tell_move(a_correspondence(reply_to=MAIL, language=language), a_withdrawal(), BOOK, NOW))

    assert (notice.kind, notice.number, notice.language) == (NoticeKind.PROGRESS, NUMBER, language)
    assert words in notice.text
    assert notice.text.count(NUMBER) == 1
    assert is_whole(notice.text)


@pytest.mark.parametrize(("language", "words"), [("en", "another complaint"), ("zh-Hans", "合并"), ("zh-Hant", "併入")])
def test_whose_complaint_goes_on_with_another_one_hears_it_and_how_to_object(language: str, words: str) -> None:
    notice = the_notice(
        rules.tell_move(a_correspondence(reply_to=MAIL, language=language), a_withdrawal(status=Status.DUPLICATE), BOOK, NOW)
    )

    assert (notice.kind, words in notice.text, NUMBER in notice.text) == (NoticeKind.PROGRESS, True, True)
    assert is_whole(notice.text)


@pytest.mark.parametrize("status", [one for one in Status if one not in {Status.WITHDRAWN, Status.DUPLICATE}])
def test_of_any_other_move_the_customer_hears_nothing(status: Status) -> None:
    held = a_correspondence()

    decision = rules.tell_move(held, a_withdrawal(status=status), BOOK, NOW)

    assert (decision.state.notices, decision.emit, decision.what) == (held.notices, (), "nothing-to-tell")


@pytest.mark.parametrize(("language", "words"), [("en", "it was withdrawn"), ("zh-Hans", "已撤回"), ("zh-Hant", "已撤回")])
def test_who_asks_after_a_withdrawal_is_told_of_it_until_the_complaint_is_taken_up_again(language: str, words: str) -> None:
    held, withdrawal = a_correspondence(language=language), a_withdrawal(revision=5)
    reopening = a_withdrawal(before=Status.WITHDRAWN, status=Status.IN_PROGRESS, revision=6)

    told = [
        words in the_notice(rules.tell_follow_up(moved(held, *moves), a_follow_up(language=language), BOOK, NOW)).text
        for moves in ([withdrawal], [withdrawal, reopening], [reopening, withdrawal])
    ]

    assert told == [True, False, False]


def moved(held: Correspondence, *moves: ComplaintMoved) -> Correspondence:
    for move in moves:
        held = rules.tell_move(held, move, BOOK, NOW).state
    return held


def test_an_answer_after_a_request_has_an_id_of_its_own() -> None:
    asked = rules.ask_for_material(a_correspondence(), a_material_request(), BOOK, NOW)

    answered = rules.tell_answer(asked.state, an_answer(), BOOK, NOW)

    assert [the_notice(one).notice_id.partition(":")[2] for one in (asked, answered)] == ["material_request:2", "answer:3"]
