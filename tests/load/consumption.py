"""Processor time of processes and all that they started, as the kernel counts it."""

from collections.abc import Mapping, Sequence

import psutil


def spent_ms(pids: Sequence[int]) -> float:
    """User and system time so far of these processes, their living descendants, and the descendants that ended."""
    family = {one.pid: one for pid in pids for one in _family(pid)}
    return sum(_of(process) for process in family.values())


def spent_by(processes: Mapping[str, Sequence[int]]) -> dict[str, float]:
    return {name: spent_ms(pids) for name, pids in processes.items()}


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
