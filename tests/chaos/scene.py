"""Everything of one run in one place: the stage, the house on it, the adapters and the mail server."""

import asyncio
import json
import os
import random
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from yarl import URL

from deploy.backing import Backing, environment
from deploy.cli.wire import as_adapter, as_operator
from deploy.processes import CODE
from shared.adapters import adapters_in
from shared.contracts.vocabulary import Channel
from shared.settings import HouseSettings
from shared.topology import outbound_queue
from tests.builders.inbound import an_inbound
from tests.chaos.adapters import Adapters, adapters_on
from tests.chaos.clerk import Clerk
from tests.chaos.crew import Crew, crew_on
from tests.chaos.desk import DESK
from tests.chaos.postbox import Postbox
from tests.chaos.proxy import HOST, Proxy, proxy_to
from tests.chaos.replica_set import ReplicaSet, replica_set
from tests.chaos.stage import Broker
from tests.chaos.till import Till, till_on
from tests.load.complaints import CHANNELS
from tests.load.letters import letter_box
from tests.namespaces import SECRET

PREFIX = "chaos"
ADAPTERS_FILE = CODE / "deploy" / "adapters.toml"
LADDER_MS = (500, 2_000, 5_000, 15_000, 30_000, 30_000)
WALLET_WITHIN_S = 3.0
LETTER_WITHIN_S = 5
"""So that a letter whose worker died is taken over within the ladder: the lease is ten seconds longer."""


@dataclass
class Scene:
    root: Path
    broker: Broker
    database: ReplicaSet
    amqp: Proxy
    crew: Crew
    adapters: Adapters
    postbox: Postbox
    till: Till
    clerk: Clerk
    settings: HouseSettings
    environment: Mapping[str, str]
    chance: random.Random
    planted: dict[str, int] = field(default_factory=dict)
    """Queue → messages that a fault took out of it on purpose."""

    async def command(self, *words: str) -> tuple[int, Any]:
        """`redress …`: exit status, and what it printed as JSON."""
        command = (str(Path(sys.executable).with_name("redress")), *words)
        process = await asyncio.create_subprocess_exec(
            *command, env=dict(self.environment), cwd=CODE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        said, complained = await process.communicate()
        if not said.strip():
            raise RuntimeError(f"redress {' '.join(words)} said nothing: {complained.decode(errors='replace')[-500:]}")
        lines = [json.loads(line) for line in said.decode().splitlines() if line.strip()]
        return process.returncode or 0, lines[0] if len(lines) == 1 else lines


@asynccontextmanager
async def scene(root: Path, broker: AbstractAsyncContextManager[Broker], *, replicas: int, seed: int) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        node, database = await _both(stack, broker, replica_set(root / "mongo"))
        amqp = await stack.enter_async_context(proxy_to(node.amqp))
        management = await stack.enter_async_context(proxy_to(node.management))
        postbox = Postbox()
        await stack.enter_async_context(letter_box(postbox))
        user = f"{quote(node.user, safe='')}:{quote(node.password, safe='')}@{HOST}"
        backing = Backing(f"amqp://{user}:{amqp.port}/", f"http://{user}:{management.port}", database.url, "env")
        told = _told(backing, postbox)
        crew = await stack.enter_async_context(crew_on(root, backing, told, replicas))
        settings = HouseSettings.model_validate(
            {name.removeprefix("REDRESS_").lower(): value for name, value in told.items() if name.startswith("REDRESS_")}
            | {"retry_delays_ms": LADDER_MS}
        )
        adapters = await stack.enter_async_context(adapters_on(*_lines(settings)))
        till = await stack.enter_async_context(till_on(root, {**os.environ, **told}, seed))
        here = {**os.environ, **told, "REDRESS_ROOT": str(root)}
        clerk = Clerk(crew, adapters, settings)
        yield Scene(root, node, database, amqp, crew, adapters, postbox, till, clerk, settings, here, random.Random(seed))


async def _both(
    stack: AsyncExitStack, broker: AbstractAsyncContextManager[Broker], database: AbstractAsyncContextManager[ReplicaSet]
) -> tuple[Broker, ReplicaSet]:
    """Side by side, each to its end: what one of them started is ended by the stack though the other fails."""
    entering = stack.enter_async_context(broker), stack.enter_async_context(database)
    node, members = await asyncio.gather(*entering, return_exceptions=True)
    if isinstance(node, BaseException):
        raise node
    if isinstance(members, BaseException):
        raise members
    return node, members


def _told(backing: Backing, postbox: Postbox) -> dict[str, str]:
    return {
        **environment(backing),
        "REDRESS_SECRET_KEY": SECRET,
        "REDRESS_DATABASE_PREFIX": PREFIX,
        "REDRESS_ADAPTERS_FILE": str(ADAPTERS_FILE),
        "REDRESS_RETRY_DELAYS_MS": json.dumps(LADDER_MS),
        "CASEWORK_WALLET_ANSWER_WITHIN_S": f"{WALLET_WITHIN_S:g}",
        "NOTIFICATION_SMTP_HOST": HOST,
        "NOTIFICATION_SMTP_PORT": str(postbox.port),
        "NOTIFICATION_SMTP_LETTER_TIMEOUT_S": str(LETTER_WITHIN_S),
    }


def _lines(settings: HouseSettings) -> tuple[Mapping[str, URL], Mapping[str, str]]:
    """Adapter or desk → its way in, and the queue of those that fetch their notices themselves."""
    listed = [one for one in adapters_in(ADAPTERS_FILE).by_name.values() if one.name in _speakers()]
    urls = {one.name: as_adapter(settings, one.name) for one in listed} | {DESK: as_operator(settings)}
    return urls, {one.name: outbound_queue(one.channel, one.name) for one in listed if one.channel is not Channel.EMAIL}


def _speakers() -> Sequence[str]:
    """The adapters whose messages tests.builders makes."""
    return [an_inbound(channel).adapter for channel in CHANNELS]
