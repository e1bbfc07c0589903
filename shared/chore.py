"""Work that is never done: again and again while there is some, then after a pause. A database that is away is waited for."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from shared.errors import DatabaseAway


async def over_and_over(look: Callable[[], Awaitable[int]], every_s: float) -> None:
    """`look` says how much it did. Until cancelled."""
    while True:
        with suppress(DatabaseAway):
            while await look():
                pass
        await asyncio.sleep(every_s)
