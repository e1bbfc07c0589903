"""How fast a backlog is worked off, and what memory that takes: everything waits in the queues before a service is there."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from tests.house import eventually
from tests.load.product_alone import Alone

AT_ONCE = 2_000
WITHIN_S = 3_600.0
EMPTY_EVERY_S = 5.0
KIBIBYTE, MEBIBYTE = 1_024, 1_048_576


@dataclass(frozen=True, slots=True)
class Drained:
    count: int
    per_s: float
    """From the first receipt on, so that the start of the services does not count."""
    memory_mib: Mapping[str, tuple[float, float]]
    """Resident memory of each service: after a fifth of the complaints, and after all."""
    stored_kib: float
    """On the database's disk for each complaint."""


async def drain(alone: Alone, count: int) -> Drained:
    alone.stop()
    await alone.path.clear()
    for start in range(0, count, AT_ONCE):
        await alone.publisher.all_at_once(alone.path.prepared(min(AT_ONCE, count - start)))
    alone.start()
    emptying = asyncio.create_task(_adapters_read(alone))
    try:
        begun = await _reached(alone, max(1, count // 100))
        fifth = await _memory_after(alone, count // 5)
        ended = await _reached(alone, count)
    finally:
        emptying.cancel()
    await eventually(lambda: alone.path.has_ended(count), within_s=WITHIN_S)
    now = memory_mib(alone)
    stored = await alone.path.stored_bytes() / count / KIBIBYTE
    return Drained(count, 0.99 * count / (ended - begun), {name: (fifth[name], now[name]) for name in now}, stored)


def memory_mib(alone: Alone) -> dict[str, float]:
    """The largest replica of each service."""
    return {name: max(psutil.Process(pid).memory_info().rss for pid in pids) / MEBIBYTE for name, pids in alone.pids().items()}


async def _memory_after(alone: Alone, count: int) -> dict[str, float]:
    await _reached(alone, count)
    return memory_mib(alone)


async def _reached(alone: Alone, count: int) -> float:
    await eventually(alone.path.receipts, lambda seen: seen >= count, within_s=WITHIN_S)
    return time.monotonic()


async def _adapters_read(alone: Alone) -> None:
    """What they do with their notices is not measured."""
    while True:
        await alone.path.purge()
        await asyncio.sleep(EMPTY_EVERY_S)
