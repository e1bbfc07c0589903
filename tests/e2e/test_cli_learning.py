"""`redress incident …` and `redress report …`: what many complaints say together, on everything that runs."""

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services.casework.learning.reports import REPORTS, About
from tests.e2e.test_cli import House, eventually, house

__all__ = ["house"]
SUPERVISOR, AGENT = "supervisor-1", "payments-1"
WORDS = "系统故障已修复,款项今日全部到账。"


def a_failed_payment(house: House, code: str) -> str:
    return str(house.complaint(f"付款失败,钱扣了,页面提示错误码 {code}。")["number"])


def the_incident(house: House, code: str) -> dict[str, Any]:
    return next((one for one in house.lines("incident", "list") if one["shown"] == code), {})


def notices(house: House, number: str, kind: str) -> int:
    return sum(one["kind"] == kind for one in house.one("show", number)["notices"])


def decided(house: House, word: str, incident_id: str, *options: str, by: str = SUPERVISOR) -> tuple[int, dict[str, Any]]:
    found = house.run("incident", word, incident_id, *options, "--by", by, "--json")
    assert found.stdout, found.stderr
    return found.exit_code, json.loads(found.stdout)


def test_five_complaints_of_one_cause_are_proposed_confirmed_and_told_once(house: House) -> None:
    numbers = [a_failed_payment(house, "E7701") for _ in range(5)]
    eventually(lambda: the_incident(house, "E7701").get("state") == "proposed")
    incident_id = str(the_incident(house, "E7701")["incident_id"])
    subject = f"{incident_id}: 5 complaints of one cause?"
    eventually(lambda: [str(one["Subject"]) for one in house.mail.letters].count(subject) == 1)

    refused = decided(house, "confirm", incident_id, "--text", WORDS, by=AGENT)
    confirmed = decided(house, "confirm", incident_id, "--text", WORDS)
    again = decided(house, "confirm", incident_id, "--text", WORDS)
    eventually(lambda: all(notices(house, one, "progress") == 1 for one in numbers))
    late = a_failed_payment(house, "E7701")
    eventually(lambda: notices(house, late, "progress") == 1)

    assert (refused[0], refused[1]["refused"]) == (1, "not-permitted")
    assert [(status, answer["done"], answer["refused"]) for status, answer in (confirmed, again)] == [(0, "confirm-incident", None)] * 2
    found = house.one("incident", "show", incident_id)
    assert (found["state"], found["complaints"], found["told"], found["text"]) == ("confirmed", 6, 6, WORDS)
    assert sorted(one["number"] for one in found["concerned"]) == sorted([*numbers, late])
    assert [notices(house, one, "progress") for one in numbers] == [1] * 5
    assert incident_id in house.run("incident", "show", incident_id).stdout


def test_a_dismissed_incident_tells_nobody(house: House) -> None:
    numbers = [a_failed_payment(house, "E7702") for _ in range(5)]
    eventually(lambda: the_incident(house, "E7702").get("state") == "proposed")
    incident_id = str(the_incident(house, "E7702")["incident_id"])

    dismissed = decided(house, "dismiss", incident_id, "--reason", "five different banks")
    again = decided(house, "dismiss", incident_id, "--reason", "because")

    assert (dismissed[0], dismissed[1]["state"]) == (0, "dismissed")
    assert (again[0], again[1]["refused"]) == (1, "dismissed-already")
    assert [notices(house, one, "progress") for one in numbers] == [0] * 5


def test_an_incident_that_is_none_is_said(house: House) -> None:
    unknown = house.run("incident", "show", "inc-000000000000")
    malformed = house.run("incident", "confirm", "E7701", "--text", WORDS, "--by", SUPERVISOR)

    assert (unknown.exit_code, malformed.exit_code) == (2, 2)
    assert "no incident 'inc-000000000000'" in unknown.stderr
    assert "incident_id" in malformed.stderr


@pytest.mark.parametrize("about", About)
def test_every_report_is_a_table_json_csv_and_a_chart(house: House, tmp_path: Path, about: About) -> None:
    a_failed_payment(house, "E7703")
    files = {kind: tmp_path / f"report.{kind}" for kind in ("csv", "svg")}

    eventually(lambda: int(house.one("report", about)["complaints"]) > 0)
    written = house.run("report", about, "--by", "team", "--csv", str(files["csv"]), "--svg", str(files["svg"]))
    table = house.run("report", about)

    assert (written.exit_code, written.stdout, table.exit_code) == (0, "", 0)
    assert f"{about}, of " in table.stdout
    assert tuple(next(csv.reader(files["csv"].read_text().splitlines()))) == REPORTS[about].columns
    assert ET.fromstring(files["svg"].read_text()).get("role") == "img"  # noqa: S314 - our own


def test_a_report_of_another_year_is_of_no_complaint(house: House) -> None:
    found = house.one("report", "repeats", "--from", "2001-01-01", "--to", "2001-12-31")

    assert (found["complaints"], found["rows"]) == (0, [])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("repeats", "--from", "yesterday"), "2026-11-22 or "),
        (("repeats", "--above", "5"), "--above belongs to remedies"),
        (("weather",), "is not one of"),
    ],
)
def test_what_cannot_be_reported_is_said(house: House, options: tuple[str, ...], sentence: str) -> None:
    found = house.run("report", *options)

    assert found.exit_code == 2
    assert sentence in found.stderr


def test_the_worklist_of_reviewers_and_of_second_persons(house: House) -> None:
    number = a_failed_payment(house, "E7704")
    eventually(lambda: house.one("show", number)["complaint"]["status"] == "routed")
    work = [
        ("take", number),
        ("resolve", number, "--decision", "rejected", "--outcome", "closed_with_explanation", "--reason", "the ledger says otherwise"),
    ]
    for one in work:
        assert house.run("complaint", *one, "--by", AGENT).exit_code == 0
    waits = [one for one in house.lines("worklist", "--review") if one["number"] == number]
    approved = house.run("complaint", "approve-resolution", number, "--by", "payments-senior")
    appealed = house.run("complaint", "appeal", number, "--reason", "the customer insists", "--by", AGENT)
    appeals = [one for one in house.lines("worklist", "--appeals") if one["number"] == number]

    assert [(one["proposed_by"], one["decision"]) for one in waits] == [(AGENT, "rejected")]
    assert (approved.exit_code, appealed.exit_code) == (0, 0), approved.output + appealed.output
    assert [(one["status"], one["reviewer"]) for one in appeals] == [("resolved", None)]
    assert "reviewer" in house.run("worklist", "--appeals").stdout
