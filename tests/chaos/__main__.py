"""`make chaos`: kills, stops and fills up whatever the house stands on while complaints come in. Writes .redress/chaos.json."""

import argparse
import asyncio
import json
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path

from rich.console import Console

from deploy import programs
from deploy.cli.interruption import interruptible
from deploy.problem import SetupError
from deploy.processes import CODE
from tests.chaos import report
from tests.chaos.faults import CATALOGUE
from tests.chaos.run import Parameters, run
from tests.chaos.stage import Broker

HOME = programs.place(CODE) / "chaos"
FILE = programs.place(CODE) / "chaos.json"
STAGES = ("native", "cluster")
BROKEN, CANNOT = 1, 2


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make chaos",
        description=__doc__,
        epilog='example: make chaos ARGS="--complaints 100000 --rate 150 --faults 30 --seed 7 --stage native"',
    )
    parser.add_argument("--complaints", type=int, default=20_000, help="new complaints; follow-ups, repeats and rubbish come on top")
    parser.add_argument("--rate", type=float, default=100.0, metavar="PER_S", help="new complaints a second")
    parser.add_argument("--faults", type=int, default=len(CATALOGUE), help=f"how many; the catalogue has {len(CATALOGUE)} and is repeated")
    parser.add_argument("--only", default="", metavar="WORDS", help="faults whose name contains these words alone")
    parser.add_argument("--share", type=float, default=1.0, help="of the time that each fault lasts in the long form")
    parser.add_argument("--replicas", type=int, default=2, help="of each service")
    parser.add_argument("--seed", type=int, default=7, help="decides the order of messages and faults")
    parser.add_argument("--stage", choices=STAGES, default=STAGES[0], help="one RabbitMQ node, or three of which one goes away")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args(arguments)


def parameters(told: argparse.Namespace) -> Parameters:
    catalogue = [one for one in CATALOGUE if told.only in one.name]
    if not catalogue or told.complaints < 1 or told.rate <= 0:
        raise SetupError("nothing to do with these parameters.", cure="see `make chaos ARGS=--help`.")
    return Parameters(told.complaints, told.rate, told.faults, told.seed, told.replicas, told.share, catalogue)


def broker_of(stage: str) -> AbstractAsyncContextManager[Broker]:
    made: Callable[[Path], AbstractAsyncContextManager[Broker]] = import_module(f"tests.chaos.{stage}").broker
    return made(HOME / "broker")


def main(arguments: list[str]) -> int:
    told, began = parsed(arguments), time.monotonic()
    shutil.rmtree(HOME, ignore_errors=True)
    try:
        with interruptible():
            found = asyncio.run(
                run(
                    HOME,
                    broker_of(told.stage),
                    parameters(told),
                    lambda said: print(f"{time.monotonic() - began:6.1f} {said}", file=sys.stderr),
                )
            )
    except SetupError as error:
        print(error, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("stopped; everything that ran is ended", file=sys.stderr)
        return CANNOT
    report.write(found, FILE)
    if told.json:
        print(json.dumps(found.told(), ensure_ascii=False))
    else:
        report.show(found, Console(width=150))
    return 0 if found.holds else BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
