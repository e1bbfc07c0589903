"""The keeper: a process that holds backing services while any test session of this checkout lives, and ends them after the last.

A process of its own, so that neither a crashed session nor the workers of pytest-xdist decide about the others.
"""

import fcntl
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from deploy import backing, local, programs
from deploy.backing import Backing, Choice
from deploy.problem import SetupError
from tests.backing import lease_file, told_file
from tests.containers import in_containers


def keep(home: Path, chosen: Choice) -> None:
    """Start, tell the addresses, wait until nobody holds a lease, end."""
    with lease_file().open("a") as lease, in_containers() if chosen is Choice.DOCKER else _natively(home) as found:
        _tell(home, found)
        fcntl.flock(lease, fcntl.LOCK_EX)
        told_file(home).unlink()
        _end_native_programs(home)


@contextmanager
def _natively(home: Path) -> Iterator[Backing]:
    yield backing.start(home, Choice.NATIVE)


def _tell(home: Path, found: Backing) -> None:
    draft = told_file(home).with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(found)), encoding="utf-8")
    draft.replace(told_file(home))


def _end_native_programs(home: Path) -> None:
    """What tests wrote is of no further use, so the programs need no orderly end."""
    for name in (name for names in local.ORDER for name in names):
        programs.sweep(home, name)
    for data in ("rabbitmq", "mongo"):
        shutil.rmtree(programs.place(home) / data, ignore_errors=True)


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]), Choice(sys.argv[2]))
    except SetupError as error:
        sys.exit(str(error))
