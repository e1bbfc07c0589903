"""More replicas of every service: what they bring on this machine, and what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from deploy.backing import Backing
from deploy.house import SERVICES
from tests.load.figures import medians
from tests.load.measuring import full_speed
from tests.load.product_alone import product_alone

REPLICAS = (1, 2, 4)
COUNT = 2_000


@dataclass(frozen=True, slots=True)
class Scaled:
    replicas: int
    per_s: float
    cpu_ms: Mapping[str, float]


async def scaling(root: Path, found: Backing, rounds: int) -> list[Scaled]:
    return [await _with(root, found, replicas, rounds) for replicas in REPLICAS]


async def _with(root: Path, found: Backing, replicas: int, rounds: int) -> Scaled:
    async with product_alone(root, found, dict.fromkeys(SERVICES, replicas)) as alone:
        contender = alone.contender
        await full_speed(contender, alone.publisher, COUNT // 4, {})
        seen = [await full_speed(contender, alone.publisher, COUNT, {**alone.pids(), **alone.world}) for _ in range(rounds)]
    return Scaled(replicas, median(one.per_s for one in seen), medians([one.cpu_ms for one in seen]))


def table(scaled: Sequence[Scaled]) -> list[list[str]]:
    names = list(scaled[0].cpu_ms)
    rows = [
        [str(one.replicas), f"{one.per_s:.0f}", f"{one.per_s / scaled[0].per_s:.2f} ×", *(f"{one.cpu_ms[name]:.2f}" for name in names)]
        for one in scaled
    ]
    return [["replicas of each", "complaints/s", "beside one", *(f"{name} ms" for name in names)], *rows]
