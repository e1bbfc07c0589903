"""The published files: current, true to the code, and complete enough for somebody who has nothing else."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from deploy.contracts import differences, export, main, published
from deploy.message_schemas import messages
from services.intake.complaint import Complaint
from shared.contracts import INBOUND_BY_CHANNEL, Inbound, LookUpTransaction, Message, ProposeRemedy, Wanted
from tests import builders

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"
EXAMPLES: list[Message] = [
    *(builders.an_inbound(channel) for channel in INBOUND_BY_CHANNEL),
    builders.a_complaint_registered(),
    builders.a_follow_up_received(),
    builders.an_inbound_refused(),
    builders.a_complaint_routed(),
    builders.a_complaint_escalated(),
    builders.a_customer_answered(),
    builders.a_complaint_resolved(),
    builders.a_complaint_moved(),
    builders.a_material_requested(),
    builders.an_escalation_requested(),
    builders.a_deadline_extended(),
    builders.a_complaints_linked(),
    builders.a_letter_reported(),
    builders.an_appeal_opened(),
    builders.an_appeal_decided(),
    builders.a_referral_opened(),
    builders.a_referral_answered(),
    builders.a_remedy_moved(),
    builders.a_priority_raised(),
    builders.a_customer_erased(),
    builders.a_similar_complaint(),
    builders.an_incident_proposed(),
    builders.an_incident_partly_told(),
    builders.an_incident_told(),
    builders.a_confirmation(),
    builders.a_dismissal(),
    *builders.a_command_of_each_kind(),
    builders.a_command(LookUpTransaction, transaction_id=None, amount=12_800, currency="CNY"),
    builders.a_command(ProposeRemedy, amount=12_800, currency="CNY"),
    builders.a_look_up_of_the_ledger(),
    builders.a_look_up_of_the_ledger(wanted=Wanted(amount=12_800, currency="CNY")),
    builders.a_ledger_answered(),
    builders.an_order_to_pay(),
    builders.an_order_on_an_account(),
    builders.an_account_action_reported(),
    builders.a_code_issued(),
    builders.a_survey_answered(),
    builders.a_remedy_reported(),
    builders.a_deadline_approaching(),
    builders.a_deadline_missed(),
    builders.a_delivery_reported(),
    builders.an_outbound_notice(),
    builders.a_team_notice(),
    builders.a_replay_of_a_dead_letter(),
    builders.a_discard_of_a_dead_letter(),
    builders.a_publishing_again(),
]


TODAY = published()
GONE = object()
Place = tuple[str | int, ...]


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TODAY[f"{name}.json"])
    return found


def paths(place: Any, above: Place = ()) -> list[Place]:
    """Of everything in a body, at every depth."""
    steps = place.items() if isinstance(place, dict) else enumerate(place) if isinstance(place, list) else ()
    return [path for step, one in steps for path in [(*above, step), *paths(one, (*above, step))]]


def changed(body: dict[str, Any], path: Place) -> list[dict[str, Any]]:
    """The body without what lies at the path, and with something else there."""
    found = []
    for value in (GONE, None, 7, "", {}):
        variant = deepcopy(body)
        place: Any = variant
        for step in path[:-1]:
            place = place[step]
        if value is GONE:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        found.append(variant)
    return found


def readable(contract: type[Message], body: dict[str, Any]) -> bool:
    try:
        contract.model_validate_json(json.dumps(body))
    except ValidationError as error:
        # A time is checked by its format, which validators of JSON Schema pass over unless told otherwise.
        return all(one["type"].startswith(("datetime", "timezone")) for one in error.errors())
    return True


def test_the_published_files_are_those_the_code_writes_today() -> None:
    assert differences(PUBLISHED) == []


def test_every_message_has_a_schema_and_an_example() -> None:
    assert {one.key for one in EXAMPLES} == {one.key for one in messages()}
    assert {f"{one.key}.json" for one in EXAMPLES} | {"complaint.json"} == {
        name for name in TODAY if name.endswith(".json") and "/" not in name
    }


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda one: one.key)
def test_what_is_sent_fits_the_published_schema(message: Message) -> None:
    body = json.loads(message.model_dump_json(exclude_none=True))

    assert list(Draft202012Validator(schema(message.key)).iter_errors(body)) == []


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda one: one.key)
def test_the_schema_refuses_a_message_without_a_field_it_needs(message: Message) -> None:
    body = json.loads(message.model_dump_json(exclude_none=True))
    validator = Draft202012Validator(schema(message.key))

    accepted = [name for name in schema(message.key)["required"] if validator.is_valid({key: body[key] for key in body if key != name})]

    assert accepted == []


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda one: one.key)
def test_whatever_the_schema_accepts_the_reader_accepts(message: Message) -> None:
    """So that somebody who has only the schema never ends in the dead letters."""
    body = json.loads(message.model_dump_json(exclude_none=True))
    if isinstance(message, Inbound):
        body["attachments"] = [{"name": "a.png", "type": "image/png", "size": 3, "ref": "store/1"}]
    validator = Draft202012Validator(schema(message.key))
    unreadable = [one for path in paths(body) for one in changed(body, path) if not readable(type(message), one)]

    assert len(unreadable) > len(body)
    assert [one for one in unreadable if validator.is_valid(one)] == []


@pytest.mark.parametrize("name", [*(one.key for one in messages()), "complaint"])
def test_a_schema_is_valid_and_says_what_it_is_for(name: str) -> None:
    found = schema(name)

    Draft202012Validator.check_schema(found)
    assert found["$id"] == f"{name}.json"
    assert found["title"]
    assert found["description"].endswith(".")


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda one: one.key)
def test_a_schema_names_the_exchange_and_the_routing_key(message: Message) -> None:
    found = schema(message.key)
    named = {"channel": "chat", "adapter": "webchat", "service": "routing"}

    assert found["x-redress-exchange"] == message.exchange
    if message.key != "delivery.reported.v1":
        told = named | {name: getattr(message, name) for name in named if hasattr(message, name)}
        assert found["x-redress-routing-key"].format(**told) == message.routing_key


def test_a_delivery_report_goes_to_a_key_that_ends_in_the_adapter() -> None:
    assert schema("delivery.reported.v1")["x-redress-routing-key"] == "delivery.{adapter}"


def test_personal_fields_are_marked_at_every_depth() -> None:
    registered = schema("complaint.registered.v1")

    marked = {name for name, field in registered["$defs"]["ReplyTo"]["properties"].items() if field.get("x-personal")}

    assert {"name", "email", "phone", "handle", "account_id", "thread_id"} <= marked
    assert not {"channel", "adapter", "public"} & marked
    assert schema("complaint")["properties"]["text"]["x-personal"] is True
    assert "x-personal" not in schema("complaint")["properties"]["category"]


def test_every_field_of_the_complaint_says_where_it_comes_from() -> None:
    silent = [name for name, field in Complaint.model_fields.items() if not field.description]

    assert silent in ([], ["follow_ups"])


def test_an_export_is_the_same_each_time_and_ends_each_file_with_a_newline(tmp_path: Path) -> None:
    first = {file.relative_to(tmp_path).as_posix(): file.read_text() for file in export(tmp_path)}
    second = {file.relative_to(tmp_path).as_posix(): file.read_text() for file in export(tmp_path)}

    assert first == second == TODAY
    assert list(first) == sorted(first)
    assert all(content.endswith("\n") for content in first.values())


def test_a_stale_file_is_named_with_the_lines_that_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(tmp_path)
    stale = tmp_path / "deadline.missed.v1.json"
    stale.write_text(stale.read_text().replace('"policy"', '"policy_name"'))
    (tmp_path / "team.notice.v1.json").unlink()
    (tmp_path / "complaint.lost.v1.json").write_text("{}")

    status = main(["--check", str(tmp_path)])
    told = capsys.readouterr().err

    assert status == 1
    assert "deadline.missed.v1.json differs" in told
    assert '-    "policy_name"' in told
    assert "team.notice.v1.json is missing" in told
    assert "complaint.lost.v1.json is no contract any more" in told
    assert "make schemas" in told


def test_a_fresh_export_passes_the_check(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0


def test_what_is_published_in_git_is_still_understood() -> None:
    assert main(["--compatible-with", str(PUBLISHED)]) == 0
