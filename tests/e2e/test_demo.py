"""`redress demo` from nothing to nothing, also where somebody ends it early. In one file: its tests look at the whole broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from pymongo import MongoClient

from deploy import programs, topology
from deploy.backing import Backing, environment
from shared.settings import HouseSettings
from tests.namespaces import SECRET, Namespace

CHECKOUT = Path(__file__).resolve().parents[2]
WITHIN_S = 120.0


@pytest.mark.slow
def test_the_demonstration_shows_everything_adds_up_and_leaves_nothing(backing: Backing, tmp_path: Path) -> None:
    picture = tmp_path / "demo.svg"

    done = redress(backing, tmp_path, "demo", "--svg", str(picture), REDRESS_SECRET_KEY=SECRET)

    assert done.returncode == 0, done.stdout + done.stderr
    for part in (
        "on 7 channels",
        "receipt delivered to",
        "waiting_for_customer",
        "closed",
        "was missed",
        "supervisors",
        "balance: adds up",
    ):
        assert part in done.stdout
    assert "supervisors" in picture.read_text(encoding="utf-8")
    assert "url(" not in picture.read_text(encoding="utf-8").replace("url(#", "")
    assert not programs.leftovers(tmp_path, "*")
    assert demo_vhosts(backing) == []
    assert demo_databases(backing) == []


def test_the_demonstration_does_not_push_a_running_house_aside(backing: Backing, tmp_path: Path) -> None:
    sleeper = programs.Program("intake-1", ("/bin/sleep", "30"), env={})
    pid = programs.spawn(tmp_path, sleeper)
    (tmp_path / ".redress" / "run.json").write_text(
        f'{{"processes": [{{"service": "intake", "replica": 1, "pid": {pid}, "port": 9}}]}}', encoding="utf-8"
    )

    done = redress(backing, tmp_path, "demo")
    programs.end(tmp_path, ["intake-1"], patience_s=5)

    assert done.returncode == 2
    assert "say `redress down` first" in done.stderr


def test_the_demonstration_locks_no_other_house_out_of_a_shared_broker(backing: Backing, namespace: Namespace, tmp_path: Path) -> None:
    told = {name.removeprefix("REDRESS_").lower(): value for name, value in namespace.environment.items()}
    topology.apply(HouseSettings.model_validate(told))

    done = redress(backing, tmp_path, "demo", REDRESS_SECRET_KEY="another-secret-0123456789")

    assert done.returncode == 2
    assert "the broker serves a house with another secret" in done.stderr


def redress(backing: Backing, root: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    told = environment(backing) | {"REDRESS_ROOT": str(root), "BACKING": "env"} | env
    command = [str(Path(sys.executable).with_name("redress")), *arguments]
    return subprocess.run(command, env=os.environ | told, cwd=CHECKOUT, capture_output=True, text=True, timeout=WITHIN_S, check=False)


def demo_vhosts(backing: Backing) -> list[str]:
    found = httpx2.get(f"{backing.management_url}/api/vhosts", timeout=10).json()
    return [one["name"] for one in found if one["name"].startswith("redress-demo")]


def demo_databases(backing: Backing) -> list[str]:
    with MongoClient[dict[str, object]](backing.mongo_url) as client:
        return [name for name in client.list_database_names() if name.startswith("redress-demo")]


@contextmanager
def demo(root: Path, *arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """Its words go to a file, so that it never waits for a reader."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("REDRESS_")}
    command = [str(Path(sys.executable).with_name("redress")), "demo", *arguments]
    told = inherited | {"REDRESS_ROOT": str(root), "PYTHONIOENCODING": "utf-8"} | env
    with (root / "said").open("w", encoding="utf-8") as said:
        process = subprocess.Popen(command, env=told, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=said, stderr=said, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(root: Path) -> str:
    return (root / "said").read_text(encoding="utf-8")


def when(process: subprocess.Popen[str], condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert process.poll() is None, "it ended early"
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
def test_ended_while_it_shows_it_stops_everything_and_hears_no_second_signal(
    backing: Backing, tmp_path: Path, first: signal.Signals
) -> None:
    with demo(tmp_path, "--keep", **environment(backing), BACKING="env", REDRESS_SECRET_KEY=SECRET) as process:
        when(process, lambda: "ready after" in said(tmp_path))
        process.send_signal(first)
        when(process, lambda: "stopping…" in said(tmp_path))
        process.send_signal(signal.SIGINT)
        status = process.wait(WITHIN_S)

    assert status == 128 + first
    assert "still stopping" in said(tmp_path)
    assert said(tmp_path).endswith("everything is stopped\n")
    assert "Traceback" not in said(tmp_path)
    assert not programs.leftovers(tmp_path, "*")
    assert demo_vhosts(backing) == []
    assert demo_databases(backing) == []


@pytest.mark.slow
def test_ended_while_broker_and_database_start_it_leaves_neither(tmp_path: Path) -> None:
    with demo(tmp_path, BACKING="native") as process:
        when(process, lambda: programs.leftovers(tmp_path, "mongod"))
        process.send_signal(signal.SIGTERM)
        when(process, lambda: "stopping…" in said(tmp_path))
        process.send_signal(signal.SIGTERM)
        status = process.wait(WITHIN_S)

    assert status == 128 + signal.SIGTERM
    assert not programs.leftovers(tmp_path, "*")
