"""The processes of a contender: the product's services as `redress up` starts them, or programs of the benchmark."""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aio_pika

from deploy import programs
from deploy.backing import Backing
from deploy.problem import SetupError
from deploy.processes import CODE, recorded, start_services, stop_services

READY_WITHIN_S = 30.0
END_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Services:
    root: Path
    backing: Backing
    env: Mapping[str, str]

    async def start(self) -> None:
        start_services(self.root, self.backing, replicas={}, extra_env=self.env)

    def stop(self) -> None:
        stop_services(self.root)

    def pids(self) -> Mapping[str, Sequence[int]]:
        return {process.service: [process.pid] for process in recorded(self.root).processes}


@dataclass(frozen=True, slots=True)
class Programs:
    """Ready when every queue has a consumer."""

    root: Path
    env: Mapping[str, str]
    commands: Mapping[str, tuple[str, ...]]
    """Name of the program → what stands behind `python -m`."""
    queues: Sequence[str]

    async def start(self) -> None:
        self.stop()
        for name, command in self.commands.items():
            programs.spawn(self.root, programs.Program(name, (sys.executable, "-m", *command), self.env, CODE))
        deadline = time.monotonic() + READY_WITHIN_S
        while waiting := await without_consumer(self.env["REDRESS_AMQP_URL"], self.queues):
            if time.monotonic() > deadline:
                said = "\n".join(programs.last_lines(self.root, name) for name in self.commands)
                raise SetupError(f"nobody consumes {waiting[0]} after {READY_WITHIN_S:g} s.\n{said}", cure=f"read the logs in {self.root}.")
            await asyncio.sleep(0.1)

    def stop(self) -> None:
        programs.end(self.root, list(self.commands), patience_s=END_WITHIN_S)
        for name in self.commands:
            programs.sweep(self.root, name)

    def pids(self) -> Mapping[str, Sequence[int]]:
        found = {name: programs.running(self.root, name) for name in self.commands}
        return {name: [process.pid] for name, process in found.items() if process}


async def without_consumer(url: str, queues: Sequence[str]) -> list[str]:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        declared = [await channel.declare_queue(name, passive=True) for name in queues]
    return [one.name for one in declared if not one.declaration_result.consumer_count]
