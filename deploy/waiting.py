"""Wait for a condition with a deadline, and say what the program logged last where it does not come."""

import time
from collections.abc import Callable
from pathlib import Path

from deploy import programs
from deploy.problem import SetupError

PAUSE_S = 0.05


def always() -> bool:
    return True


def until(
    condition: Callable[[], bool], *, within_s: float, what: str, root: Path, log: str, alive: Callable[[], bool] = always
) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        if not alive():
            raise _failure(root, log, f"{what} ended while starting.")
        if time.monotonic() > deadline:
            raise _failure(root, log, f"{what} was not ready within {within_s:g} s.")
        time.sleep(PAUSE_S)


def _failure(root: Path, log: str, found: str) -> SetupError:
    said = programs.last_lines(root, log)
    return SetupError(f"{found} Its last words:\n{said}\n", cure=f"read {programs.log_of(root, log)} and start again.")
