"""How long a service takes from its command until it is ready."""

import time
from statistics import median

import psutil

from deploy import programs
from deploy.house import SERVICES
from deploy.processes import CODE, is_ready, recorded
from tests.load.product_alone import Alone

LOOK_EVERY_S = 0.01
END_WITHIN_S = 12.0


def start_seconds(alone: Alone, rounds: int) -> dict[str, float]:
    """Each by itself while the others run; median of the rounds."""
    return {service: median(_started(alone, service) for _ in range(rounds)) for service in SERVICES}


def _started(alone: Alone, service: str) -> float:
    """Ended, and started again by the same command: on its old port, so that what was recorded stays true."""
    process = recorded(alone.root).of(service)
    running = programs.running(alone.root, process.name)
    assert running is not None, f"{process.name} has ended"
    program = programs.Program(process.name, tuple(running.cmdline()), running.environ(), CODE)
    programs.end(alone.root, [process.name], patience_s=END_WITHIN_S)
    begun = time.monotonic()
    pid = programs.spawn(alone.root, program)
    while not is_ready(process):
        if not psutil.pid_exists(pid):
            raise RuntimeError(f"{process.name} ended while starting:\n{programs.last_lines(alone.root, process.name)}")
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - begun
