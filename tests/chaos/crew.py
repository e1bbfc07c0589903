"""The replicas of all services, and a supervisor that starts again whatever dies, as systemd or Kubernetes would."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import psutil

from deploy import programs
from deploy.backing import Backing
from deploy.house import SERVICES
from deploy.ports import free_ports
from deploy.processes import CODE, ServiceProcess, start_services, stop_services

LOOK_EVERY_S = 0.1
PAUSES_S = (0.2, 3.0)
"""Before a process is started again: the first time, and at most."""

STEADY_AFTER_S = 10.0
ANSWERS_WITHIN_S = 3.0
READY_WITHIN_S = 60.0
STOPS_WITHIN_S = 10.0


@dataclass
class Place:
    """Of one replica: several processes take it, one after the other, all started with the same words."""

    process: ServiceProcess
    command: tuple[str, ...]
    environment: Mapping[str, str]
    started: float = field(default_factory=time.monotonic)
    pause_s: float = PAUSES_S[0]


@dataclass
class Crew:
    root: Path
    places: dict[str, Place] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    """Replicas that stay down until they are released."""
    extra: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Replica → settings that it alone starts with."""
    restarts: int = 0
    stopping_s: list[float] = field(default_factory=list)
    """How long each replica took to end after SIGTERM."""

    @property
    def processes(self) -> list[ServiceProcess]:
        return [one.process for one in self.places.values()]

    def of(self, service: str) -> list[ServiceProcess]:
        return [one for one in self.processes if one.service == service]

    def signal(self, processes: Iterable[ServiceProcess], number: signal.Signals) -> None:
        for process in processes:
            if (found := programs.running(self.root, process.name)) is not None:
                found.send_signal(number)

    async def supervise(self) -> None:
        while True:
            for name, place in [*self.places.items()]:
                if name not in self.held and programs.running(self.root, name) is None:
                    await self._again(place)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _again(self, place: Place) -> None:
        """Its log is kept: what a process said before it died is what one wants to read."""
        name, lived = place.process.name, time.monotonic() - place.started
        place.pause_s = PAUSES_S[0] if lived > STEADY_AFTER_S else min(2 * place.pause_s, PAUSES_S[1])
        if lived < place.pause_s:
            return
        self.restarts += 1
        log = programs.log_of(self.root, name)
        with suppress(FileNotFoundError):
            log.rename(log.with_suffix(f".{self.restarts}.log"))
        self._start(place)

    def _start(self, place: Place) -> None:
        name = place.process.name
        env = {**place.environment, **self.extra.get(name, {})}
        pid = programs.spawn(self.root, programs.Program(name, place.command, env=env, cwd=CODE))
        place.process, place.started = replace(place.process, pid=pid), time.monotonic()

    async def stop(self, processes: Iterable[ServiceProcess]) -> None:
        """Asked, and waited for; the supervisor starts them again unless they are held."""
        await asyncio.gather(*[self._stop(one) for one in processes])

    async def _stop(self, process: ServiceProcess) -> None:
        if (found := programs.running(self.root, process.name)) is not None:
            asked = time.monotonic()
            found.send_signal(signal.SIGTERM)
            await asyncio.to_thread(found.wait, 3 * STOPS_WITHIN_S)
            self.stopping_s.append(time.monotonic() - asked)

    async def roll(self) -> None:
        """Every replica of every service, one after the other, each once the one before is ready again."""
        for name in [*self.places]:
            await self.stop([self.places[name].process])
            await self.wait_until_ready([name])

    def add_replicas(self) -> None:
        """One more of each service."""
        for service, port in zip(SERVICES, free_ports(len(SERVICES)), strict=True):
            like = max(self.of(service), key=lambda one: one.replica)
            known = self.places[like.name]
            command = tuple(str(port) if word == str(like.port) else word for word in known.command)
            process = ServiceProcess(service, like.replica + 1, 0, port)
            self.places[process.name] = Place(process, command, known.environment)
            self._start(self.places[process.name])

    async def remove_replicas(self) -> None:
        last = [max(self.of(service), key=lambda one: one.replica) for service in SERVICES]
        self.held |= {one.name for one in last}
        await self.stop(last)
        for one in last:
            self.places.pop(one.name)
            self.held.discard(one.name)

    async def not_ready(self, names: Iterable[str] | None = None) -> list[str]:
        wanted = [*(self.places if names is None else names)]
        async with httpx2.AsyncClient(timeout=ANSWERS_WITHIN_S, trust_env=False) as client:
            answers = await asyncio.gather(*[_is_ready(client, self.places[name].process) for name in wanted])
        return [name for name, is_ready in zip(wanted, answers, strict=True) if not is_ready]

    async def wait_until_ready(self, names: Iterable[str] | None = None, within_s: float = READY_WITHIN_S) -> None:
        """Raises `TimeoutError` with the names of those that are not."""
        deadline = time.monotonic() + within_s
        while waiting := await self.not_ready(names):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready within {within_s:g} s: {', '.join(waiting)}")
            await asyncio.sleep(LOOK_EVERY_S)

    def replace(self, process: ServiceProcess, settings: Mapping[str, str]) -> None:
        """Killed; it comes back with these settings, until it is replaced again."""
        self.extra[process.name] = settings
        self.signal([process], signal.SIGKILL)

    async def clock_of(self, process: ServiceProcess) -> datetime:
        """What the process itself takes for the time: it stands in every answer of its HTTP server."""
        async with httpx2.AsyncClient(timeout=ANSWERS_WITHIN_S, trust_env=False) as client:
            return parsedate_to_datetime((await client.get(f"{process.url}/health/live")).headers["date"])


def _place(process: ServiceProcess) -> Place:
    known = psutil.Process(process.pid)
    return Place(process, tuple(known.cmdline()), known.environ())


async def _is_ready(client: httpx2.AsyncClient, process: ServiceProcess) -> bool:
    try:
        return (await client.get(f"{process.url}/health/ready")).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


@asynccontextmanager
async def crew_on(root: Path, backing: Backing, environment: Mapping[str, str], replicas: int) -> AsyncIterator[Crew]:
    wanted = dict.fromkeys(SERVICES, replicas)
    supervisor: asyncio.Task[None] | None = None
    try:
        running = await asyncio.to_thread(start_services, root, backing, replicas=wanted, extra_env=environment)
        crew = Crew(root, {one.name: _place(one) for one in running.processes})
        supervisor = asyncio.create_task(crew.supervise())
        yield crew
    finally:
        if supervisor is not None:
            supervisor.cancel()
        await asyncio.to_thread(stop_services, root)
