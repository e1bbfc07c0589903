"""Words of the tests that lose messages and look for them: told_by, reconciled, purge, settled."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from typer.testing import CliRunner

from deploy.cli.app import app
from shared.contracts import Inbound
from tests.builders import an_inbound
from tests.builders.inbound import an_email
from tests.house import RunningHouse, eventually

LETTERS = "outbound.email.mail-cn"


async def told_by(house: RunningHouse, *arguments: str) -> dict[str, Any]:
    """What the command says, with its exit status."""
    addresses = {f"REDRESS_{one.service.upper()}_URL": one.url for one in house.running.processes}
    env = {**house.environment, **addresses, "REDRESS_ROOT": str(house.root)}
    result = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--json"], env=env)
    assert result.exit_code in (0, 1), result.output
    return {**json.loads(result.stdout), "status": result.exit_code}


async def reconciled(house: RunningHouse, *arguments: str) -> dict[str, Any]:
    return await told_by(house, "reconcile", "--older-than", "0s", *arguments)


def chats(count: int) -> list[Inbound]:
    return [an_inbound("chat", source_id=uuid4().hex, thread_id=uuid4().hex) for _ in range(count)]


def mails(count: int) -> list[Inbound]:
    return [an_inbound("email", raw=an_email(message_id=f"<{uuid4().hex}@example.com>")) for _ in range(count)]


async def depth(house: RunningHouse, queue: str) -> int:
    declared = await (await house.channel()).declare_queue(queue, passive=True)
    return declared.declaration_result.message_count or 0


async def purge(house: RunningHouse, queue: str) -> int:
    """Stopped readers give back what they held: when the depth stays, all is there."""
    seen = await eventually(lambda: depth(house, queue))
    await (await (await house.channel()).get_queue(queue, ensure=False)).purge()
    return seen


async def registered(house: RunningHouse, messages: Sequence[Inbound]) -> list[str]:
    """The ids of their complaints, once all have one."""
    ended = []
    for one in messages:

        async def look(one: Inbound = one) -> dict[str, str]:
            return await house.view("intake", "/arrival", adapter=one.adapter, source_id=one.source_id) or {}

        ended.append((await eventually(look, lambda seen: seen.get("result") == "registered"))["complaint_id"])
    return ended


async def all_told(house: RunningHouse) -> None:
    """Intake begins a batch when the last one is confirmed: once this message has its end, the events of all before it are out."""
    await house.publish(one := an_inbound("app", source_id=uuid4().hex, form={"text": " "}))

    async def look() -> dict[str, str]:
        return await house.view("intake", "/arrival", adapter=one.adapter, source_id=one.source_id) or {}

    await eventually(look, lambda seen: seen.get("result") == "refused")


async def has_its_clocks(house: RunningHouse, complaint_id: str) -> None:
    async def look() -> set[str]:
        return {one["kind"] for one in await house.view("sla_watchdog", "/clocks", complaint_id=complaint_id) or ()}

    await eventually(look, lambda seen: seen >= {"first_response", "resolution", "update"})


async def is_with_its_team(house: RunningHouse, complaint_id: str) -> None:
    async def look() -> dict[str, Any]:
        return await house.view("casework", "/life", complaint_id=complaint_id) or {}

    await eventually(look, lambda seen: seen.get("status") == "routed")


def edge(found: dict[str, Any], to: str, event: str) -> dict[str, Any]:
    return next(one for one in found["edges"] if (one["to"], one["event"]) == (to, event))


async def settled(house: RunningHouse) -> None:
    async def left() -> int:
        return int((await reconciled(house, "--dry-run"))["found"])

    await eventually(left, lambda seen: seen == 0)
