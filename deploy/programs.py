"""Programs that this checkout starts: known by a mark in their environment and a recorded pid, never by a name that others may bear."""

import contextlib
import signal
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import psutil

MARK = "REDRESS_STARTED_AS"
_started: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path | None = None


def place(root: Path) -> Path:
    """Where a checkout keeps what it runs: data, logs, pids. Nobody else may read it."""
    directory = root.resolve() / ".redress"
    directory.mkdir(mode=0o700, exist_ok=True, parents=True)
    return directory


def log_of(root: Path, name: str) -> Path:
    logs = place(root) / "log"
    logs.mkdir(exist_ok=True)
    return logs / f"{name}.log"


def last_lines(root: Path, name: str, count: int = 8) -> str:
    log = log_of(root, name)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-count:])


def spawn(root: Path, program: Program) -> int:
    """Start in a session of its own, so that Ctrl-C in the terminal reaches the command only and the end stays orderly."""
    env = {**program.env, MARK: _mark(root, program.name)}
    with log_of(root, program.name).open("wb") as log:
        process = subprocess.Popen(
            program.command, env=env, cwd=program.cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    _started[process.pid] = process
    _pid_file(root, program.name).write_text(str(process.pid), encoding="utf-8")
    return process.pid


def running(root: Path, name: str) -> psutil.Process | None:
    """The recorded process, if it lives and is ours: a pid may have been given to somebody else since."""
    try:
        process = psutil.Process(int(_pid_file(root, name).read_text(encoding="utf-8")))
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None
    child = _started.get(process.pid)
    if child is not None:  # ours beyond doubt, while its environment cannot be read yet
        return process if child.poll() is None else None
    return process if _mark_of(process) == _mark(root, name) else None


def ended_by_itself(root: Path, name: str) -> bool:
    return _pid_file(root, name).exists() and running(root, name) is None


def leftovers(root: Path, name: str) -> list[psutil.Process]:
    """Everything that bears this checkout's mark, recorded or not: what a crashed run left. A trailing `*` matches any ending."""
    mark = _mark(root, name)
    return [process for process in psutil.process_iter() if fnmatchcase(_mark_of(process), mark)]


def end(root: Path, names: Iterable[str], *, patience_s: float) -> list[str]:
    """SIGTERM, wait, then SIGKILL. Returns the names of those that had to be killed."""
    asked = {name: process for name in names if (process := running(root, name)) is not None}
    _signal(asked.values(), signal.SIGTERM)
    _, alive = psutil.wait_procs(list(asked.values()), timeout=patience_s)
    _signal(alive, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=patience_s)
    for name in asked:
        _pid_file(root, name).unlink(missing_ok=True)
    return [name for name, process in asked.items() if process in alive]


def sweep(root: Path, name: str) -> int:
    """Kill what is left of programs that no record leads to. Returns how many there were."""
    found = leftovers(root, name)
    _signal(found, signal.SIGKILL)
    psutil.wait_procs(found, timeout=5)
    return len(found)


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _mark_of(process: psutil.Process) -> str:
    try:
        return "" if process.status() == psutil.STATUS_ZOMBIE else process.environ().get(MARK, "")
    except psutil.Error:
        return ""


def _mark(root: Path, name: str) -> str:
    return f"{place(root)}:{name}"


def _pid_file(root: Path, name: str) -> Path:
    pids = place(root) / "run"
    pids.mkdir(exist_ok=True)
    return pids / f"{name}.pid"
