"""Two ways to write one document for each message: on its own, or together with whoever waits (group commit)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pymongo.errors import BulkWriteError, PyMongoError

from tests.load.hops.writes import Write

Save = Callable[[Write], Awaitable[None]]
AT_MOST = 256


def on_its_own(collection: Any) -> Save:
    async def save(write: Write) -> None:
        await _written(collection, [write])

    return save


def together(collection: Any) -> Save:
    """No timer: what came while one bulk was under way is the next one."""
    waiting: list[tuple[Write, asyncio.Future[None]]] = []
    flushing: asyncio.Task[None] | None = None

    async def flush() -> None:
        while waiting:
            now, waiting[:] = waiting[:AT_MOST], waiting[AT_MOST:]
            try:
                await _written(collection, [write for write, _ in now])
            except PyMongoError as error:
                for _, done in now:
                    done.set_exception(error)
            else:
                for _, done in now:
                    done.set_result(None)

    async def save(write: Write) -> None:
        nonlocal flushing
        done = asyncio.get_running_loop().create_future()
        waiting.append((write, done))
        if flushing is None or flushing.done():
            flushing = asyncio.create_task(flush())
        await done

    return save


async def _written(collection: Any, writes: list[Write]) -> None:
    """A duplicate key means that an earlier delivery wrote it; after any other failure the message stays unacknowledged."""
    try:
        await collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        if any(one["code"] != 11_000 for one in error.details["writeErrors"]):
            raise


STYLES = {"concurrent": on_its_own, "group-commit": together}
