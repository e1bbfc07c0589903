"""MongoDB as production has it: three members, one of them primary. Everybody, the members too, reaches them through proxies."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, ConnectionFailure, OperationFailure

from deploy import packages, programs
from deploy.mongo_node import listens
from deploy.ports import free_ports
from deploy.waiting import until
from tests.chaos.proxy import HOST, Proxy, proxy_to
from tests.chaos.stage import Address

MEMBERS = 3
REPLICA_SET = "chaos"
ELECTION_AFTER_MS = 2_000
STEP_DOWN_S = 15
OUT_OF_DISK_SPACE = 14_031
STARTS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Member:
    name: str
    port: int
    proxy: Proxy
    root: Path

    @property
    def url(self) -> str:
        """Past the proxy, for the hand that breaks and mends."""
        return f"mongodb://{HOST}:{self.port}/?directConnection=true"

    def start(self) -> None:
        if programs.running(self.root, self.name) is not None:
            return
        data = programs.place(self.root) / self.name
        data.mkdir(exist_ok=True)
        command = (
            str(packages.mongod()), "--dbpath", str(data), "--port", str(self.port), "--bind_ip", HOST, "--nounixsocket",
            "--replSet", REPLICA_SET, "--oplogSize", "1024", "--wiredTigerCacheSizeGB", "0.5", "--networkMessageCompressors", "disabled",
            "--setParameter", "diagnosticDataCollectionEnabled=false", "--setParameter", "enableTestCommands=1",
        )  # fmt: skip
        programs.spawn(self.root, programs.Program(self.name, command, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}))
        until(lambda: listens(self.url), "MongoDB", root=self.root, program=self.name, within_s=STARTS_WITHIN_S)

    def send(self, number: signal.Signals) -> None:
        process = programs.running(self.root, self.name)
        if process is not None:
            process.send_signal(number)
            if number is signal.SIGKILL:
                process.wait(STARTS_WITHIN_S)

    def asked(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        with MongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=1_000, connectTimeoutMS=1_000) as client:
            return client.admin.command(dict(command))


@dataclass
class ReplicaSet:
    members: tuple[Member, ...]
    _touched: list[Member] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"mongodb://{','.join(f'{HOST}:{one.proxy.port}' for one in self.members)}/?replicaSet={REPLICA_SET}"

    @property
    def proxies(self) -> list[Proxy]:
        return [one.proxy for one in self.members]

    async def primary(self) -> Member:
        """Waits until there is one."""
        deadline = asyncio.get_running_loop().time() + STARTS_WITHIN_S
        while True:
            for member in self.members:
                with suppress(ConnectionFailure, OperationFailure):
                    if (await asyncio.to_thread(member.asked, {"hello": 1})).get("isWritablePrimary"):
                        return member
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"no primary within {STARTS_WITHIN_S:g} s")
            await asyncio.sleep(0.1)

    async def kill_primary(self) -> None:
        await asyncio.to_thread((await self.primary()).send, signal.SIGKILL)

    async def start_missing(self) -> None:
        for member in self.members:
            await asyncio.to_thread(member.start)

    async def step_down(self) -> None:
        command = {"replSetStepDown": STEP_DOWN_S, "secondaryCatchUpPeriodSecs": STEP_DOWN_S - 5}
        with suppress(AutoReconnect):
            await asyncio.to_thread((await self.primary()).asked, command)

    async def pause_primary(self) -> None:
        self._touched = [await self.primary()]
        self._touched[0].send(signal.SIGSTOP)

    async def pause_all(self) -> None:
        self._touched = [*self.members]
        for member in self._touched:
            member.send(signal.SIGSTOP)

    async def resume(self) -> None:
        for member in self._touched:
            member.send(signal.SIGCONT)

    async def fill_disks(self) -> None:
        """Every write is answered as by a server whose disk is full; what the members tell each other is not concerned."""
        data = {"errorCode": OUT_OF_DISK_SPACE, "failCommands": ["insert", "update", "findAndModify", "delete"]}
        await self._fail("alwaysOn", data)

    async def clean_disks(self) -> None:
        await self._fail("off", {})

    async def _fail(self, mode: str, data: Mapping[str, Any]) -> None:
        for member in self.members:
            await asyncio.to_thread(member.asked, {"configureFailPoint": "failCommand", "mode": mode, "data": data})

    def initiate(self) -> None:
        members = [{"_id": number, "host": f"{HOST}:{one.proxy.port}"} for number, one in enumerate(self.members)]
        settings = {"electionTimeoutMillis": ELECTION_AFTER_MS, "heartbeatIntervalMillis": 500}
        self.members[0].asked({"replSetInitiate": {"_id": REPLICA_SET, "members": members, "settings": settings}})


@asynccontextmanager
async def replica_set(root: Path) -> AsyncIterator[ReplicaSet]:
    async with AsyncExitStack() as stack:
        members = []
        for number, port in enumerate(free_ports(MEMBERS), 1):
            proxy = await stack.enter_async_context(proxy_to([Address(HOST, port)]))
            members.append(Member(f"mongod-{number}", port, proxy, root))
        found = ReplicaSet(tuple(members))
        try:
            await asyncio.gather(*[asyncio.to_thread(one.start) for one in members])
            await asyncio.to_thread(found.initiate)
            await found.primary()
            yield found
        finally:
            await found.resume()
            await asyncio.to_thread(_end, root)


def _end(root: Path) -> None:
    names = [f"mongod-{number}" for number in range(1, MEMBERS + 1)]
    programs.end(root, names, patience_s=0.5)  # its data goes, and an orderly end of a primary takes 15 s
    programs.sweep(root, "mongod-*")
