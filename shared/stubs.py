"""Counts the aggregates whose messages came but whose first one did not: after an hour somebody should look for it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from shared.aggregate import AnyAggregate
from shared.clock import Clock
from shared.errors import DatabaseAway
from shared.storage import Database
from shared.telemetry import Metrics, log

LOOK_EVERY_S = 60.0
PATIENCE = timedelta(hours=1)


@dataclass(frozen=True)
class Stubs:
    database: Database
    aggregates: Sequence[AnyAggregate]
    clock: Clock
    metrics: Metrics

    async def run(self) -> None:
        while True:
            with suppress(DatabaseAway):
                await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        late = {"stub": True, "created_at": {"$lt": self.clock.now() - PATIENCE}}
        waiting = sum([await self.database.collection(one.name).count(late) for one in self.aggregates])
        self.metrics.early.set(waiting)
        if waiting:
            log.warning("messages wait for the one that creates their aggregate", aggregates=waiting)
        return waiting
