"""A replica whose clock is an hour ahead: only its wall clock, as on a host that nobody set right. By libfaketime."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy import packages
from deploy.house import SERVICES
from deploy.problem import SetupError
from tests.chaos.scene import Scene

AN_HOUR_AHEAD = {"FAKETIME": "+1h", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
AHEAD = timedelta(minutes=59)


async def set_a_clock_wrong(scene: Scene) -> None:
    preloaded = {"LD_PRELOAD": str(await asyncio.to_thread(faketime)), **AN_HOUR_AHEAD}
    wrong = [scene.crew.of(service)[0] for service in SERVICES]
    for process in wrong:
        scene.crew.replace(process, preloaded)
    await scene.crew.wait_until_ready([one.name for one in wrong])
    for process in wrong:
        ahead = await scene.crew.clock_of(process) - datetime.now(UTC)
        if ahead < AHEAD:
            raise RuntimeError(f"the clock of {process.name} is ahead by {ahead} only")


async def set_it_right(scene: Scene) -> None:
    for service in SERVICES:
        scene.crew.replace(scene.crew.of(service)[0], {})


def faketime() -> Path:
    if (found := _faketime()) is None:
        packages.install(["libfaketime"], found="libfaketime is not installed: one fault needs a clock that is wrong.")
        found = _faketime()
    if found is None:
        raise SetupError("libfaketime was installed, but is in no known place.", cure="look for libfaketime.so.1.")
    return found


def _faketime() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
