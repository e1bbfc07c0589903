"""`redress complaint …` and `worklist`: what agents do is done once, or refused with a reason, and all commands show it."""

import json
from typing import Any

import pytest

from deploy.management import management_of
from shared.contracts import COMMANDS, TakeComplaint
from shared.topology import UNROUTABLE
from tests.e2e.test_cli import House, clocks, eventually, house

__all__ = ["house"]
AGENT, COLLEAGUE, SENIOR = "payments-1", "payments-2", "payments-senior"
WORDS = "我们查到了您的转账。"
RESOLVED = ("--decision", "upheld", "--outcome", "closed_with_explanation", "--reason", "the transfer failed")


def told(house: House, command: str, number: str, *options: str, by: str = AGENT) -> tuple[int, dict[str, Any]]:
    found = house.run("complaint", command, number, *options, "--by", by, "--json")
    assert found.stdout, found.stderr
    return found.exit_code, json.loads(found.stdout)


def done(house: House, command: str, number: str, *options: str, by: str = AGENT) -> dict[str, Any]:
    status, answer = told(house, command, number, *options, by=by)
    assert (status, answer["refused"]) == (0, None)
    return answer


def stands(house: House, number: str) -> dict[str, Any]:
    found: dict[str, Any] = house.one("show", number)["complaint"]
    return found


def notices(house: House, number: str, kind: str) -> int:
    return sum(one["kind"] == kind for one in house.one("show", number)["notices"])


def settled(house: House) -> bool:
    """Nothing is under way any more, so that what was not sent will not be sent."""
    return all(one["messages"] == 0 for one in house.one("status")["queues"] if one["name"].startswith(("notification.", "sla-watchdog.")))


@pytest.fixture(scope="module")
def untouched(house: House) -> str:
    """One that nothing happens to: what is refused changes nothing."""
    return a_routed_one(house)


@pytest.fixture
def routed(house: House) -> str:
    return a_routed_one(house)


def a_routed_one(house: House) -> str:
    """The number of a complaint that a team has and nobody works on; its customer has the receipt."""
    number = str(house.complaint()["number"])
    eventually(lambda: stands(house, number)["status"] == "routed" and len(clocks(house, number)) == 4)
    eventually(lambda: notices(house, number, "receipt") == 1)
    return number


@pytest.fixture
def taken(house: House, routed: str) -> str:
    done(house, "take", routed)
    return routed


def test_a_complaint_is_taken_answered_resolved_and_closed(house: House, routed: str) -> None:
    said = [
        house.run("complaint", *command, "--by", AGENT)
        for command in (
            ("take", routed),
            ("reply", routed, "--text", WORDS),
            ("resolve", routed, *RESOLVED, "--text", "钱已退回。"),
            ("close", routed, "--root-cause", "app.transfer.delayed", "--agreed"),
        )
    ]

    assert [(one.exit_code, one.stdout) for one in said] == [
        (0, f"{routed}: take done; in_progress, with {AGENT}\n"),
        (0, f"{routed}: reply done; in_progress, with {AGENT}\n"),
        (0, f"{routed}: resolve done; resolved, with {AGENT}\n"),
        (0, f"{routed}: close done; closed, with {AGENT}\n"),
    ]
    eventually(lambda: clocks(house, routed).items() >= {"first_response": "met", "resolution": "met", "update": "met"}.items())
    eventually(lambda: [notices(house, routed, kind) for kind in ("answer", "outcome")] == [1, 1])


def test_show_and_list_tell_how_it_stands_who_has_it_and_what_happened(house: House, taken: str) -> None:
    done(house, "note", taken, "--text", "the bank was called")
    done(house, "resolve", taken, *RESOLVED)
    done(house, "close", taken, "--root-cause", "app.transfer.delayed")

    found, shown = house.one("show", taken), house.run("show", taken).stdout
    listed = {one["number"]: one["status"] for one in house.lines("list", "--status", "closed")}
    reopened = done(house, "reopen", taken, "--reason", "the refund did not arrive", by=SENIOR)

    expected = {"status": "closed", "decision": "upheld", "outcome": "closed_with_explanation", "notes": 1, "assignee": AGENT}
    assert expected.items() <= found["complaint"].items()
    assert found["complaint"]["revision"] == reopened["revision"] - 1
    assert found["routing"]["assignee"] == AGENT
    assert [one["what"] for one in found["timeline"] if one["who"] == AGENT] == [
        "take: in_progress",
        "add-note",
        "resolve: resolved",
        "close: closed",
    ]
    assert all(word in shown for word in ("status closed", f"assignee {AGENT}", "decision upheld", "1 notes"))
    assert "the bank was called" not in shown + json.dumps(found)
    assert listed[taken] == "closed"
    assert (stands(house, taken)["decision"], reopened["status"]) == (None, "in_progress")


def test_what_is_asked_of_the_customer_is_shown_until_it_is_waived(house: House, taken: str) -> None:
    done(house, "request-material", taken, "--material", "screenshot", "--material", "amount")
    waiting = stands(house, taken)
    _, again = told(house, "request-material", taken, "--material", "amount", "--material", "screenshot")
    done(house, "waive-material", taken, "--material", "screenshot", "--material", "amount", "--reason", "the ledger shows it")

    assert waiting["status"] == "waiting_for_customer"
    assert {one["material"]: one["state"] for one in waiting["materials"]} == {"screenshot": "open", "amount": "open"}
    assert again["refused"] == "asked-for-already"
    assert stands(house, taken)["status"] == "in_progress"
    eventually(lambda: notices(house, taken, "material_request") == 1)


@pytest.mark.parametrize(
    ("command", "slug", "advice"),
    [
        ("take --by nobody-here", "unknown-agent", "set --by to somebody of the organisation's file"),
        ("reopen --by payments-1 --reason because", "not-permitted", "ask somebody whose role may"),
        ("reply --by payments-1 --text hello", "not-yours", "take it first"),
        ("take --by refunds-1", "another-teams", "somebody of that team"),
        ("close --by compliance-1 --root-cause app.transfer.delayed", "wrong-status", "docs/life-of-a-complaint.md"),
        ("assign --by payments-senior --to nobody-here", "unknown-assignee", "set --to"),
        ("extend --by supervisor-1 --clock resolution --until 2020-01-01T00:00Z --reason late", "due-in-the-past", "set --until"),
    ],
)
def test_a_refusal_has_a_word_a_sentence_and_status_1_and_changes_nothing(
    house: House, untouched: str, command: str, slug: str, advice: str
) -> None:
    before = stands(house, untouched)
    name, *options = command.split()

    said = house.run("complaint", name, untouched, *options)

    assert said.exit_code == 1
    assert said.stdout.startswith(f"{untouched}: {name} refused, {slug}: ")
    assert advice in said.stdout
    assert said.stdout.endswith("(routed, with nobody)\n")
    assert stands(house, untouched) == before


def test_who_has_it_is_told_to_who_wants_it_too(house: House, taken: str) -> None:
    status, answer = told(house, "take", taken, by=COLLEAGUE)

    assert (status, answer["refused"], answer["assignee"]) == (1, "taken-already", AGENT)


def test_what_happened_since_is_told_to_who_came_second(house: House, taken: str) -> None:
    seen = str(stands(house, taken)["revision"])
    done(house, "note", taken, "--text", "I ask the bank", by=COLLEAGUE)
    done(house, "resolve", taken, *RESOLVED)

    said = house.run("complaint", "note", taken, "--text", "all is well", "--by", AGENT, "--expects", seen)
    status, answer = told(house, "note", taken, "--text", "all is well", "--expects", seen)
    after = done(house, "note", taken, "--text", "all is well", "--expects", str(answer["revision"]))

    assert (said.exit_code, status, answer["refused"]) == (1, 1, "changed-meanwhile")
    assert [(one["by"], one["what"]) for one in answer["since"]] == [(COLLEAGUE, "add-note"), (AGENT, "resolve")]
    assert f"since revision {seen}" in said.stdout
    assert all(word in said.stdout for word in (COLLEAGUE, "add-note", "the transfer failed"))
    assert after["revision"] == answer["revision"] + 1


def test_a_repeat_is_the_same_command_and_is_done_once(house: House, taken: str) -> None:
    first = done(house, "reply", taken, "--text", WORDS)
    done(house, "note", taken, "--text", "a note in between")
    again = done(house, "reply", taken, "--text", WORDS)
    said = house.run("complaint", "reply", taken, "--text", WORDS, "--by", AGENT)
    done(house, "reply", taken, "--text", "还有一件事。")

    assert (again["command_id"], again["repeat"], again["at"]) == (first["command_id"], True, first["at"])
    assert said.exit_code == 0
    assert said.stdout.startswith(f"{taken}: reply was done before, ")
    assert said.stdout.endswith("(--again does it once more)\n")
    eventually(lambda: notices(house, taken, "answer") >= 2 and settled(house))
    assert notices(house, taken, "answer") == 2


def test_the_same_words_are_told_once_more_when_asked_for(house: House, taken: str) -> None:
    for again in ((), ("--again",)):
        done(house, "reply", taken, "--text", WORDS, *again)

    eventually(lambda: notices(house, taken, "answer") == 2)


def test_a_take_is_repeated_only_until_somebody_else_has_it(house: House, taken: str) -> None:
    again = done(house, "take", taken)
    done(house, "assign", taken, "--to", COLLEAGUE, by=SENIOR)
    status, late = told(house, "take", taken)

    assert again["repeat"]
    assert (status, late["repeat"], late["refused"], late["assignee"]) == (1, False, "taken-already", COLLEAGUE)


def test_what_was_refused_is_done_as_soon_as_its_ground_is_gone(house: House, routed: str) -> None:
    _, refused = told(house, "reply", routed, "--text", WORDS)
    done(house, "take", routed)
    answered = done(house, "reply", routed, "--text", WORDS)

    assert refused["refused"] == "not-yours"
    assert (answered["done"], answered["repeat"]) == ("reply", False)


def test_programs_get_everything_in_one_object(house: House, routed: str) -> None:
    answer = done(house, "take", routed)

    expected = {"number": routed, "command": "take", "done": "take", "refused": None, "needs": None, "why": None, "repeat": False}
    assert (expected | {"status": "in_progress", "assignee": AGENT}).items() <= answer.items()
    assert answer.keys() == expected.keys() | {"complaint_id", "command_id", "at", "status", "assignee", "revision", "remedies", "needs"}


def test_a_reply_without_words_meets_the_clock_and_tells_nobody(house: House, taken: str) -> None:
    done(house, "reply", taken)

    eventually(lambda: clocks(house, taken)["first_response"] == "met" and settled(house))

    assert notices(house, taken, "answer") == 0


def test_who_does_not_wait_is_told_that_it_is_published(house: House, routed: str) -> None:
    said = house.run("complaint", "take", routed, "--by", AGENT, "--wait", "0")

    assert said.exit_code == 0
    eventually(lambda: stands(house, routed)["assignee"] == AGENT)


def test_a_command_that_got_lost_has_no_answer_and_is_simply_given_again(house: House, routed: str) -> None:
    broker = management_of(house.settings)
    broker.delete("bindings", broker.vhost, "e", COMMANDS, "q", "casework.commands", TakeComplaint.key)
    lost = house.run("complaint", "take", routed, "--by", AGENT, "--wait", "0.2")
    house.run("topology", "apply")
    broker.delete("queues", broker.vhost, UNROUTABLE, "contents")

    found = done(house, "take", routed)

    assert lost.exit_code == 1
    assert lost.stdout == f"{routed}: take published; routed, with nobody\n"
    assert lost.stderr == "casework has not answered after 0.2 s; ask again to see: it is done once\n"
    assert (found["status"], found["repeat"]) == ("in_progress", False)


def test_complaints_are_linked_and_merged_by_their_numbers(house: House, routed: str) -> None:
    other = str(house.complaint(sender={"handle": "@hanmeimei"})["number"])
    eventually(lambda: stands(house, other)["status"] == "routed")
    ids = {number: stands(house, number)["complaint_id"] for number in (routed, other)}

    done(house, "link", routed, "--other", other)
    eventually(lambda: ids[routed] in stands(house, other)["linked"])
    done(house, "unlink", other, "--other", routed)
    eventually(lambda: ids[other] not in stands(house, routed)["linked"])
    merged = done(house, "merge", routed, "--into", other, by=SENIOR)

    assert merged["status"] == "duplicate"
    assert stands(house, routed)["merged_into"] == ids[other]
    eventually(lambda: stands(house, other)["duplicates"] == [ids[routed]])


def test_the_worklist_holds_what_is_open_oldest_first(house: House, routed: str) -> None:
    later = str(house.complaint()["number"])
    eventually(lambda: stands(house, later)["status"] == "routed")
    done(house, "take", later, by=COLLEAGUE)

    def numbers(*options: str) -> list[str]:
        return [one["number"] for one in house.lines("worklist", "--limit", "1000", *options)]

    ours = [one for one in numbers("--team", "payments") if one in (routed, later)]
    assert ours == [routed, later]
    assert routed in numbers("--status", "routed")
    assert later not in numbers("--status", "routed")
    assert later in numbers("--assignee", COLLEAGUE)
    assert routed not in numbers("--assignee", COLLEAGUE)
    done(house, "withdraw", later, "--reason", "said so on the phone", by=COLLEAGUE)
    assert later not in numbers("--team", "payments")
    assert later in numbers("--status", "withdrawn")
    assert later in house.run("worklist", "--status", "withdrawn").stdout
    assert len(numbers("--limit", "1")) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("take", "RD-AAAAA"), "not a complaint number"),
        (("take", "no-such-source"), "no complaint has the source id 'no-such-source'"),
        (("take", "NUMBER", "--by", "李雷"), "by: String should match pattern"),
        (("escalate", "NUMBER", "--reason", "x"), "reason: String should have at least 3 characters"),
        (("extend", "NUMBER", "--clock", "resolution", "--until", "2026-12-24T18:00", "--reason", "late"), "has no zone"),
        (("link", "NUMBER", "--other", "RD-AAAAA-AAAAA-B"), "not a complaint number"),
        (("resolve", "NUMBER", "--decision", "maybe"), "'maybe' is not one of"),
        (("request-material", "NUMBER"), "Missing option '--material'"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence_and_status_2(house: House, untouched: str, options: tuple[str, ...], sentence: str) -> None:
    command = [untouched if one == "NUMBER" else one for one in options]

    said = house.run("complaint", *command)

    assert said.exit_code == 2
    assert sentence in said.stderr
    assert "Traceback" not in said.output
