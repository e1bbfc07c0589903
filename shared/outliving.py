"""Erases what belongs to no complaint once its time is over: who sent a message that was refused. ADR-0025."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.aggregate import AnyAggregate
from shared.chore import over_and_over
from shared.clock import Clock
from shared.decision import Transition
from shared.erasing import erase
from shared.record import Cause
from shared.storage import Document
from shared.task import End, Task
from shared.work import Work

LOOK_EVERY_S = 3_600.0
AT_ONCE = 100
NOTHING_YET = datetime.min.replace(tzinfo=UTC)


@dataclass
class Outliving:
    work: Work
    aggregate: AnyAggregate
    kept: timedelta
    clock: Clock
    looked_until: datetime = field(default=NOTHING_YET)
    """What was created before was erased by somebody: a process that is new looks through all of it once."""

    async def run(self) -> None:
        await over_and_over(self.look, LOOK_EVERY_S)

    async def look(self) -> int:
        """The oldest of those that are due; how many. Safe on any number of replicas: one wins, and the others find it done."""
        now = self.clock.now()
        over = {"created_at": {"$gte": self.looked_until, "$lt": now - self.kept}, "erased": {"$exists": False}, "stub": {"$exists": False}}
        only = {"created_at": 1, "version": 1}
        found = await self.work.collection(self.aggregate).find(over, only=only, sort=[("created_at", 1)], limit=AT_ONCE)
        tasks = [self._task(one, now) for one in found]
        await self.work.decide(tasks)
        if all(one.end in (End.DONE, End.NOTHING) for one in tasks):
            self.looked_until = found[-1]["created_at"] if found else max(self.looked_until, now - self.kept)
            return len(found)
        return 0

    def _task(self, document: Document, now: datetime) -> Task:
        cause = Cause(f"outlived/{document['_id']}/{document['version']}", "time", self.work.service, now, replica=self.work.replica)
        return Task(cause, reaction=Transition(document["_id"], erase, of=self.aggregate.of))
