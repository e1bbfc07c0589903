"""Processor time of processes and all that they started, as the kernel counts it."""

import asyncio
from collections.abc import Mapping, Sequence

import psutil

QUIET_SHARE = 0.1
LOOK_EVERY_S = 0.5


def spent_ms(pids: Sequence[int]) -> float:
    """User and system time so far of these processes, their living descendants, and the descendants that ended."""
    family = {one.pid: one for pid in pids for one in _family(pid)}
    return sum(_of(process) for process in family.values())


def spent_by(processes: Mapping[str, Sequence[int]]) -> dict[str, float]:
    return {name: spent_ms(pids) for name, pids in processes.items()}


async def until_quiet(processes: Mapping[str, Sequence[int]]) -> None:
    """Until they take less than a tenth of a core together: they poll for what is due even where nothing is."""
    before = sum(spent_by(processes).values())
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        now = sum(spent_by(processes).values())
        if now - before < QUIET_SHARE * 1_000 * LOOK_EVERY_S:
            return
        before = now


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return 1_000 * (times.user + times.system)
