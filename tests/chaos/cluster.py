"""Three nodes of RabbitMQ in containers; one of them at a time is taken away, another one each time."""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2

from deploy import docker_engine, programs
from deploy.ports import free_ports
from deploy.problem import SetupError
from tests.chaos.stage import Address, Broker
from tests.composed import docker
from tests.containers import rabbitmq_image
from tests.house import eventually

COMPOSE_FILE = Path(__file__).with_name("cluster.compose.yaml")
LOOPBACK = "127.0.0.1"
USER = "chaos"
NODES = ("rabbit1", "rabbit2", "rabbit3")
STOP_WITHIN_S = 60
WHOLE_WITHIN_S = 120.0
WATERMARK = ("absolute", "1GiB")
"""What cluster.conf says."""

NO_MEMORY = ("0.00001",)


@dataclass(frozen=True, slots=True)
class Node:
    """As compose, the other nodes and this machine reach it."""

    name: str
    amqp: Address
    management: Address


@dataclass
class Cluster:
    nodes: tuple[Node, ...]
    compose: Callable[..., Awaitable[str]]
    password: str = field(repr=False)
    user: str = USER
    name: str = "RabbitMQ, three nodes"
    away: Node | None = None
    _alarmed: Node | None = None
    _next: Iterator[Node] = field(init=False)

    def __post_init__(self) -> None:
        self._next = itertools.cycle(self.nodes)

    @property
    def amqp(self) -> list[Address]:
        return [one.amqp for one in self.nodes]

    @property
    def management(self) -> list[Address]:
        return [one.management for one in self.nodes]

    async def kill(self) -> None:
        await self.compose("kill", self._taken().name)

    async def stop(self) -> None:
        await self.compose("stop", "--timeout", str(STOP_WITHIN_S), self._taken().name)

    async def start(self) -> None:
        """Returns when any node may be lost again: the one that was away has caught up."""
        if self.away is not None:
            await self.compose("start", self.away.name)
            await self.whole()
            self.away = None

    async def raise_memory_alarm(self) -> None:
        """One node is enough: all of them block their publishers."""
        self._alarmed = self._there()
        await self._watermark(self._alarmed, *NO_MEMORY)

    async def clear_memory_alarm(self) -> None:
        """A node that was killed meanwhile has forgotten it."""
        if self._alarmed is not None and self._alarmed is not self.away:
            await self._watermark(self._alarmed, *WATERMARK)
        self._alarmed = None

    async def whole(self) -> None:
        """Until every node sees all of them, and none of them is needed for a majority of any queue."""
        async with self._client() as client:
            await eventually(lambda: _needed(client, self.nodes), lambda needed: not needed, WHOLE_WITHIN_S)

    async def told(self, path: str) -> Any:
        """By the management API of a node that is here."""
        async with self._client() as client:
            return (await client.get(_api(self._there(), path))).raise_for_status().json()

    def _there(self) -> Node:
        return next(one for one in self.nodes if one is not self.away)

    def _taken(self) -> Node:
        if self.away is not None:
            raise RuntimeError(f"{self.away.name} is away: without another one there would be no majority")
        self.away = next(self._next)
        return self.away

    async def _watermark(self, node: Node, *value: str) -> None:
        await self.compose("exec", "-T", node.name, "rabbitmqctl", "set_vm_memory_high_watermark", *value)

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(auth=(self.user, self.password), timeout=10, trust_env=False)


@asynccontextmanager
async def broker(root: Path) -> AsyncIterator[Broker]:
    """What a crashed run with the same `root` left is removed first. The nodes' last words are in its logs."""
    if not await asyncio.to_thread(docker_engine.engine_answers):
        raise SetupError("no Docker engine answers, and three nodes stand in containers.", cure="start it, or choose another stage.")
    ports, password = free_ports(2 * len(NODES)), secrets.token_hex(20)
    nodes = tuple(
        Node(name, Address(LOOPBACK, ports[2 * number]), Address(LOOPBACK, ports[2 * number + 1])) for number, name in enumerate(NODES)
    )
    compose = _compose(root, nodes, password)
    cluster = Cluster(nodes, compose, password)
    try:
        await compose("down", "--volumes", "--timeout", "0")
        await compose("up", "--detach", "--quiet-pull")
        await cluster.whole()
        cluster.name = f"RabbitMQ {(await cluster.told('overview'))['rabbitmq_version']}, three nodes"
        yield cluster
    finally:
        programs.log_of(root, "cluster").write_text(await compose("logs", "--no-color", "--timestamps"), encoding="utf-8")
        await compose("down", "--volumes", "--timeout", "0")


def _compose(root: Path, nodes: tuple[Node, ...], password: str) -> Callable[..., Awaitable[str]]:
    project = f"redress-chaos-{sha256(str(root.resolve()).encode()).hexdigest()[:8]}"
    told = {"BROKER_IMAGE": rabbitmq_image(), "BROKER_USER": USER, "BROKER_PASSWORD": password}
    for node in nodes:
        told |= {f"{node.name.upper()}_AMQP": str(node.amqp.port), f"{node.name.upper()}_MANAGEMENT": str(node.management.port)}

    async def compose(*arguments: str) -> str:
        chosen = ("compose", "--file", str(COMPOSE_FILE), "--project-name", project)
        return await asyncio.to_thread(docker, *chosen, *arguments, **told)

    return compose


async def _needed(client: httpx2.AsyncClient, nodes: Sequence[Node]) -> list[str]:
    """Names of nodes that are not here yet, or without which some queue would lose its majority."""
    return [one.name for one in nodes if not await _is_dispensable(client, one)]


async def _is_dispensable(client: httpx2.AsyncClient, node: Node) -> bool:
    try:
        seen = await client.get(_api(node, "nodes"))
        uncritical = await client.get(_api(node, "health/checks/node-is-quorum-critical"))
    except httpx2.TransportError:
        return False
    return seen.is_success and uncritical.is_success and [one["running"] for one in seen.json()] == [True] * len(NODES)


def _api(node: Node, path: str) -> str:
    return f"http://{node.management.host}:{node.management.port}/api/{path}"
