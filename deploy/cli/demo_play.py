"""Plays the samples: each is published by its own adapter, and followed until it has ended."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy import samples
from deploy.adapter_kit import AdapterKit
from deploy.cli import house_time, views, wire
from deploy.cli.demo_house import DemoHouse
from deploy.cli.ends import PENDING
from deploy.samples import Sample
from shared.topology import Adapter

ENDS_WITHIN_S = 10.0
POLL_EVERY_S = 0.02


@dataclass
class Played:
    """slug → how it ended, as intake tells it."""

    ends: dict[str, views.Document] = field(default_factory=dict)
    channels: set[str] = field(default_factory=set)
    adapters: set[str] = field(default_factory=set)

    @property
    def numbers(self) -> dict[str, str]:
        return {slug: end["number"] for slug, end in self.ends.items() if "number" in end}


async def play(house: DemoHouse, directory: Path, console: Console) -> Played:
    """One after the other, because follow-ups and resends come after their first."""
    played = Played()
    now = await house_time.now(house.settings)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(file=console.file, width=console.width), transient=True)
    async with AsyncExitStack() as stack:
        stack.enter_context(progress)
        kits: dict[str, AdapterKit] = {}
        for sample in progress.track(samples.load(directory), description="complaints arrive"):
            if sample.adapter not in kits:
                kit = wire.kit_of(house.settings, Adapter(sample.adapter, sample.channel))
                kits[sample.adapter] = await stack.enter_async_context(kit)
            end = await _one(house, kits[sample.adapter], samples.filled(sample, played.numbers), now)
            progress.console.print(_line(sample, end), highlight=False)
            played.ends[sample.slug] = end
            played.channels.add(sample.channel)
            played.adapters.add(sample.adapter)
    return played


async def _one(house: DemoHouse, kit: AdapterKit, sample: Sample, now: datetime) -> views.Document:
    body = samples.shifted(sample, _shift(sample, now))
    source_id = str(body["source_id"])
    before = await _arrival(house, sample.adapter, source_id)
    await kit.send_bytes([(source_id, None, json.dumps(body, ensure_ascii=False).encode())])
    await wire.settled(kit)
    again = before["result"] != PENDING
    deadline = time.monotonic() + ENDS_WITHIN_S
    while True:
        end = await _arrival(house, sample.adapter, source_id)
        if end["result"] != PENDING and end["resent"] >= before["resent"] + again:
            return {**end, "result": "duplicate"} if again else end
        if time.monotonic() > deadline:
            return end
        await asyncio.sleep(POLL_EVERY_S)


def _shift(sample: Sample, now: datetime) -> timedelta:
    """Received just now, so that all clocks start together; a sample without a readable time stays as it is."""
    try:
        return samples.shift_to_end_at([sample], now)
    except ValueError:
        return timedelta()


async def _arrival(house: DemoHouse, adapter: str, source_id: str) -> views.Document:
    found = await asyncio.to_thread(house.views.one, "intake", "arrival", adapter=adapter, source_id=source_id)
    return found or {"result": PENDING, "resent": 0}


def _line(sample: Sample, end: views.Document) -> str:
    result = str(end["result"]).replace("_", " ")
    about = " ".join(str(end[name]) for name in ("number", "reason") if end.get(name))
    return f"[dim]{sample.channel:<9}{sample.adapter:<14}[/]{result:<12}{about}"
