"""The one clock of all processes: the database's, carried on by this machine's monotonic time. Nothing else reads a clock."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from shared.errors import DatabaseAway
from shared.storage import Collection, Database

AGREE_EVERY_S = 30.0
LOOK_EVERY_S = 0.25
"""In test mode, so that time moves on for all processes at once."""
TEST_OFFSET = "offset"
"""Id of the document that holds how far test mode has moved the time on, in milliseconds."""


def to_the_millisecond(at: datetime) -> datetime:
    """BSON keeps milliseconds; so do we, or what is read back differs from what was written."""
    return at.replace(microsecond=at.microsecond // 1_000 * 1_000)


class Clock:
    def __init__(self, database: Database, test_offsets: Collection | None = None) -> None:
        self._database = database
        self._test_offsets = test_offsets
        self._base: datetime | None = None
        self._base_monotonic = 0.0
        self.test_offset = timedelta(0)

    async def agree(self) -> None:
        """Take the database's time. Half the round trip is how far it may be off."""
        asked = time.monotonic()
        local: datetime = await self._database.local_time()
        answered = time.monotonic()
        self._base, self._base_monotonic = local.astimezone(UTC), (asked + answered) / 2
        await self.look_for_test_offset()

    async def look_for_test_offset(self) -> None:
        """In test mode only: `redress clock advance` moves the time on for every process."""
        if self._test_offsets is None:
            return
        stored = await self._test_offsets.one({"_id": TEST_OFFSET})
        self.test_offset = timedelta(milliseconds=stored["ms"]) if stored else timedelta(0)

    def now(self) -> datetime:
        if self._base is None:
            raise DatabaseAway("the clock has not agreed with the database yet")
        return to_the_millisecond(self._base + timedelta(seconds=time.monotonic() - self._base_monotonic) + self.test_offset)

    async def keep_agreeing(self) -> None:
        while True:
            await asyncio.sleep(AGREE_EVERY_S if self._test_offsets is None else LOOK_EVERY_S)
            try:
                await self.agree()
            except DatabaseAway:
                continue
