"""`redress demo` that somebody ends early: nothing of it stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy import programs
from deploy.backing import Backing, environment
from tests.e2e.test_demo import CHECKOUT, demo_databases, demo_vhosts
from tests.namespaces import SECRET

WITHIN_S = 120.0


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
