"""Lets the faults of a plan happen one after the other while the traffic goes on, and measures how long the house needs to recover."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.chaos.faults import Fault, Hand
from tests.chaos.scene import Scene
from tests.load.publishing import Prepared

ANSWERED_WITHIN_S = 300.0
READY_WITHIN_S = 120.0
BREATH_S = 1.0


@dataclass(frozen=True, slots=True)
class Struck:
    """One fault as it went. Seconds; `ready_s` and `answered_s` count from the healing, and are None where it never came."""

    name: str
    what: str
    at_s: float
    lasted_s: float
    ready_s: float | None
    """Until every replica said that it is ready."""
    answered_s: float | None
    """Until a complaint sent after the healing had its receipt."""
    failed: str = ""


@dataclass
class Director:
    scene: Scene
    probe: Callable[[int], Prepared]
    """A new complaint of its own for each number."""
    share: float
    """of the time that a fault lasts in the long form"""
    say: Callable[[str], None]

    async def run(self, faults: Sequence[Fault], within_s: float) -> list[Struck]:
        """Spread over the time; where recovering takes longer, the next one waits."""
        began, struck = time.monotonic(), []
        for number, fault in enumerate(faults):
            await asyncio.sleep(max(BREATH_S, began + number * within_s / len(faults) - time.monotonic()))
            struck.append(await self._one(number, fault, time.monotonic() - began))
            self.say(_told(number + 1, len(faults), struck[-1]))
        return struck

    async def _one(self, number: int, fault: Fault, at_s: float) -> Struck:
        began = time.monotonic()
        failed = await self._made(fault.strike)
        await asyncio.sleep(fault.lasts_s * self.share)
        failed += await self._made(fault.heal)
        healed = time.monotonic()
        ready_s, answered_s = await asyncio.gather(self._ready(healed), self._answered(number, healed))
        return Struck(fault.name, fault.what, at_s, healed - began, ready_s, answered_s, failed)

    async def _made(self, hand: Hand) -> str:
        """What hindered it. A fault that could not be made is told, and the run goes on."""
        try:
            await hand(self.scene)
        except Exception as error:  # noqa: BLE001 - whatever it is stands in the report
            return f"{type(error).__name__}: {error}"[:200]
        return ""

    async def _ready(self, healed: float) -> float | None:
        try:
            await self.scene.crew.wait_until_ready(within_s=READY_WITHIN_S)
        except TimeoutError as error:
            self.say(str(error))
            return None
        return time.monotonic() - healed

    async def _answered(self, number: int, healed: float) -> float | None:
        one = self.probe(number)
        answer = self.scene.adapters.noted.notice_on(one.id)
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                await self.scene.adapters.deliver(one)
                await answer.wait()
        except TimeoutError:
            return None
        return time.monotonic() - healed


def _told(number: int, count: int, one: Struck) -> str:
    ready, answered = (f"{found:.1f} s" if found is not None else "never" for found in (one.ready_s, one.answered_s))
    return f"{number}/{count} {one.name}: lasted {one.lasted_s:.1f} s, ready after {ready}, answered after {answered} {one.failed}".rstrip()
