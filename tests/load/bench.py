"""`make bench`: what Redress does in a second, and what it costs. Every figure goes to .redress/bench.json."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from deploy import backing, programs
from deploy.cli.interruption import interruptible
from deploy.problem import SetupError
from deploy.processes import CODE
from tests.load import alone, lineup, report
from tests.load.contender import Contender
from tests.load.figures import Measured
from tests.load.hops_path import HopsPath
from tests.load.letters import letter_box
from tests.load.measuring import TooSlow, at_rate, full_speed
from tests.load.publishing import Publisher, publisher
from tests.load.report import Results
from tests.load.understanding import understanding_ms
from tests.namespaces import namespace_in

HOME = programs.place(CODE) / "bench"
FILE = programs.place(CODE) / "bench.json"
HALF = 0.5
LINE_UP = "line-up"
USUAL = (LINE_UP, "duplicates", "starting")


@dataclass(frozen=True, slots=True)
class Plan:
    rounds: int
    share: float
    """of the usual number of complaints"""
    warm_share: float
    rated_rounds: int
    rated_s: float


FULL = Plan(rounds=7, share=1.0, warm_share=0.25, rated_rounds=3, rated_s=8.0)
QUICK = Plan(rounds=2, share=0.15, warm_share=0.05, rated_rounds=1, rated_s=2.0)


@dataclass(frozen=True, slots=True)
class Entrant:
    contender: Contender
    publisher: Publisher


async def line_up(plan: Plan, found: backing.Backing) -> Measured:
    """Everybody in turn, round after round, on one broker and one database."""
    async with AsyncExitStack() as stack:
        entrants = [await stack.enter_async_context(_entrant(one)) for one in await _lineup(stack, found)]
        results = await _all_rounds(entrants, plan)
    return Measured(report.figures(results), [report.table(results)])


async def _all_rounds(entrants: Sequence[Entrant], plan: Plan) -> Results:
    results, world = Results(), lineup.backing_pids(HOME)
    results.understanding_ms = understanding_ms()
    for one in entrants:
        await full_speed(one.contender, one.publisher, max(50, round(plan.warm_share * one.contender.count)), world)
    for number in range(plan.rounds):
        for one in _rotated(entrants, number):
            measured = await full_speed(one.contender, one.publisher, round(plan.share * one.contender.count), world)
            results.rounds.setdefault(one.contender.name, []).append(measured)
            _say(f"round {number + 1} of {plan.rounds}: {one.contender.name} {measured.per_s:.0f}/s")
    for number in range(plan.rated_rounds):
        for one in _rotated(entrants, number):
            name = one.contender.name
            results.rates[name] = HALF * results.per_s(name)
            taken = await at_rate(one.contender, one.publisher, results.rates[name], plan.rated_s)
            results.latencies_ms.setdefault(name, []).append(taken)
            _say(f"half load {number + 1} of {plan.rated_rounds}: {name} at {results.rates[name]:.0f}/s")
    results.rounds = {one.contender.name: results.rounds[one.contender.name] for one in entrants}
    return results


def _rotated(entrants: Sequence[Entrant], by: int) -> list[Entrant]:
    """Nobody always comes after the same one first."""
    first = by % len(entrants)
    return [*entrants[first:], *entrants[:first]]


async def _lineup(stack: AsyncExitStack, found: backing.Backing) -> list[Contender]:
    box = await stack.enter_async_context(letter_box())
    corners = [stack.enter_context(namespace_in(found)) for _ in range(3)]
    lineup.declare(corners[1])
    return [
        lineup.product(HOME, found, corners[0], box),
        lineup.equal_work(HOME, corners[1], box),
        lineup.hops(HOME, corners[2], lineup.GROUP_COMMIT),
        lineup.hops(HOME, corners[2], lineup.CONCURRENT),
        *(lineup.celery(HOME, corners[2], name) for name in lineup.CELERY),
    ]


@asynccontextmanager
async def _entrant(contender: Contender) -> AsyncIterator[Entrant]:
    if isinstance(contender.path, HopsPath):
        await contender.path.lay()
    try:
        await contender.crew.start()
        _say(f"{contender.name} is ready")
        async with publisher(dict(contender.path.users)) as out:
            yield Entrant(contender, out)
    finally:
        contender.crew.stop()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


async def measured(parts: Sequence[str], plan: Plan) -> Measured:
    found = backing.start(HOME, os.environ.get("BACKING") or None)
    try:
        whole = Measured({}, [])
        for part in parts:
            _say(f"{part} …")
            told = await (line_up(plan, found) if part == LINE_UP else alone.PARTS[part](HOME, found, plan.rounds))
            whole = Measured(whole.figures | told.figures, [*whole.tables, *told.tables])
        return whole
    finally:
        backing.stop(HOME)


def main() -> None:
    asked = _asked()
    plan = QUICK if asked.quick else FULL
    if asked.rounds:
        plan = Plan(asked.rounds, plan.share, plan.warm_share, plan.rated_rounds, plan.rated_s)
    HOME.mkdir(exist_ok=True)
    try:
        with interruptible():
            told = asyncio.run(measured(asked.parts or USUAL, plan))
    except (SetupError, TooSlow) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("stopped; everything that ran is ended")
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    known |= told.figures
    known["targets"] = report.targets(known)
    FILE.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if asked.json:
        print(json.dumps(told.figures, ensure_ascii=False))
        return
    print("\n\n".join([*map(report.as_markdown, told.tables), "\n".join(report.verdicts(told.figures))]))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, epilog='example: make bench ARGS="backlog scaling"')
    parts = (LINE_UP, *alone.PARTS)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(parts)}; {', '.join(USUAL)} where nothing is said")
    parser.add_argument("--rounds", type=int, default=0, help=f"{FULL.rounds} where nothing is said, {QUICK.rounds} with --quick")
    parser.add_argument("--quick", action="store_true", help="few complaints, to see that it works")
    parser.add_argument("--json", action="store_true", help="the figures instead of the tables")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.parts) - set(parts)):
        parser.error(f"no part is called {unknown[0]!r}; there are {', '.join(parts)}")
    return asked


if __name__ == "__main__":
    main()
