"""`redress audit` against a house that runs: the trail of one complaint, and what somebody did behind its back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from deploy.backing import Backing
from deploy.cli.app import app
from deploy.processes import start_services, stop_services
from tests.builders import an_inbound
from tests.namespaces import Namespace

Run = Any


@pytest.fixture(scope="module")
def run(backing: Backing, module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    root = tmp_path_factory.mktemp("audited")
    ours = Backing(module_namespace.amqp_url, module_namespace.management_url, module_namespace.mongo_url, backing.chosen)
    try:
        running = start_services(root, ours, replicas={}, extra_env=module_namespace.environment)
        addresses = {f"REDRESS_{one.service.upper()}_URL": one.url for one in running.processes}
        env = module_namespace.environment | addresses | {"REDRESS_ROOT": str(root)}

        def command(*arguments: str, stdin: str = "") -> Result:
            return CliRunner().invoke(app, [*arguments, "--json"], input=stdin, env=env)

        yield command
    finally:
        stop_services(root)


@pytest.fixture
def complaint(run: Run) -> dict[str, Any]:
    message = an_inbound("chat", source_id=uuid4().hex, thread_id=uuid4().hex).model_dump_json(exclude_none=True)
    result = run("ingest", "chat", "-", "--wait", "25", stdin=message)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def routing(module_namespace: Namespace) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](module_namespace.mongo_url) as client:
        yield client[f"{module_namespace.prefix}_routing"]["assignments"]


def answer(result: Result) -> dict[str, Any]:
    return json.loads(result.stdout)


def heard_of_by_all(run: Run, complaint: dict[str, Any]) -> list[dict[str, Any]]:
    """`ingest --wait` ends when intake has it; the neighbours follow."""
    for _ in range(200):
        steps = [json.loads(line) for line in run("audit", "show", complaint["number"]).stdout.splitlines()]
        if len(steps) >= 7:
            return steps
    raise AssertionError(steps)


def test_the_trail_goes_through_all_services_and_says_what_caused_what(run: Run, complaint: dict[str, Any]):
    steps = heard_of_by_all(run, complaint)

    told = {(one["service"], one["what"]): one["caused_by"] for one in steps}
    assert told[("intake", "registered")] is None
    assert told[("routing", "routed")] == "intake: registered"
    assert told[("sla_watchdog", "first-response-started")] == "intake: registered"
    assert told[("sla_watchdog", "resolution-started")] == "routing: routed"
    assert told[("casework", "routed")] == "routing: routed"
    assert {one["service"] for one in steps} == {"intake", "routing", "casework", "sla_watchdog", "notification"}
    assert [one["at"] for one in steps] == sorted(one["at"] for one in steps)
    assert [one["who"] for one in steps if one["service"] == "intake"] == ["webchat"]


@pytest.mark.parametrize("name", ["number", "source_id", "complaint_id"])
def test_a_complaint_is_found_by_any_of_its_names(run: Run, complaint: dict[str, Any], name: str):
    assert run("audit", "show", complaint[name]).exit_code == 0


def test_what_nobody_knows_is_bad_input(run: Run):
    assert run("audit", "show", str(uuid4())).exit_code == 2


def test_a_change_behind_its_back_is_named_and_the_exit_status_is_1(run: Run, complaint: dict[str, Any], routing: Any):
    heard_of_by_all(run, complaint)
    sound = run("audit", "verify")
    was = routing.find_one({"_id": complaint["complaint_id"]})
    routing.update_one({"_id": was["_id"]}, {"$set": {"state.team": "nobody"}})

    broken = run("audit", "verify", "--service", "routing", "--since", "1d")
    routing.replace_one({"_id": was["_id"]}, was)

    assert (sound.exit_code, answer(sound)["ok"], answer(sound)["chains"] >= 5) == (0, True, True)
    assert (broken.exit_code, answer(broken)["ok"]) == (1, False)
    assert answer(broken)["broken"] == [
        {"service": "routing", "aggregate": "assignments", "id": was["_id"], "at_sequence": was["version"], "reason": "state-changed"}
    ]


def test_a_document_that_is_gone_shows_against_the_export_and_so_does_a_forged_export(
    run: Run, complaint: dict[str, Any], routing: Any, tmp_path: Path
):
    heard_of_by_all(run, complaint)
    file = tmp_path / "audit.jsonl"
    first = run("audit", "export", str(file))
    second = run("audit", "export", str(file))
    sound = run("audit", "verify", "--against", str(file))
    was = routing.find_one({"_id": complaint["complaint_id"]})
    routing.delete_one({"_id": was["_id"]})

    unseen = run("audit", "verify", "--service", "routing")
    seen = run("audit", "verify", "--service", "routing", "--against", str(file))
    routing.insert_one(was)
    file.write_bytes(file.read_bytes().replace(was["_id"].encode(), str(uuid4()).encode()))
    forged = run("audit", "verify", "--against", str(file))

    assert answer(first)["added"] >= 5
    assert (answer(second)["added"], answer(second)["ok"], sound.exit_code, unseen.exit_code) == (0, True, 0, 0)
    assert (seen.exit_code, [one["reason"] for one in answer(seen)["broken"]]) == (1, ["document-missing"])
    assert (forged.exit_code, [one["reason"] for one in answer(forged)["broken"]]) == (1, ["export-changed"])
    assert run("audit", "export", str(file)).exit_code == 2
