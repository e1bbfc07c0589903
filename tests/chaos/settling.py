"""Waits until nothing is under way any more: every replica ready, every queue empty, every letter sent, every fired clock told."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from pymongo import MongoClient

from deploy.cli.depths import depths
from deploy.problem import SetupError
from tests.chaos.scene import PREFIX, Scene

LOOK_EVERY_S = 1.0
ABOUT_TO_FIRE = timedelta(minutes=2)
"""What time does to the complaints of this run is waited for."""

QUIET_LOOKS = 3
"""In a row: the broker counts unacknowledged messages up to some seconds late."""


async def settled(scene: Scene, within_s: float) -> list[str]:
    """What is still under way when the time is over; empty where everything came to rest."""
    deadline, quiet = time.monotonic() + within_s, 0
    while True:
        busy = await under_way(scene)
        quiet = 0 if busy else quiet + 1
        if quiet == QUIET_LOOKS or time.monotonic() > deadline:
            return busy
        await asyncio.sleep(LOOK_EVERY_S)


async def under_way(scene: Scene) -> list[str]:
    not_ready = [f"{name} is not ready" for name in await scene.crew.not_ready()]
    return not_ready + await waiting(scene) + await unfinished(scene)


async def waiting(scene: Scene) -> list[str]:
    try:
        queues = await asyncio.to_thread(depths, scene.settings)
    except SetupError as error:
        return [str(error)]
    return [f"{one['messages']} in {one['name']}" for one in queues if one["messages"]]


async def unfinished(scene: Scene) -> list[str]:
    """Effects that wait for no message: a refund, a fired clock whose event is not confirmed, a letter whose worker died."""
    url = (await scene.database.primary()).url
    refunds = [f"refund of {one}" for one in scene.clerk.unfinished]
    return refunds + await asyncio.to_thread(_unfinished, url)


def _unfinished(url: str) -> list[str]:
    with MongoClient[dict[str, Any]](url, tz_aware=True) as client:
        watchdog = client[f"{PREFIX}_sla_watchdog"]
        soon = watchdog.command("hello")["localTime"] + ABOUT_TO_FIRE
        unfired = watchdog.clocks.count_documents({"next_due": {"$lt": soon}})
        unconfirmed = watchdog.clocks.count_documents({"unpublished_since": {"$exists": True}})
        casework = client[f"{PREFIX}_casework"]
        unheard = casework.lives.count_documents({"next_due": {"$lt": soon}})
        unpublished = casework.lives.count_documents({"unpublished_since": {"$exists": True}})
        unsent = client[f"{PREFIX}_notification"].letters.count_documents({"state": {"$ne": "sent"}})
    found = {"questions to the wallet": unheard, "timed changes of casework not confirmed": unpublished}
    found |= {"clocks about to fire": unfired, "clocks not confirmed": unconfirmed, "letters not sent": unsent}
    return [f"{count} {what}" for what, count in found.items() if count]
