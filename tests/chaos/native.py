"""One node of the installed RabbitMQ, killed, stopped and started again with its data."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from deploy import packages, programs, rabbitmq_node
from deploy.ports import free_ports
from tests.chaos.stage import Address, Broker

LOOPBACK = rabbitmq_node.LOOPBACK
STOP_WITHIN_S = 30.0
WATERMARK = ("absolute", "1GiB")
"""What rabbitmq_node configures."""

NO_MEMORY = ("0.00001",)


@dataclass
class OneNode:
    root: Path
    numbers: rabbitmq_node.Ports
    user: str
    password: str
    name: str

    @property
    def amqp(self) -> list[Address]:
        return [Address(LOOPBACK, self.numbers.amqp)]

    @property
    def management(self) -> list[Address]:
        return [Address(LOOPBACK, self.numbers.management)]

    async def kill(self) -> None:
        process = programs.running(self.root, rabbitmq_node.NAME)
        if process is not None:
            process.send_signal(signal.SIGKILL)
            await asyncio.to_thread(process.wait, STOP_WITHIN_S)

    async def stop(self) -> None:
        await asyncio.to_thread(programs.end, self.root, [rabbitmq_node.NAME], patience_s=STOP_WITHIN_S)

    async def start(self) -> None:
        if programs.running(self.root, rabbitmq_node.NAME) is None:
            await asyncio.to_thread(rabbitmq_node.start, self.root, self.numbers)

    async def raise_memory_alarm(self) -> None:
        await self._control("set_vm_memory_high_watermark", *NO_MEMORY)

    async def clear_memory_alarm(self) -> None:
        await self._control("set_vm_memory_high_watermark", *WATERMARK)

    async def _control(self, *command: str) -> None:
        """With the node's own environment, which holds its name, cookie and ports."""
        process = programs.running(self.root, rabbitmq_node.NAME)
        assert process is not None, "the broker does not run"
        await asyncio.to_thread(_run, [str(packages.rabbitmq_server().with_name("rabbitmqctl")), *command], process.environ())


@asynccontextmanager
async def broker(root: Path) -> AsyncIterator[Broker]:
    numbers = rabbitmq_node.Ports(*free_ports(5))
    try:
        amqp_url, management_url = await asyncio.to_thread(rabbitmq_node.start, root, numbers)
        url = urlsplit(amqp_url)
        version = (await asyncio.to_thread(httpx2.get, f"{management_url}/api/overview")).json()["rabbitmq_version"]
        yield OneNode(root, numbers, url.username or "", url.password or "", f"RabbitMQ {version}, one node")
    finally:
        await asyncio.to_thread(_end, root)


def _run(command: Sequence[str], env: Mapping[str, str]) -> None:
    subprocess.run(command, env=env, check=True, capture_output=True)


def _end(root: Path) -> None:
    for name in (rabbitmq_node.NAME, rabbitmq_node.EPMD):
        programs.end(root, [name], patience_s=STOP_WITHIN_S)
        programs.sweep(root, name)
