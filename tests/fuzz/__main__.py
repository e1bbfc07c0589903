"""`make fuzz ARGS="--inputs 1000000 --seed 1 --jobs 2"`. Writes .redress/fuzz.json; exit status 1 on a crash or a slow input."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from deploy import programs
from deploy.processes import CODE
from tests.fuzz.running import Tally, piece, shares, taken, target_of
from tests.fuzz.targets import TARGETS

HOME = programs.place(CODE)
FOUND = HOME / "fuzz"
FILE = HOME / "fuzz.json"
PIECE = 1_000
"""Inputs that a process takes at a time."""
TOLD_EVERY_S = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _arguments(arguments)
    return _replayed(asked.replay) if asked.replay else _fuzzed(asked)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--target", action="append", choices=tuple(TARGETS), help="only this one; may be given more than once")
    parser.add_argument("--json", action="store_true", help="the result on standard output")
    parser.add_argument("--replay", nargs="+", type=Path, metavar="FILE", help="take inputs of .redress/fuzz/ again")
    return parser.parse_args(arguments)


def _fuzzed(asked: argparse.Namespace) -> int:
    counts = shares(asked.inputs, asked.target or tuple(TARGETS))
    tallies = {name: Tally() for name in counts}
    started = told = time.monotonic()
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        pieces = {pool.submit(piece, name, asked.seed, range(first, first + count), FOUND): name for name, first, count in _pieces(counts)}
        for done in as_completed(pieces):
            tallies[pieces[done]].add(done.result())
            if time.monotonic() - told > TOLD_EVERY_S:
                told = time.monotonic()
                _tell(tallies, asked.inputs, told - started)
                _written(tallies, asked.seed, told - started)
    result = _written(tallies, asked.seed, time.monotonic() - started)
    print(json.dumps(result) if asked.json else _table(result))
    return 1 if result["crashes"] or result["over_1s"] else 0


def _pieces(counts: dict[str, int]) -> Iterator[tuple[str, int, int]]:
    """In turns, so that a run that is ended early has seen every target."""
    longest = max(counts.values())
    for first in range(0, longest, PIECE):
        yield from ((name, first, min(PIECE, count - first)) for name, count in counts.items() if first < count)


def _result(tallies: dict[str, Tally], seed: int, seconds: float) -> dict[str, object]:
    whole = Tally()
    for one in tallies.values():
        whole.add(one)
    targets = {name: one.told() for name, one in tallies.items()}
    return {"seed": seed, "seconds": round(seconds, 1), **whole.told(), "targets": targets}


def _written(tallies: dict[str, Tally], seed: int, seconds: float) -> dict[str, object]:
    """On the way too, so that a run that is ended early leaves what it saw."""
    result = _result(tallies, seed, seconds)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def _tell(tallies: dict[str, Tally], inputs: int, seconds: float) -> None:
    done = sum(one.inputs for one in tallies.values())
    crashes, slow = sum(one.crashes for one in tallies.values()), sum(one.over_1s for one in tallies.values())
    print(f"{done:,} of {inputs:,} inputs, {done / seconds:.0f}/s, {crashes} crashes, {slow} over 1 s", file=sys.stderr, flush=True)


def _table(result: dict[str, object]) -> str:
    targets = result["targets"]
    assert isinstance(targets, dict)
    shown = ("inputs", "deep", "crashes", "over_1s", "slowest_ms")
    rows = [("target", *shown), *((name, *(str(one[key]) for key in shown)) for name, one in targets.items())]
    rows.append(("all", *(str(result[key]) for key in shown)))
    lines = ["  ".join(cell.ljust(14) for cell in row).rstrip() for row in rows]
    kinds = result["kinds"]
    assert isinstance(kinds, dict)
    return "\n".join([*lines, *(f"{times} times {kind}" for kind, times in kinds.items())])


def _replayed(files: Sequence[Path]) -> int:
    """Each one told; exit status 1 where one still fails."""
    status = 0
    for file in files:
        found = taken(target_of(file.name), file.read_bytes())
        print(f"{file.name}: {found.crash or 'no crash'}, {1_000 * found.spent_s:.0f} ms")
        status |= int(found.failed)
    return status


if __name__ == "__main__":
    sys.exit(main())
