"""`redress demo` from nothing to nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from pymongo import MongoClient

from deploy import programs
from deploy.backing import Backing, environment
from tests.namespaces import SECRET

CHECKOUT = Path(__file__).resolve().parents[2]
AT_MOST_S = 60.0


@pytest.mark.slow
def test_the_demonstration_shows_everything_adds_up_and_leaves_nothing(backing: Backing, tmp_path: Path) -> None:
    told = environment(backing) | {"REDRESS_ROOT": str(tmp_path), "REDRESS_SECRET_KEY": SECRET, "BACKING": "env"}
    picture = tmp_path / "demo.svg"
    began = time.monotonic()

    done = subprocess.run(
        [Path(sys.executable).with_name("redress"), "demo", "--svg", picture],
        env=os.environ | told, cwd=CHECKOUT, capture_output=True, text=True, timeout=2 * AT_MOST_S, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - began < AT_MOST_S
    for part in ("on 7 channels", "receipt delivered to", "was missed", "supervisors", "balance: adds up"):
        assert part in done.stdout
    assert "supervisors" in picture.read_text(encoding="utf-8")
    assert not programs.leftovers(tmp_path, "*")
    assert demo_vhosts(backing) == []
    assert demo_databases(backing) == []


def test_the_demonstration_does_not_push_a_running_house_aside(tmp_path: Path) -> None:
    sleeper = programs.Program("intake-1", ("/bin/sleep", "30"), env={})
    pid = programs.spawn(tmp_path, sleeper)
    (tmp_path / ".redress" / "run.json").write_text(
        f'{{"processes": [{{"service": "intake", "replica": 1, "pid": {pid}, "port": 9}}]}}', encoding="utf-8"
    )

    done = subprocess.run(
        [Path(sys.executable).with_name("redress"), "demo"],
        env=os.environ | {"REDRESS_ROOT": str(tmp_path)}, cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    programs.end(tmp_path, ["intake-1"], patience_s=5)

    assert done.returncode == 2
    assert "say `redress down` first" in done.stderr


def demo_vhosts(backing: Backing) -> list[str]:
    found = httpx2.get(f"{backing.management_url}/api/vhosts", timeout=10).json()
    return [one["name"] for one in found if one["name"].startswith("redress-demo")]


def demo_databases(backing: Backing) -> list[str]:
    with MongoClient[dict[str, object]](backing.mongo_url) as client:
        return [name for name in client.list_database_names() if name.startswith("redress-demo")]
