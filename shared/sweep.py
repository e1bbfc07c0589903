"""Time moves aggregates on: finds what is due, lets a rule decide, and publishes. Any number of replicas, no leader. ADR-0005."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.aggregate import AnyAggregate
from shared.clock import Clock
from shared.decision import Decision, Transition
from shared.errors import BrokerAway, DatabaseAway, slug_of, where
from shared.record import Cause, republished
from shared.storage import Document, UpdateOne
from shared.task import End, Task, failures_of
from shared.telemetry import Metrics, log
from shared.work import Work

POLL_EVERY_S = 0.25
AT_ONCE = 500
REPUBLISH_AFTER = timedelta(seconds=3)
"""An event whose confirm was never recorded belongs to nobody after this long; any replica publishes it again."""

Fire = Callable[[Any, datetime], Decision[Any]]
"""(state, now) → what time did to it; an unchanged state where nothing is due."""


@dataclass
class Sweeper:
    work: Work
    aggregate: AnyAggregate
    fire: Fire
    clock: Clock
    metrics: Metrics
    failing_since: str | None = None
    stuck: set[str] = field(default_factory=set)

    async def run(self) -> None:
        while True:
            try:
                swept = await self.sweep() + await self.republish()
                self.failing_since = None
            except (DatabaseAway, BrokerAway) as error:
                if self.failing_since is None:
                    log.warning("sweep paused", reason=slug_of(error))
                self.failing_since, swept = slug_of(error), 0
            if not swept:
                await asyncio.sleep(POLL_EVERY_S)

    async def sweep(self) -> int:
        """Fires what is due; returns how many aggregates moved."""
        due = await self.work.collection(self.aggregate).find(self._due(), only={"_id": 1, "version": 1}, limit=AT_ONCE)
        if not due:
            return 0
        now = self.clock.now()
        tasks = [self._task(one, now) for one in due]
        await self._decide(tasks)
        fired = [task for task in tasks if task.end is End.DONE]
        await self.work.publish([event for task in fired for event in task.events])
        await self._confirmed({task.reaction.key: [task.cause.id] for task in fired if isinstance(task.reaction, Transition)})
        self.metrics.fired.inc(len(fired))
        self._tell_stuck([task for task in tasks if task.end in (End.RETRY, End.DEAD)])
        for task in fired:
            log.info("time moved on", what=task.what, aggregate=getattr(task.reaction, "key", ""))
        return len(fired)

    async def _decide(self, tasks: Sequence[Task]) -> None:
        """A document that cannot even be read stops nobody's time but its own."""
        try:
            await self.work.decide(tasks)
        except (DatabaseAway, BrokerAway):
            raise
        except Exception:  # noqa: BLE001 - found and told by trying each alone
            for task in tasks:
                with failures_of(task):
                    task.starts_again()
                    await self.work.decide([task])

    def _tell_stuck(self, failed: Sequence[Task]) -> None:
        """A clock that cannot fire is found at every poll: it is counted always, and told when it begins."""
        stuck = {task.cause.id: task for task in failed}
        self.metrics.stuck.set(len(stuck))
        for cause_id in stuck.keys() - self.stuck:
            error = stuck[cause_id].error
            log.error("time cannot move on", cause=cause_id, reason=stuck[cause_id].what, where=where(error) if error else "")
        self.stuck = set(stuck)

    def _due(self) -> Document:
        """By the database's clock, so that no replica's own clock can fire early."""
        offset_ms = self.clock.test_offset // timedelta(milliseconds=1)
        now: Any = {"$add": ["$$NOW", offset_ms]} if offset_ms else "$$NOW"
        return {"next_due": {"$type": "date"}, "$expr": {"$lte": ["$next_due", now]}}

    def _task(self, document: Document, now: datetime) -> Task:
        cause = Cause(f"due/{document['_id']}/{document['version']}", "time", self.work.service, now, replica=self.work.replica)
        return Task(cause, reaction=Transition(document["_id"], lambda state: self.fire(state, now)))

    async def _confirmed(self, published: dict[str, list[str]]) -> None:
        gone = {"$unset": {"unpublished": "", "unpublished_since": ""}}
        await self.work.collection(self.aggregate).write(
            [UpdateOne({"_id": key, "unpublished": ids}, gone) for key, ids in published.items()]
        )

    async def republish(self) -> int:
        """What a replica wrote and died before it was confirmed."""
        late = {"unpublished_since": {"$lt": self.clock.now() - REPUBLISH_AFTER}}
        found = await self.work.collection(self.aggregate).find(late, limit=AT_ONCE)
        events = [event for one in found for link in one["handled"] if link["id"] in one["unpublished"] for event in republished(link)]
        await self.work.publish(events)
        await self._confirmed({one["_id"]: one["unpublished"] for one in found})
        return len(found)
