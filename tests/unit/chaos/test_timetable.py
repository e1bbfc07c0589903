from collections import Counter

import pytest

from tests.chaos.plan import plan
from tests.chaos.timetable import COMMANDS, Age, Kind, timetable

MANY = 5_000


def test_the_seed_alone_decides_who_says_what_when():
    assert timetable(200, seed=3) == timetable(200, seed=3)
    assert timetable(200, seed=3) != timetable(200, seed=4)


def test_every_complaint_is_said_first_once_and_in_the_order_of_the_clock():
    entries = timetable(MANY, seed=1)

    first = [one.number for one in entries if one.kind is Kind.COMPLAINT and not one.repeat]
    assert sorted(first) == list(range(MANY))
    assert [one.order for one in entries] == sorted(one.order for one in entries)


def test_a_repeat_comes_after_what_it_repeats():
    entries = timetable(MANY, seed=1)

    said = {(one.kind, one.number): one.order for one in entries if not one.repeat}
    assert [one for one in entries if one.repeat and one.order <= said[one.kind, one.number]] == []


@pytest.mark.parametrize(
    ("share", "wanted"), [("repeats", 0.05), ("unreadable", 0.01), ("follow-ups", 0.2), ("early follow-ups", 0.03), ("commands", 0.12)]
)
def test_the_shares_are_those_of_the_page(share: str, wanted: float):
    entries = timetable(20_000, seed=1)
    new = [one for one in entries if not one.repeat]
    counted = {
        "repeats": (len(entries) - len(new)) / len(new),
        "unreadable": sum(one.kind is Kind.UNREADABLE for one in new) / 20_000,
        "follow-ups": sum(one.kind is Kind.FOLLOW_UP for one in new) / 20_000,
        "commands": sum(one.kind in COMMANDS for one in new) / 20_000,
        "early follow-ups": sum(one.kind is Kind.FOLLOW_UP and one.order < one.number for one in new) / 20_000,
    }

    assert counted[share] == pytest.approx(wanted, rel=0.1)


def test_who_takes_a_complaint_answers_and_resolves_it_in_this_order_after_it_was_said():
    entries = [one for one in timetable(MANY, seed=1) if one.kind in COMMANDS and not one.repeat]

    given = {number: [one.kind for one in entries if one.number == number] for number in {one.number for one in entries}}
    assert {tuple(kinds) for kinds in given.values()} == {COMMANDS}
    assert [one for one in entries if one.order <= one.number] == []


def test_somebody_follows_the_money_of_some_complaints_that_nobody_else_works_on_and_no_clock_acts_on():
    entries = timetable(20_000, seed=1)
    refunds = [one for one in entries if one.kind is Kind.REFUND]

    aged = {one.number for one in entries if one.age is not Age.FRESH}
    worked_on = {one.number for one in entries if one.kind in COMMANDS}
    assert len(refunds) == pytest.approx(0.1 * 0.94 * 0.8 * 20_000, rel=0.1)
    followed = {one.number for one in entries if one.kind is Kind.FOLLOW_UP}
    assert not {one.number for one in refunds} & (aged | worked_on | followed)
    assert [one for one in refunds if one.order < one.number or one.repeat] == []


def test_time_acts_on_some_complaints_while_the_run_goes_on():
    ages = Counter(one.age for one in timetable(MANY, seed=1) if one.kind is Kind.COMPLAINT)

    assert ages[Age.FRESH] > ages[Age.APPROACHES] > ages[Age.MISSED] > 0


def test_a_plan_takes_the_catalogue_from_the_front_and_again_where_it_is_too_short():
    assert sorted(plan("abcd", 2, seed=1)) == ["a", "b"]
    assert sorted(plan("abcd", 6, seed=1)) == ["a", "a", "b", "b", "c", "d"]


def test_a_plan_is_the_same_for_the_same_seed():
    assert plan(range(30), 30, seed=7) == plan(range(30), 30, seed=7) != plan(range(30), 30, seed=8)
