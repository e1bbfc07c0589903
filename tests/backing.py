"""Backing services for one test session, shared by its workers and by other sessions of this checkout (see keeper.py)."""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy import backing, local, programs
from deploy.backing import Backing, Choice
from deploy.problem import SetupError

CHECKOUT = Path(__file__).resolve().parents[1]
# They publish their ports there and nowhere else, so testcontainers need not guess where they are reached.
CONTAINERS_ON_LOOPBACK = {"TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1", "TESTCONTAINERS_CONNECTION_MODE": "docker_host"}
KEEPER = "keeper"
SURE_AFTER = 10  # times that a lease was granted in a row
START_WITHIN_S = 100.0  # within pytest's own patience
END_WITHIN_S = 20.0


class Lease:
    """As long as one is held, the keeper keeps the services up. The operating system gives it back when a session crashes."""

    def __init__(self) -> None:
        self._file: IO[str] = lease_file().open("a")
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def give_back(self) -> None:
        self._file.close()


def provided(choice: str | None) -> Backing:
    """What all tests share: found or started once, whoever asks first."""
    chosen = backing.choose(choice)
    if wanted_broker() and chosen is not Choice.DOCKER:
        found = f"BROKER={wanted_broker()} names an image of RabbitMQ, and the tests would stand on {chosen!r}."
        raise SetupError(found, cure="say BACKING=docker, or leave BROKER out.")
    if chosen is Choice.ENV:
        return backing.from_environment()
    home = _home(chosen)
    home.mkdir(exist_ok=True)
    with _alone(home):
        return _found(home) or _started(home, chosen)


def wanted_broker() -> str:
    """The version that `make test BACKING=docker BROKER=4.3` asks for; empty where nobody asks."""
    return os.environ.get("BROKER", "")


def wait_for_the_end() -> None:
    """Until the keepers are gone, unless another session holds a lease: then they stay for it."""
    deadline, granted = time.monotonic() + END_WITHIN_S, 0
    while granted < SURE_AFTER and time.monotonic() < deadline and _keepers():
        granted = granted + 1 if _others_hold_a_lease() else 0
        time.sleep(0.05)


def lease_file() -> Path:
    return programs.place(CHECKOUT) / "tests.lease"


def told_file(home: Path) -> Path:
    """Where the keeper tells the addresses."""
    return home / "told.json"


def _started(home: Path, chosen: Choice) -> Backing:
    local.stop(home)
    told_file(home).unlink(missing_ok=True)
    command = (sys.executable, "-m", "tests.keeper", str(home), chosen)
    env = {**CONTAINERS_ON_LOOPBACK, **os.environ, "PYTHONPATH": str(CHECKOUT)}
    programs.spawn(home, programs.Program(KEEPER, command, env=env, cwd=CHECKOUT))
    deadline = time.monotonic() + START_WITHIN_S
    while (found := _found(home)) is None:
        if programs.running(home, KEEPER) is None or time.monotonic() > deadline:
            programs.end(home, [KEEPER], patience_s=5)
            raise SetupError(_last_words(home), cure=f"read {programs.log_of(home, KEEPER)}.")
        time.sleep(0.05)
    print(f"\nbacking services of the tests: {chosen}", file=sys.stderr)
    return found


def _last_words(home: Path) -> str:
    return programs.last_lines(home, KEEPER) or f"RabbitMQ and MongoDB were not ready within {START_WITHIN_S:g} s."


def _found(home: Path) -> Backing | None:
    try:
        told = json.loads(told_file(home).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Backing(**told) if programs.running(home, KEEPER) is not None else None


def _keepers() -> list[Path]:
    return [home for home in programs.place(CHECKOUT).glob("tests-*/") if programs.running(home, KEEPER) is not None]


def _others_hold_a_lease() -> bool:
    """A shared lock is refused only while a keeper holds the exclusive one, because nobody else is left."""
    with lease_file().open("a") as lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _home(chosen: Choice) -> Path:
    """Brokers of two versions can stand side by side."""
    return programs.place(CHECKOUT) / f"tests-{chosen}{wanted_broker()}"


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
