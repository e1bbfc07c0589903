"""`redress answer` and `resolve`: what an agent says once, the customer hears once."""

import json

from deploy.management import management_of
from shared.contracts import ComplaintResolved
from tests.e2e.test_cli import House, clocks, eventually, house

__all__ = ["house"]
WORDS = "我们查到了您的转账。"


def notices(house: House, number: str, kind: str) -> int:
    return sum(one["kind"] == kind for one in house.one("show", number)["notices"])


def settled(house: House) -> bool:
    """Nothing is under way any more, so that what was not sent will not be sent."""
    return all(one["messages"] == 0 for one in house.one("status")["queues"] if one["name"].startswith(("notification.", "sla-watchdog.")))


def a_number(house: House) -> str:
    number = str(house.complaint()["number"])
    eventually(lambda: len(clocks(house, number)) == 2 and notices(house, number, "receipt") == 1)
    return number


def test_an_answer_in_the_same_words_is_told_once(house: House) -> None:
    number = a_number(house)
    for _ in range(2):
        said = house.run("answer", number, "--text", WORDS, "--by", "agent-7", "--wait", "15")
        assert (said.exit_code, said.stdout) == (0, f"answered {number}\n")
    house.one("answer", number, "--text", "还有一件事。", "--by", "agent-7")

    eventually(lambda: notices(house, number, "answer") >= 2 and settled(house))

    assert notices(house, number, "answer") == 2


def test_an_answer_is_told_once_more_when_asked_for(house: House) -> None:
    number = a_number(house)
    for again in ((), ("--again",)):
        house.one("answer", number, "--text", WORDS, "--by", "agent-7", *again)

    eventually(lambda: notices(house, number, "answer") == 2)


def test_an_answer_without_words_meets_the_clock_and_says_that_nobody_is_told(house: House) -> None:
    number = a_number(house)

    said = house.run("answer", number, "--wait", "15")

    assert said.stdout == f"answered {number}; clock met; the customer is told nothing (no --text)\n"
    assert clocks(house, number)["first_response"] == "met"


def test_what_is_resolved_is_not_answered_or_resolved_again_unawares(house: House) -> None:
    number = a_number(house)

    said = house.run("resolve", number, "--wait", "15")
    refused = [house.run(*command, number) for command in (("answer", "--text", WORDS), ("resolve",))]
    again = house.run("resolve", number, "--again", "--wait", "15", "--json")

    assert (said.exit_code, said.stdout) == (0, f"resolved {number}: closed_with_explanation\n")
    assert [(one.exit_code, one.stderr) for one in refused] == [
        (2, f"redress: {number} is resolved already; --again says it all the same\n")
    ] * 2
    assert (again.exit_code, json.loads(again.stdout)["published"]) == (0, "complaint.resolved.v1")


def test_a_clock_that_does_not_show_it_in_time_is_a_bad_answer(house: House) -> None:
    number = a_number(house)
    broker, key = management_of(house.settings), ComplaintResolved.key
    broker.delete("bindings", broker.vhost, "e", ComplaintResolved.exchange, "q", "sla-watchdog.complaint-resolved", key)

    said = house.run("resolve", number, "--wait", "0")
    house.run("topology", "apply")

    assert said.exit_code == 1
    assert said.stderr == "the clock of the resolution does not show it after 0 s\n"
