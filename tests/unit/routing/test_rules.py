"""Which team, how urgent, and where it goes when deadlines are missed: cases by the shipped table, properties by any."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing import rules
from services.routing.rules import BY_URGENCY, Assignment, Ground
from services.routing.settings import RoutingSettings
from services.routing.table import Amount, Rule, Table, applies
from shared.contracts import ComplaintEscalated, ComplaintRegistered, ComplaintRouted, MaskedFact
from shared.contracts.vocabulary import Category, Channel, ClockKind, FactKind, Priority, Team
from tests.builders import ROUTED_AT, a_complaint_registered, a_deadline_missed, an_escalation_requested

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

SHIPPED = RoutingSettings().table()
EMPTY = Table("t", Team("general"), Priority.NORMAL, escalation=(Team("supervisors"), Team("compliance")))

BY_CATEGORY = {
    Category.ACCOUNT_SECURITY: ("security", Priority.URGENT),
    Category.FAILED_TRANSACTION: ("payments", Priority.HIGH),
    Category.DISPUTE: ("payments", Priority.HIGH),
    Category.REFUND: ("refunds", Priority.NORMAL),
    Category.SERVICE_QUALITY: ("service", Priority.NORMAL),
    Category.FEES: ("fees", Priority.NORMAL),
    Category.LOGIN: ("login", Priority.HIGH),
    Category.TECHNICAL: ("technical", Priority.NORMAL),
    Category.CROSS_BORDER: ("cross_border", Priority.NORMAL),
    Category.ENQUIRY: ("service", Priority.LOW),
    Category.SUGGESTION: ("service", Priority.LOW),
    Category.OTHER: ("general", Priority.NORMAL),
}


def assigned(complaint: ComplaintRegistered, table: Table = SHIPPED) -> Assignment:
    return rules.route(complaint, table, ROUTED_AT).state


def an_amount(value: int, currency: str = "CNY") -> tuple[MaskedFact, ...]:
    return (MaskedFact(kind=FactKind.AMOUNT, value=value, unit=currency),)


@pytest.mark.parametrize("category", Category)
def test_every_category_has_its_team_and_priority(category: Category):
    held = assigned(a_complaint_registered(category=category, facts=()))

    assert (held.team, held.priority) == BY_CATEGORY[category]


@pytest.mark.parametrize(
    ("changes", "team", "priority"),
    [
        ({"facts": an_amount(999_999)}, "refunds", Priority.NORMAL),
        ({"facts": an_amount(1_000_000)}, "refunds", Priority.HIGH),
        ({"facts": an_amount(100_000, "GBP")}, "refunds", Priority.HIGH),
        ({"facts": an_amount(100_000, "CNY")}, "refunds", Priority.NORMAL),
        ({"facts": an_amount(9_999_999, "JPY")}, "refunds", Priority.NORMAL),
        ({"facts": (*an_amount(1), *an_amount(1_000_000))}, "refunds", Priority.HIGH),
        ({"signals": (FactKind.THREAT,)}, "refunds", Priority.HIGH),
        ({"signals": (FactKind.VULNERABILITY,)}, "refunds", Priority.HIGH),
        ({"category": Category.ENQUIRY, "signals": (FactKind.EARLIER_CONTACT,)}, "service", Priority.NORMAL),
        ({"category": Category.SUGGESTION, "channel": Channel.REVIEW}, "service", Priority.NORMAL),
        ({"category": Category.ACCOUNT_SECURITY, "channel": Channel.SOCIAL}, "security", Priority.URGENT),
        ({"channel": Channel.REFERRAL}, "compliance", Priority.HIGH),
        ({"category": Category.ACCOUNT_SECURITY, "channel": Channel.REFERRAL}, "compliance", Priority.URGENT),
    ],
)
def test_the_shipped_table_weighs_amount_signals_and_channel(changes: dict[str, object], team: str, priority: Priority):
    held = assigned(a_complaint_registered(**{"facts": ()} | changes))

    assert (held.team, held.priority) == (team, priority)


def test_the_event_and_the_history_say_what_the_state_says_and_which_rules_decided():
    complaint = a_complaint_registered(facts=an_amount(1_000_000))

    decision = rules.route(complaint, SHIPPED, ROUTED_AT)

    (routed,) = decision.emit
    held = decision.state
    assert isinstance(routed, ComplaintRouted)
    assert held.why == (f"table@{SHIPPED.version}", "refunds", "large-amount-cny")
    assert (routed.complaint_id, routed.number) == (complaint.complaint_id, complaint.number)
    assert (routed.team, routed.priority, routed.why) == (held.team, held.priority, held.why)
    assert (routed.received_at, routed.routed_at) == (complaint.received_at, ROUTED_AT)
    assert [(one.team, one.priority, one.at) for one in held.history] == [(held.team, held.priority, ROUTED_AT)]


@pytest.mark.parametrize(
    ("rule", "changes", "expected"),
    [
        (Rule("r"), {}, True),
        (Rule("r", categories=(Category.FEES, Category.REFUND)), {"category": Category.REFUND}, True),
        (Rule("r", categories=(Category.FEES,)), {"category": Category.REFUND}, False),
        (Rule("r", channels=(Channel.CHAT,)), {"channel": Channel.CHAT}, True),
        (Rule("r", channels=(Channel.EMAIL,)), {"channel": Channel.CHAT}, False),
        (Rule("r", languages=("en", "zh-Hant")), {"language": "zh-Hant"}, True),
        (Rule("r", languages=("en",)), {"language": "zh-Hant"}, False),
        (Rule("r", signals=(FactKind.THREAT, FactKind.VULNERABILITY)), {"signals": (FactKind.VULNERABILITY,)}, True),
        (Rule("r", signals=(FactKind.THREAT,)), {"signals": (FactKind.EARLIER_CONTACT,)}, False),
        (Rule("r", signals=(FactKind.THREAT,)), {"signals": ()}, False),
        (Rule("r", amount=Amount(100, "CNY")), {"facts": an_amount(100)}, True),
        (Rule("r", amount=Amount(100, "CNY")), {"facts": an_amount(99)}, False),
        (Rule("r", amount=Amount(100, "CNY")), {"facts": ()}, False),
        (Rule("r", amount=Amount(100, "CNY")), {"facts": (MaskedFact(kind=FactKind.AMOUNT, value=500),)}, False),
        (Rule("r", amount=Amount(100, "CNY")), {"facts": (MaskedFact(kind=FactKind.AMOUNT, value="500 yuan", unit="CNY"),)}, False),
        (Rule("r", amount=Amount(100, "CNY")), {"facts": (MaskedFact(kind=FactKind.WAITED_DAYS, value=500, unit="CNY"),)}, False),
        (Rule("r", categories=(Category.REFUND,), channels=(Channel.EMAIL,)), {"category": Category.REFUND}, False),
    ],
)
def test_a_rule_applies_when_everything_it_names_is_true(rule: Rule, changes: dict[str, object], expected: bool):  # noqa: FBT001 - a case
    assert applies(rule, a_complaint_registered(**changes)) is expected


def test_rules_add_up_from_top_to_bottom():
    table = replace(
        EMPTY,
        rules=(
            Rule("first", team=Team("refunds"), priority=Priority.LOW),
            Rule("not-this-one", categories=(Category.FEES,), team=Team("fees")),
            Rule("second", at_least=Priority.HIGH),
            Rule("third", team=Team("compliance")),
        ),
    )

    held = assigned(a_complaint_registered(category=Category.REFUND), table)

    assert (held.team, held.priority, held.why) == ("compliance", Priority.HIGH, ("table@t", "first", "second", "third"))


@UNHURRIED
@given(st.sampled_from(Priority), st.lists(st.sampled_from(Priority)))
def test_at_least_only_raises(default: Priority, floors: list[Priority]):
    table = replace(EMPTY, default_priority=default, rules=tuple(Rule(f"r{n}", at_least=one) for n, one in enumerate(floors)))

    held = assigned(a_complaint_registered(), table)

    assert held.priority is max([default, *floors], key=BY_URGENCY.index)


def missed(clock: ClockKind = ClockKind.FIRST_RESPONSE, generation: int = 1) -> Ground:
    return rules.deadline_missed(a_deadline_missed(clock=clock, generation=generation))


@pytest.mark.parametrize("clock", ClockKind)
def test_every_deadline_moves_it_up_but_those_where_nobody_higher_can_help(clock: ClockKind):
    held = assigned(a_complaint_registered(), EMPTY)

    decision = rules.miss(held, a_deadline_missed(clock=clock), EMPTY)

    kept = clock in (ClockKind.UPDATE, ClockKind.MATERIAL_WAIT)
    assert (decision.state.level, decision.what) == ((0, "kept-to-its-team") if kept else (1, "escalated"))


def test_two_remedies_that_are_late_are_two_grounds_and_each_says_which():
    late = [a_deadline_missed(clock=ClockKind.REMEDY_PAID, about=f"remedy/{number}") for number in (1, 2, 1)]

    grounds = [rules.deadline_missed(one) for one in late]

    assert escalated(assigned(a_complaint_registered(), EMPTY), *grounds).level == 2
    assert [one.reason for one in grounds[:2]] == ["remedy_paid of remedy/1 missed", "remedy_paid of remedy/2 missed"]


def requested(cause_id: str = "event-1", reason: str = "the customer waits for a third day") -> Ground:
    return rules.higher_asked_for(an_escalation_requested(reason=reason), cause_id)


def escalated(held: Assignment, *grounds: Ground, table: Table = EMPTY) -> Assignment:
    return reduce(lambda now, one: rules.escalate(now, one, table).state, grounds, held)


def test_a_missed_deadline_moves_the_complaint_one_step_up_and_says_so():
    held = assigned(a_complaint_registered(), EMPTY)
    deadline = a_deadline_missed()

    decision = rules.escalate(held, rules.deadline_missed(deadline), EMPTY)

    (event,) = decision.emit
    assert isinstance(event, ComplaintEscalated)
    assert (event.from_team, event.team, event.level, event.priority) == ("general", "supervisors", 1, Priority.HIGH)
    assert (event.reason, event.escalated_at) == ("first_response missed", deadline.missed_at)
    assert (decision.state.history[0], decision.state.history[1].team) == (held.history[0], "supervisors")


def test_a_request_for_somebody_higher_moves_it_like_a_missed_deadline_and_gives_its_own_reason():
    held = assigned(a_complaint_registered(), EMPTY)
    request = an_escalation_requested(reason="two banks are involved")

    decision = rules.escalate(held, rules.higher_asked_for(request, "event-1"), EMPTY)

    (event,) = decision.emit
    assert isinstance(event, ComplaintEscalated)
    assert (event.from_team, event.team, event.level, event.priority) == ("general", "supervisors", 1, Priority.HIGH)
    assert (event.reason, event.escalated_at) == ("two banks are involved", request.requested_at)
    assert (decision.state.history[1].team, decision.state.history[1].why) == ("supervisors", ("two banks are involved",))


@pytest.mark.parametrize("ground", [missed(), requested()])
def test_the_same_ground_counts_once(ground: Ground):
    held = escalated(assigned(a_complaint_registered(), EMPTY), ground)

    again = rules.escalate(held, replace(ground, at=ground.at + timedelta(days=1)), EMPTY)

    assert (again.state, list(again.emit), again.what) == (held, [], "escalated-for-this-before")


@pytest.mark.parametrize("other", [missed(ClockKind.RESOLUTION), missed(generation=2), requested()])
def test_another_clock_or_generation_or_a_request_is_another_ground(other: Ground):
    held = escalated(assigned(a_complaint_registered(), EMPTY), missed(), other)

    assert (held.level, held.team) == (2, "compliance")


def test_two_requests_that_read_the_same_are_two():
    held = escalated(assigned(a_complaint_registered(), EMPTY), requested("event-1"), requested("event-2"))

    assert (held.level, held.team) == (2, "compliance")


def test_who_stands_highest_keeps_the_complaint_and_nobody_is_told_again():
    top = escalated(assigned(a_complaint_registered(), EMPTY), missed(generation=1), missed(generation=2))

    decision = rules.escalate(top, missed(generation=3), EMPTY)

    assert (decision.state.team, decision.state.level, list(decision.emit)) == ("compliance", 2, [])
    assert decision.state.escalated_for == (*top.escalated_for, "first_response/3")


def test_an_escalation_never_lowers_what_is_urgent():
    held = assigned(a_complaint_registered(category=Category.ACCOUNT_SECURITY))

    assert escalated(held, missed()).priority is Priority.URGENT


@pytest.mark.parametrize("ground", [missed(), requested()])
def test_what_compliance_has_never_goes_down_to_the_supervisors(ground: Ground):
    """A referral starts with compliance, who stand above the supervisors: the next step up is no step down."""
    held = assigned(a_complaint_registered(channel=Channel.REFERRAL))
    assert held.team == SHIPPED.escalation[-1]

    assert escalated(held, ground, table=SHIPPED).team == held.team


GROUNDS = st.one_of(
    st.builds(missed, clock=st.sampled_from(ClockKind), generation=st.integers(1, 3)),
    st.builds(requested, cause_id=st.sampled_from(["event-1", "event-2", "event-3"]), reason=st.sampled_from(["one", "two"])),
)


@UNHURRIED
@given(st.lists(GROUNDS, max_size=6).flatmap(lambda some: st.tuples(st.just(some), st.permutations([*some, *some[:3]]))))
def test_any_order_and_repetition_of_missed_deadlines_and_requests_ends_the_same(orders: tuple[list[Ground], list[Ground]]):
    held = assigned(a_complaint_registered(), EMPTY)

    one, other = (escalated(held, *order) for order in orders)

    assert (one.team, one.level, one.priority, one.escalated_for) == (other.team, other.level, other.priority, other.escalated_for)
    assert one.level == min(len(set(one.escalated_for)), len(EMPTY.escalation)) == len(one.history) - 1
