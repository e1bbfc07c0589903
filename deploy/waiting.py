"""Wait for a condition with a deadline, and say what the program logged last where it does not come."""

import time
from collections.abc import Callable
from pathlib import Path

from deploy import programs
from deploy.problem import SetupError

PAUSE_S = 0.05


def until(condition: Callable[[], bool], what: str, *, root: Path, program: str, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        if programs.ended_by_itself(root, program):
            raise _failure(root, program, f"{what} ended while starting.")
        if time.monotonic() > deadline:
            raise _failure(root, program, f"{what} was not ready within {within_s:g} s.")
        time.sleep(PAUSE_S)


def _failure(root: Path, program: str, found: str) -> SetupError:
    said = programs.last_lines(root, program)
    return SetupError(f"{found} Its last words:\n{said}\n", cure=f"read {programs.log_of(root, program)} and start again.")
