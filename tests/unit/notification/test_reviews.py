"""What is said of a review: to the customer, to the reviewers, and that a late one is answered."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from services.notification import rules
from services.notification.phrasebook import LOCALES
from shared.contracts import RemedyTold, TeamNotice
from shared.contracts.vocabulary import AppealDecision, ClockKind, NoticeKind, RemedyKind, Team, Verdict
from tests.unit.notification.events import (
    BOOK,
    MAIL,
    NOW,
    NUMBER,
    POST,
    TEAMS,
    a_correspondence,
    a_follow_up,
    a_ruling,
    an_appeal,
    an_approaching_deadline,
    the_team_notice,
    told,
)

THURSDAY = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
in_every_language = pytest.mark.parametrize("language", LOCALES)


@in_every_language
def test_a_review_is_confirmed_with_its_number_who_makes_it_and_the_day(language: str) -> None:
    [receipt] = told(rules.tell_appeal(a_correspondence(language=language), an_appeal(opened_at=THURSDAY), BOOK, TEAMS, NOW))

    tongue = BOOK.tongue(language)
    assert (receipt.kind, receipt.number) == (NoticeKind.APPEAL_RECEIPT, NUMBER)
    assert [one for one in (f"{NUMBER}/A1", tongue.moments.write_day(datetime(2026, 12, 3, tzinfo=UTC))) if one not in receipt.text] == []


def test_the_reviewers_hear_of_it_and_the_team_keeps_the_complaint() -> None:
    decision = rules.tell_appeal(a_correspondence(reply_to=MAIL), an_appeal(opened_at=THURSDAY), BOOK, TEAMS, NOW)

    [notice] = [one for one in decision.emit if isinstance(one, TeamNotice)]
    assert (notice.to, decision.state.team) == ("reviews@redress.example.com", None)
    assert f"{NUMBER}/A1" in notice.subject
    assert not any(secret in notice.subject + notice.text for secret in ("李雷", "lilei", "退款一直没到账"))


@in_every_language
@pytest.mark.parametrize("regime", ["house", "uk_emoney"])
def test_a_late_one_is_answered_with_who_else_may_be_asked_and_no_reviewer_hears_of_it(language: str, regime: str) -> None:
    event = an_appeal(late=True, regime=regime)

    decision = rules.tell_appeal(a_correspondence(language=language), event, BOOK, TEAMS, NOW)

    [receipt] = decision.emit
    assert receipt in told(decision)
    assert (told(decision)[0].kind, decision.state.reviews) == (NoticeKind.APPEAL_RECEIPT, ())
    assert ("Financial Ombudsman Service" in told(decision)[0].text) is (regime == "uk_emoney")


@in_every_language
@pytest.mark.parametrize("ruling", AppealDecision)
def test_the_end_of_a_review_says_what_became_of_the_decision_and_what_it_brought(language: str, ruling: AppealDecision) -> None:
    paid = RemedyTold(kind=RemedyKind.COMPENSATION, amount=5_000, currency="CNY")
    event = a_ruling(ruling=ruling, decision=Verdict.UPHELD, remedies=(paid,), text="因为如此。")

    [letter] = told(rules.tell_ruling(a_correspondence(language=language), event, BOOK, NOW))

    tongue = BOOK.tongue(language)
    said = (tongue.words.rulings[ruling], tongue.words.verdicts[Verdict.UPHELD], tongue.money.write(5_000, "CNY"), "因为如此。")
    assert letter.kind is NoticeKind.APPEAL_OUTCOME
    assert [one for one in said if one not in letter.text] == []


def test_nothing_of_a_review_is_said_in_public_and_the_reviewers_hear_of_it_all_the_same() -> None:
    held = a_correspondence(reply_to=POST)
    opened = rules.tell_appeal(held, an_appeal(), BOOK, TEAMS, NOW)
    decided = rules.tell_ruling(opened.state, a_ruling(), BOOK, NOW)

    assert [one.kind for one in decided.state.withheld] == [NoticeKind.APPEAL_RECEIPT, NoticeKind.APPEAL_OUTCOME]
    assert (told(opened), len(opened.emit), decided.emit) == ([], 1, ())


@pytest.mark.parametrize("order", list(permutations(("opened", "decided"))))
def test_a_review_that_is_over_is_not_under_way_in_whatever_order_we_hear(order: tuple[str, ...]) -> None:
    held = a_correspondence(language="en")
    for one in order:
        tell = rules.tell_appeal(held, an_appeal(), BOOK, TEAMS, NOW) if one == "opened" else rules.tell_ruling(held, a_ruling(), BOOK, NOW)
        held = tell.state

    assert "is under way" not in told(rules.tell_follow_up(held, a_follow_up(language="en"), BOOK, NOW))[0].text


def test_who_asks_during_a_review_hears_of_it() -> None:
    held = rules.tell_appeal(a_correspondence(language="en"), an_appeal(opened_at=THURSDAY), BOOK, TEAMS, NOW).state

    text = told(rules.tell_follow_up(held, a_follow_up(language="en"), BOOK, NOW))[0].text

    assert f"Your review {NUMBER}/A1 is under way. You will have its result by 3 December 2026" in text


def test_a_warning_of_a_review_goes_to_the_reviewers_and_says_which() -> None:
    event = an_approaching_deadline(clock=ClockKind.APPEAL_REVIEW, about="appeal/1", team=Team("payments"))

    notice = the_team_notice(rules.warn_team(a_correspondence(), event, TEAMS))

    assert notice.to == "reviews@redress.example.com"
    assert "appeal review appeal/1" in notice.subject
