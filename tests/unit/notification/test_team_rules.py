"""What teams are told, and that nothing of the customer's is in it."""

from services.notification import rules
from shared.contracts import DeliveryReported
from shared.contracts.vocabulary import ClockKind, DeliveryState, Team
from tests.unit.notification.events import (
    MAIL,
    NOW,
    NUMBER,
    TEAMS,
    a_correspondence,
    an_approaching_deadline,
    an_escalation,
    an_urgency,
    the_team_notice,
)


def test_a_team_is_warned_at_its_own_address_with_number_clock_due_and_category() -> None:
    notice = the_team_notice(rules.warn_team(a_correspondence(), an_approaching_deadline(), TEAMS))

    assert notice.to == "payments@redress.example.com"
    assert notice.subject == f"{NUMBER}: first response due 2026-11-23 02:00 UTC"
    for words in (NUMBER, "first response", "2026-11-23 02:00 UTC", "refund", "house@1"):
        assert words in notice.text


def test_an_escalation_is_told_to_the_team_that_takes_over() -> None:
    decision = rules.tell_escalation(a_correspondence(), an_escalation(), TEAMS)
    notice = the_team_notice(decision)

    assert (notice.to, decision.state.team) == ("supervisors@redress.example.com", "supervisors")
    for words in (NUMBER, "Level: 1", "From: payments", "first_response missed", "high", "refund"):
        assert words in notice.text


def test_the_same_is_never_said_twice() -> None:
    held = rules.warn_team(a_correspondence(), an_approaching_deadline(), TEAMS).state

    again = rules.warn_team(held, an_approaching_deadline(), TEAMS)

    assert (again.state, again.emit, again.what) == (held, (), "already-told")
    assert rules.warn_team(held, an_approaching_deadline(generation=2), TEAMS).emit


def test_a_warning_without_a_team_goes_to_the_last_known_one_else_to_the_default() -> None:
    escalated = rules.tell_escalation(a_correspondence(), an_escalation(), TEAMS).state

    unknown = the_team_notice(rules.warn_team(a_correspondence(), an_approaching_deadline(team=None), TEAMS))
    known = the_team_notice(rules.warn_team(escalated, an_approaching_deadline(team=None), TEAMS))

    assert (unknown.to, known.to) == ("general@redress.example.com", "supervisors@redress.example.com")


def test_after_an_escalation_a_warning_goes_to_the_team_that_took_over_not_to_the_one_before() -> None:
    escalated = rules.tell_escalation(a_correspondence(), an_escalation(), TEAMS).state

    warned = rules.warn_team(escalated, an_approaching_deadline(team=Team("payments")), TEAMS)

    assert (the_team_notice(warned).to, warned.state.team) == ("supervisors@redress.example.com", "supervisors")


def test_a_warning_before_any_escalation_goes_to_the_team_that_the_event_names() -> None:
    warned = rules.warn_team(a_correspondence(), an_approaching_deadline(team=Team("security")), TEAMS).state

    again = rules.warn_team(warned, an_approaching_deadline(team=Team("payments"), generation=2), TEAMS)

    assert the_team_notice(again).to == "payments@redress.example.com"


def test_a_team_that_is_not_listed_is_written_to_at_the_default_address() -> None:
    notice = the_team_notice(rules.warn_team(a_correspondence(), an_approaching_deadline(team=Team("night-shift")), TEAMS))

    assert notice.to == "general@redress.example.com"


def test_the_highest_escalation_says_who_has_the_complaint_whatever_came_last() -> None:
    first, second = an_escalation(level=1), an_escalation(level=2, team=Team("compliance"))

    held = rules.tell_escalation(rules.tell_escalation(a_correspondence(), second, TEAMS).state, first, TEAMS).state

    assert held.team == "compliance"


def test_of_several_warnings_of_one_clock_each_is_told_once() -> None:
    held, told = a_correspondence(), list[int]()
    for warning in (1, 2, 2, 1):
        decision = rules.warn_team(held, an_approaching_deadline(warning=warning), TEAMS)
        held, told = decision.state, [*told, len(decision.emit)]

    assert told == [1, 1, 0, 0]
    assert [one.about for one in held.team_notices] == ["warning/first_response/1", "warning/first_response/1/warning-2"]


def test_clocks_of_one_kind_are_told_apart_by_what_they_are_about() -> None:
    held = a_correspondence()
    first, second = (an_approaching_deadline(clock=ClockKind.REMEDY_PAID, about=one) for one in ("remedy/1", "remedy/2"))

    held = rules.warn_team(held, first, TEAMS).state
    notice = the_team_notice(rules.warn_team(held, second, TEAMS))

    assert "remedy paid remedy/2" in notice.subject


def test_that_the_customer_urges_is_told_to_the_team_each_time_that_the_priority_is_raised() -> None:
    held = a_correspondence(reply_to=MAIL)
    first = rules.tell_urgency(held, an_urgency(times=1), TEAMS)
    second = rules.tell_urgency(first.state, an_urgency(times=2, priority="urgent"), TEAMS)

    assert (the_team_notice(first).to, rules.tell_urgency(second.state, an_urgency(times=1), TEAMS).what) == (
        "refunds@redress.example.com",
        "already-told",
    )
    assert the_team_notice(second).subject == f"{NUMBER}: the customer urges, priority urgent"
    assert "lilei" not in the_team_notice(second).text


def test_nothing_of_the_customers_is_in_a_notice_to_a_team() -> None:
    held = a_correspondence(reply_to=MAIL)
    decisions = [rules.warn_team(held, an_approaching_deadline(), TEAMS), rules.tell_escalation(held, an_escalation(), TEAMS)]

    for notice in map(the_team_notice, decisions):
        assert not any(secret in notice.subject + notice.text for secret in ("李雷", "lilei", "example.com>", "退款一直没到账", "1299"))


def test_a_reason_cannot_add_a_line_to_a_notice() -> None:
    notice = the_team_notice(rules.tell_escalation(a_correspondence(), an_escalation(reason="late\r\nTo: all"), TEAMS))

    assert "Reason: late To: all" in notice.text


def test_a_bounce_of_a_team_notice_is_recorded_on_it() -> None:
    held = rules.warn_team(a_correspondence(), an_approaching_deadline(), TEAMS).state
    report = DeliveryReported(notice_id=held.team_notices[0].notice_id, state=DeliveryState.BOUNCED, reason="mailbox full", at=NOW)

    assert rules.record_delivery(held, report, NOW).state.team_notices[0].state == "bounced"
