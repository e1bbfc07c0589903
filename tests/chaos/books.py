"""What the books say after a run: messages beside the adapters' own lists, money beside the wallet's own statement."""

import asyncio
from typing import Any

from tests.chaos.scene import Scene

Told = dict[str, Any]


async def balanced(stage: Scene) -> Told:
    confirmed = stage.root / "confirmed.jsonl"
    await asyncio.to_thread(stage.adapters.noted.write, confirmed)
    return await _told(stage, "balance", "--json", "--wait", "20", "--sent", str(confirmed))


async def money(stage: Scene) -> Told:
    statement = stage.root / "paid.jsonl"
    await asyncio.to_thread(stage.till.write_statement, statement)
    return await _told(stage, "balance", "--money", "--json", "--statement", str(statement))


async def _told(stage: Scene, *words: str) -> Told:
    """A command that fails is an answer too: the rest of the report is worth having."""
    try:
        _, found = await stage.command(*words)
    except RuntimeError as error:
        return {"ok": False, "failed": str(error)}
    return dict(found)
