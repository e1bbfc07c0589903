"""How much comes in, which the promise of a first answer follows. All replicas see the same, in the books of the database."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.notification.store import CORRESPONDENCE
from shared.errors import DatabaseAway
from shared.house import House

WINDOW = timedelta(minutes=10)
LOOK_EVERY_S = 15.0


@dataclass
class Load:
    complaints: int = 0
    """That came within the last ten minutes; a process that has just started has not seen them all."""
    _seen: deque[tuple[datetime, int]] = field(default_factory=deque, repr=False)

    def counted(self, in_all: int, at: datetime) -> None:
        self._seen.append((at, in_all))
        while len(self._seen) > 1 and self._seen[1][0] <= at - WINDOW:
            self._seen.popleft()
        self.complaints = max(in_all - self._seen[0][1], 0)

    async def look(self, house: House) -> None:
        self.counted(await house.database.collection(CORRESPONDENCE.name).about_how_many(), house.clock.now())

    async def keep_looking(self, house: House) -> None:
        """For as long as the process runs."""
        while True:
            with suppress(DatabaseAway):
                await self.look(house)
            await asyncio.sleep(LOOK_EVERY_S)
