"""The parts of the benchmark that look at the product alone: name, what is done, and what is told of it."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from deploy.backing import Backing
from tests.load import backlog, commands, duplicates, scaling, starting
from tests.load.figures import Measured
from tests.load.product_alone import product_alone

SMALL, LARGE = 2_000, 200_000


async def _duplicates(root: Path, found: Backing, rounds: int) -> Measured:
    async with product_alone(root, found) as product:
        seen = await duplicates.duplicates(product, rounds)
    ratio = duplicates.ratio(seen)
    rows = [[f"{one.new_ms:.2f}", f"{one.again_ms:.2f}", f"{one.again_ms / one.new_ms:.2f}"] for one in seen]
    return Measured({"duplicate_ratio": round(ratio, 3)}, [[["new, ms", "again, ms", "ratio"], *rows]])


async def _starting(root: Path, found: Backing, rounds: int) -> Measured:
    async with product_alone(root, found) as product:
        seconds = starting.start_seconds(product, rounds)
    told = {name: round(value, 2) for name, value in seconds.items()}
    rows = [[name, f"{value:.2f}"] for name, value in seconds.items()]
    return Measured({"start_s": told, "slowest_start_s": max(told.values())}, [[["service", "ready after, s"], *rows]])


async def _backlog(root: Path, found: Backing, _: int) -> Measured:
    async with product_alone(root, found) as product:
        small = await backlog.drain(product, SMALL)
        large = await backlog.drain(product, LARGE)
    after = {name: now for name, (_, now) in large.memory_mib.items()}
    figures = {
        "backlog_ratio": round(large.per_s / small.per_s, 3),
        "backlog_per_s": {str(one.count): round(one.per_s, 1) for one in (small, large)},
        "memory_mib": round(max(after.values()), 1),
        "stored_kib": round(large.stored_kib, 2),
        "memory_growth": round(max(now / early for early, now in large.memory_mib.values()), 3),
    }
    speed = [
        ["complaints waiting", "worked off, /s", "KiB stored each"],
        *([f"{one.count:,}", f"{one.per_s:.0f}", f"{one.stored_kib:.1f}"] for one in (small, large)),
    ]
    memory = [[name, f"{early:.0f}", f"{now:.0f}"] for name, (early, now) in large.memory_mib.items()]
    return Measured(figures, [speed, [["service", f"MiB after {LARGE // 5:,}", f"MiB after {LARGE:,}"], *memory]])


async def _scaling(root: Path, found: Backing, rounds: int) -> Measured:
    seen = await scaling.scaling(root, found, rounds)
    return Measured({"scaling_per_s": {str(one.replicas): round(one.per_s, 1) for one in seen}}, [scaling.table(seen)])


async def _commands(root: Path, found: Backing, rounds: int) -> Measured:
    return await commands.commands(root, found, rounds)


PARTS: Mapping[str, Callable[[Path, Backing, int], Awaitable[Measured]]] = {
    "duplicates": _duplicates,
    "starting": _starting,
    "backlog": _backlog,
    "scaling": _scaling,
    "commands": _commands,
}
