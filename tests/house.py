"""A whole house for a test: all services as processes on a broker and databases of its own, and an adapter's way in."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
import httpx2
import psutil
from aio_pika.abc import AbstractChannel
from yarl import URL

from deploy import programs
from deploy.backing import Backing
from deploy.processes import Running, ServiceProcess, is_ready, start_services, stop_services, told_to_services
from shared.contracts import Message
from shared.settings import adapter_password, views_token
from tests.namespaces import Namespace

T = TypeVar("T")
CHECKOUT = Path(__file__).resolve().parents[1]
WITHIN_S = 30.0
NO_IDLE_CONNECTIONS = httpx2.Limits(max_keepalive_connections=0)
FAST_LADDER = {"REDRESS_RETRY_DELAYS_MS": "[200, 400]"}


@dataclass
class RunningHouse:
    namespace: Namespace
    running: Running
    root: Path
    environment: Mapping[str, str]
    _channels: dict[str, AbstractChannel] = field(default_factory=dict)
    # One for all questions: a new one reads all certificates of the system. No connection is kept, since a service may be killed.
    _client: httpx2.AsyncClient = field(default_factory=lambda: httpx2.AsyncClient(timeout=10, limits=NO_IDLE_CONNECTIONS))

    async def channel(self, user: str | None = None) -> AbstractChannel:
        """Of an adapter, or of the administrator."""
        if (user or "") not in self._channels:
            url = URL(self.namespace.amqp_url)
            own = url if user is None else url.with_user(user).with_password(adapter_password(self.namespace.secret, user))
            connection = await aio_pika.connect(str(own))
            self._channels[user or ""] = await connection.channel(publisher_confirms=True, on_return_raises=True)
        return self._channels[user or ""]

    async def publish(self, message: Message, *, body: bytes | None = None, user: str | None = None) -> None:
        """As its adapter does it: confirmed, persistent, mandatory, vouched for by the broker."""
        sender = user or getattr(message, "adapter", None)
        exchange = await (await self.channel(sender)).get_exchange(message.exchange, ensure=False)
        properties = aio_pika.Message(
            body or message.model_dump_json(exclude_none=True).encode(),
            message_id=message.fixed_id or os.urandom(8).hex(),
            type=message.key,
            user_id=sender or URL(self.namespace.amqp_url).user,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await exchange.publish(properties, routing_key=message.routing_key, mandatory=True)

    async def publish_all(self, messages: Sequence[Message]) -> None:
        for message in messages:
            await self.publish(message)

    async def view(self, service: str, path: str, **query: str) -> Any:
        token = {"authorization": f"Bearer {views_token(self.namespace.secret)}"}
        answer = await self._client.get(self.running.of(service).url + path, params=query, headers=token)
        return answer.json() if answer.status_code == httpx2.codes.OK else None

    async def metrics(self, service: str) -> str:
        return (await self._client.get(f"{self.running.of(service).url}/metrics")).text

    async def ready(self, service: str) -> bool:
        try:
            return (await self._client.get(f"{self.running.of(service).url}/health/ready")).status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False

    def signal(self, service: str, number: signal.Signals) -> None:
        os.kill(self.running.of(service).pid, number)

    async def stop(self, service: str, replica: int = 1) -> int:
        """As a supervisor stops it: asked, and waited for. Its exit status."""
        process = psutil.Process(self._replica(service, replica).pid)
        process.send_signal(signal.SIGTERM)
        return int(await asyncio.to_thread(process.wait, WITHIN_S) or 0)

    async def restart(self, service: str, replica: int = 1) -> None:
        """The same replica on the same port, as an operator's supervisor would."""
        process = self._replica(service, replica)
        command = (
            sys.executable,
            "-m",
            "faststream",
            "run",
            f"services.{service}.app:build",
            "--factory",
            "--host",
            "127.0.0.1",
            "--port",
            str(process.port),
        )
        pid = programs.spawn(self.root, programs.Program(process.name, command, env=told_to_services(self.environment), cwd=CHECKOUT))
        processes = tuple(replace(one, pid=pid) if one is process else one for one in self.running.processes)
        self.running = Running(processes)
        await eventually(lambda: asyncio.to_thread(is_ready, self._replica(service, replica)))

    def _replica(self, service: str, replica: int) -> ServiceProcess:
        return next(one for one in self.running.processes if (one.service, one.replica) == (service, replica))

    def forget(self, user: str) -> None:
        """The broker closed this user's channel: the next one is new."""
        self._channels.pop(user, None)

    async def close(self) -> None:
        await self._client.aclose()
        for channel in self._channels.values():
            await channel.close()


async def eventually(look: Callable[[], Awaitable[T]], wanted: Callable[[T], bool] = bool, within_s: float = WITHIN_S) -> T:
    """What `look` sees once it is as wanted; what it saw last where the time runs out."""
    deadline = time.monotonic() + within_s
    while not wanted(seen := await look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s; last seen: {seen!r}")
        await asyncio.sleep(0.05)
    return seen


@contextmanager
def a_house(
    namespace: Namespace, root: Path, settings: Mapping[str, str], replicas: Mapping[str, int] | None = None
) -> Iterator[RunningHouse]:
    backing = Backing(namespace.amqp_url, namespace.management_url, namespace.mongo_url, "env")
    environment = {**os.environ, **namespace.environment, **settings}
    running = start_services(root, backing, replicas=replicas or {}, extra_env=environment)
    try:
        yield RunningHouse(namespace, running, root, environment)
    finally:
        stop_services(root)
