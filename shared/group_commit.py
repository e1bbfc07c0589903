"""What several queues of a service have waiting becomes one batch: one round of reads, one of writes, one of confirms. ADR-0014."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from shared.consumer import Handle
from shared.envelope import Delivery
from shared.task import Task

GATHER_S = 0.008
"""How long a batch waits for company. Cores that are spared from many small batches hand each message on sooner. ADR-0021."""


@dataclass(slots=True)
class _Share:
    """What one queue brought, and who waits for it."""

    deliveries: Sequence[Delivery]
    done: "asyncio.Future[list[Task]]"


@dataclass
class GroupCommit:
    """The next batch is what was brought while the last one was worked off, and a moment longer. Where it fails, it fails for all."""

    handle_all: Handle
    at_most: int
    _brought: "asyncio.Queue[_Share]" = field(default_factory=asyncio.Queue)

    async def handle(self, deliveries: Sequence[Delivery]) -> list[Task]:
        share = _Share(deliveries, asyncio.get_running_loop().create_future())
        self._brought.put_nowait(share)
        return await share.done

    async def run(self) -> None:
        while True:
            shares = await self._next()
            try:
                tasks = await self.handle_all([one for share in shares for one in share.deliveries])
            except Exception as error:  # noqa: BLE001 - each queue's own consumer decides what a failure means
                _tell(shares, error)
            else:
                _divide(shares, tasks)

    async def _next(self) -> list[_Share]:
        """Whole shares in the order they came, so that no queue starves. Who was just served may bring more before the batch is closed."""
        shares = [await self._brought.get()]
        await asyncio.sleep(GATHER_S)
        size = len(shares[0].deliveries)
        while size < self.at_most and not self._brought.empty():
            shares.append(self._brought.get_nowait())
            size += len(shares[-1].deliveries)
        return shares


def _tell(shares: Sequence[_Share], error: Exception) -> None:
    for share in shares:
        if not share.done.done():
            share.done.set_exception(error)


def _divide(shares: Sequence[_Share], tasks: Sequence[Task]) -> None:
    """The first tasks are those of the deliveries. What was folded in goes with its carrier, acknowledged only after its end is durable."""
    left = iter(tasks)
    parts = [list(islice(left, len(share.deliveries))) for share in shares]
    of_cause = {task.cause.id: part for part in parts for task in part}
    for folded in left:
        of_cause[folded.carrier or ""].append(folded)
    for share, part in zip(shares, parts, strict=True):
        if not share.done.done():
            share.done.set_result(part)
