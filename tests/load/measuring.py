"""One round of one contender: how fast, at what cost, and how long a complaint takes at a given rate."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.load.consumption import spent_by
from tests.load.contender import Contender
from tests.load.publishing import Publisher

ASK_EVERY_S = 0.02
END_WITHIN_S = 60.0
ADAPTERS = "adapters"
"""This process: publishes for all adapters and takes their letters."""

WARMING_SHARE = 0.2
"""The first complaints of a rated round, left out."""


@dataclass(frozen=True, slots=True)
class Round:
    per_s: float
    cpu_ms: Mapping[str, float]
    """Processor time for each complaint, by process."""


class TooSlow(Exception):
    """A contender did not come to its end in time. Operator: read its logs."""


async def full_speed(contender: Contender, publisher: Publisher, count: int, others: Mapping[str, Sequence[int]]) -> Round:
    """Publishes everything at once. The processor time counts until nothing goes on any more, letters included."""
    await contender.path.clear()
    messages = contender.path.prepared(count)
    processes = {**contender.crew.pids(), **others}
    before, here = spent_by(processes), time.process_time()
    started = time.monotonic()
    publishing = asyncio.create_task(publisher.all_at_once(messages))
    seconds = await _until_ended(contender, count) - started
    await publishing
    await _until_idle(contender)
    after = spent_by(processes)
    cpu = {name: (after[name] - before[name]) / count for name in processes}
    return Round(count / seconds, cpu | {ADAPTERS: 1_000 * (time.process_time() - here) / count})


async def at_rate(contender: Contender, publisher: Publisher, per_s: float, for_s: float) -> list[float]:
    """Milliseconds from handing a complaint over to what it caused, in the order of sending, without the first ones."""
    await contender.path.clear()
    messages = contender.path.prepared(max(20, round(per_s * for_s)))
    async with contender.path.arrivals() as arrived:
        sent_at = await publisher.at_rate(messages, per_s)
        deadline = time.monotonic() + END_WITHIN_S
        while not sent_at.keys() <= arrived.keys():
            _mind(deadline, contender, f"{len(sent_at.keys() - arrived.keys())} of {len(messages)} missing")
            await asyncio.sleep(ASK_EVERY_S)
        taken = [1_000 * (arrived[name] - at) for name, at in sent_at.items()]
    await _until_idle(contender)
    return taken[int(WARMING_SHARE * len(taken)) :]


async def _until_ended(contender: Contender, count: int) -> float:
    deadline = time.monotonic() + END_WITHIN_S
    while not await contender.path.has_ended(count):
        _mind(deadline, contender, f"not all of {count} ended")
        await asyncio.sleep(ASK_EVERY_S)
    return time.monotonic()


async def _until_idle(contender: Contender) -> None:
    deadline = time.monotonic() + END_WITHIN_S
    while not await contender.path.is_idle():
        _mind(deadline, contender, "not idle")
        await asyncio.sleep(ASK_EVERY_S)


def _mind(deadline: float, contender: Contender, found: str) -> None:
    if time.monotonic() > deadline:
        raise TooSlow(f"{contender.name}: {found} after {END_WITHIN_S:g} s")
