"""One fuzzing run: inputs spread over targets and processes, each input its own seed; what fails is kept and can be taken again."""

import time
import traceback
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

from services.intake.app import keep_detectors_quiet
from services.intake.time_limit import TimeLimit, TookTooLong
from tests.fuzz.targets import TARGETS, Target

SLOW_S = 1.0
HANGS_S = 20.0
KEPT_OF_A_KIND = 3
NEARLY_SLOW_S = 0.5


@dataclass
class Tally:
    """What became of one target's inputs. Times are processor time, so that a busy machine makes nobody slow."""

    inputs: int = 0
    deep: int = 0
    """Those that went the whole way; the others were refused on it."""
    crashes: int = 0
    over_1s: int = 0
    slowest_ms: float = 0.0
    spent_s: float = 0.0
    kinds: dict[str, int] = field(default_factory=dict)
    """How often each kind of crash was met."""
    kept: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.inputs += other.inputs
        self.deep += other.deep
        self.crashes += other.crashes
        self.over_1s += other.over_1s
        self.slowest_ms = max(self.slowest_ms, other.slowest_ms)
        self.spent_s += other.spent_s
        for kind, times in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + times
        self.kept += other.kept

    def told(self) -> dict[str, object]:
        return asdict(self) | {"slowest_ms": round(self.slowest_ms, 1), "spent_s": round(self.spent_s, 1)}


def inputs_of(target: Target, seed: int, numbers: Iterable[int]) -> Iterable[bytes]:
    """The same seed and number give the same input, in whatever process."""
    return (target.make(Random(f"{seed}/{target.name}/{number}")) for number in numbers)


def piece(name: str, seed: int, numbers: Iterable[int], folder: Path) -> Tally:
    """What one process does at a time. What fails is kept in the folder."""
    keep_detectors_quiet()
    target, tally = TARGETS[name], Tally()
    for data in inputs_of(target, seed, numbers):
        _one(target, data, tally, folder)
    return tally


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one input."""

    deep: bool
    crash: str | None
    """The kind of crash, if there was one."""
    spent_s: float

    @property
    def failed(self) -> bool:
        return self.crash is not None or self.spent_s > SLOW_S


def _one(target: Target, data: bytes, tally: Tally, folder: Path) -> None:
    found = taken(target, data)
    tally.inputs += 1
    tally.deep += found.deep
    tally.crashes += found.crash is not None
    tally.over_1s += found.spent_s > SLOW_S
    tally.spent_s += found.spent_s
    tally.slowest_ms = max(tally.slowest_ms, 1_000 * found.spent_s)
    kind = found.crash or ("slow" if found.spent_s > NEARLY_SLOW_S else None)
    if kind:
        tally.kinds[kind] = tally.kinds.get(kind, 0) + 1
        if tally.kinds[kind] <= KEPT_OF_A_KIND:
            tally.kept.append(_keep(target, data, folder))


def taken(target: Target, data: bytes) -> Taken:
    deep, crash = False, None
    started = time.thread_time()
    try:
        deep = TimeLimit(HANGS_S).run(lambda: target.take(data))
    except TookTooLong:
        crash = "hang"
    except Exception as error:  # noqa: BLE001 - whatever is raised is what we look for
        crash = kind_of(error)
    return Taken(deep, crash, time.thread_time() - started)


def kind_of(error: Exception) -> str:
    """Type, and the last line of ours that was on the way: the same fault is told once."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "/services/" in one.filename or "/shared/" in one.filename] or frames
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def _keep(target: Target, data: bytes, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{target.name}.{sha256(data).hexdigest()[:12]}"
    (folder / name).write_bytes(data)
    return name


def target_of(name: str) -> Target:
    """Of a kept input, by its file's name."""
    return TARGETS[name.partition(".")[0]]


def shares(inputs: int, chosen: Iterable[str]) -> dict[str, int]:
    """How many of the inputs each target gets."""
    targets = [TARGETS[name] for name in chosen]
    whole = sum(one.share for one in targets)
    counts = {one.name: inputs * one.share // whole for one in targets}
    counts[targets[0].name] += inputs - sum(counts.values())
    return counts
