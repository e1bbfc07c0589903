"""The services as processes of one machine."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy import programs
from deploy.backing import Backing
from deploy.house import SERVICES
from deploy.problem import SetupError
from deploy.processes import is_ready, recorded, start_services, stop_services
from tests.namespaces import Namespace


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop_services(tmp_path)


def test_all_services_become_ready_and_leave_nothing_behind(root: Path, backing: Backing, namespace: Namespace) -> None:
    running = start_services(root, backing, replicas={"routing": 2}, extra_env=namespace.environment)

    assert {process.service for process in running.processes} == set(SERVICES)
    assert [process.name for process in running.processes if process.service == "routing"] == ["routing-1", "routing-2"]
    assert all(is_ready(process) for process in running.processes)
    assert recorded(root) == running

    assert stop_services(root) == []

    assert not [process for process in running.processes if psutil.pid_exists(process.pid)]
    assert not programs.leftovers(root, "*")


def test_a_second_start_replaces_the_first(root: Path, backing: Backing, namespace: Namespace) -> None:
    first = start_services(root, backing, replicas={}, extra_env=namespace.environment)

    second = start_services(root, backing, replicas={}, extra_env=namespace.environment)

    assert not [process for process in first.processes if psutil.pid_exists(process.pid)]
    assert all(is_ready(process) for process in second.processes)


def test_a_program_is_known_from_its_first_moment(tmp_path: Path) -> None:
    for number in range(100):
        programs.spawn(tmp_path, programs.Program(f"sleeper-{number}", ("/bin/sleep", "30"), env={}))

        assert programs.running(tmp_path, f"sleeper-{number}") is not None

    assert programs.end(tmp_path, [f"sleeper-{number}" for number in range(100)], patience_s=5) == []


def test_a_service_that_cannot_start_is_named_with_its_last_words(root: Path, backing: Backing, namespace: Namespace) -> None:
    broken = namespace.environment | {"REDRESS_BATCH_SIZE": "many"}

    with pytest.raises(SetupError, match=r"(?s)(intake|routing|casework|sla_watchdog|notification)-1 .*batch_size"):
        start_services(root, backing, replicas={}, extra_env=broken)

    assert not programs.leftovers(root, "*")
