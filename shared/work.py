"""The one write path: a batch of messages goes in; when `handle` returns, everything they caused is durable.

Read `docs/architecture.md` for why it is safe. In short: state, record of the handled message and its events change in one
atomic write of one document; events are published after it; the caller acknowledges last. Whatever dies in between is
delivered again, finds its record, and publishes the same events once more. ADR-0002.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from shared.aggregate import AnyAggregate
from shared.bulk import write
from shared.claims import Claims
from shared.clock import Clock
from shared.decision import Create, Nothing, Transition
from shared.draft import ERASED_BEFORE, Draft
from shared.early import kept, taken_up
from shared.envelope import SEQUENCE, Delivery, Outgoing, Publish
from shared.errors import ContendedWrite
from shared.inbox import Handlers
from shared.keeper import Keeper
from shared.record import Cause, links_of
from shared.sealing import Sealer
from shared.seen_through import SeenThrough
from shared.storage import Collection, Database, Document
from shared.task import End, Task, failures_of

ROUNDS = 12
"""How often a batch is decided again for those who lost a race; more than this many replicas hardly meet on one complaint."""

Key = tuple[str, str]
"""Collection and id: names one document of the service."""


@dataclass
class Work:
    handlers: Handlers
    aggregates: Sequence[AnyAggregate]
    database: Database
    clock: Clock
    sealer: Sealer
    publish: Publish
    keeper: Keeper | None = None
    replica: str = field(default_factory=lambda: uuid4().hex[:12])
    seen_through: SeenThrough = field(default_factory=SeenThrough)

    def __post_init__(self) -> None:
        self.service = self.handlers.inbox.service
        self.claims = Claims(self.database.collection("claims"))
        self._of_name = {one.name: one for one in self.aggregates}
        self._of_state = {one.of: one for one in self.aggregates}

    async def handle(self, deliveries: Sequence[Delivery]) -> list[Task]:
        """Of `whole` deliveries. Raises `DatabaseAway` or `BrokerAway` when nothing may be acknowledged; what ends in RETRY or DEAD is
        the caller's to move.
        """
        seen = await self.keep(deliveries)
        tasks = [Task(Cause.of(one.envelope, self.replica), one) for one in deliveries]
        await self._recognise(tasks, seen)
        for task in tasks:
            if task.end is None:
                self._read(task)
        tasks += await self.decide(tasks)
        await self.publish(_in_order(tasks))
        if self.keeper:
            self.seen_through.remember(tasks)
        return tasks

    async def whole(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """With the bodies that travel by reference (ADR-0016)."""
        return await self.keeper.whole(deliveries) if self.keeper and deliveries else deliveries

    async def keep(self, deliveries: Sequence[Delivery]) -> Mapping[str, str]:
        """Byte for byte, before anything looks inside. Returns cause → aggregate of those that came before."""
        outside = [one for one in deliveries if one.envelope.queue in self.handlers.inbox.inbound]
        return await self.keeper.keep(outside) if self.keeper and outside else {}

    async def decide(self, tasks: Sequence[Task]) -> list[Task]:
        """Rounds of load, apply, write; who lost a race is decided again on what won. Returns the early messages that were folded in."""
        await self._resolve([task for task in tasks if task.end is None])
        waiting = [task for task in tasks if task.end is None]
        folded: list[Task] = []
        for round_ in range(ROUNDS):
            if not waiting:
                break
            waiting, more = await self._round(waiting, assume_new=round_ == 0)
            folded += more
        for task in waiting:
            task.fails(ContendedWrite(f"{ROUNDS} rounds lost"))
        return folded

    def _read(self, task: Task) -> None:
        assert task.delivery is not None
        with failures_of(task):
            subscription, task.message = self.handlers.read(task.delivery)
            task.reaction = self.handlers.react(subscription, task.message, task.delivery.envelope)

    async def _recognise(self, tasks: Sequence[Task], seen: Mapping[str, str]) -> None:
        """What came before and has its record is not understood again: it brings its events once more, and that is all."""
        self.seen_through.recognise(tasks, seen)
        wanted: dict[str, list[Task]] = defaultdict(list)
        for task in tasks:
            if task.end is None and (key := seen.get(task.cause.id)):
                wanted[key].append(task)
        # Where early messages are left, or records were trimmed, the whole way is gone: something may still be owed.
        complete = {"archived": {"$exists": False}, "early.0": {"$exists": False}}
        where = {"_id": {"$in": list(wanted)}, "$or": [complete, {"erased": {"$exists": True}}]}
        for aggregate in self.aggregates if wanted else ():
            for document in await self.collection(aggregate).find(where, only={"handled": 1, "erased": 1}):
                for task in wanted[document["_id"]]:
                    task.repeats(links_of(task.cause.id, document["handled"]))
                    if "erased" in document and task.end is None:
                        task.ends(End.DUPLICATE, ERASED_BEFORE)

    async def _resolve(self, tasks: Sequence[Task]) -> None:
        """Until each reaction names its aggregate: claims granted, look-ups answered."""
        pending = [task for task in tasks if task.end is None]
        while pending:
            pending = await self.claims.step(pending, self.clock.now())
        for task in tasks:
            if isinstance(task.reaction, Nothing):
                task.ends(End.NOTHING, task.reaction.reason)

    async def _round(self, tasks: Sequence[Task], *, assume_new: bool) -> tuple[list[Task], list[Task]]:
        """Returns who must be decided again, and which early messages came along with a creation that won."""
        groups: dict[Key, list[Task]] = defaultdict(list)
        for task in sorted(tasks, key=lambda one: not isinstance(one.reaction, Create)):
            groups[self._key_of(task)].append(task)
        new = {key for key, group in groups.items() if assume_new and isinstance(group[0].reaction, Create)}
        drafts = await self._load(groups, new)
        for key, draft in drafts.items():
            await self._apply(draft, groups[key])
        lost = {id(draft) for draft in await self._write(list(drafts.values()))}
        again = [task for draft in drafts.values() if id(draft) in lost for task in draft.tasks if task.carrier is None]
        folded = [task for key, draft in drafts.items() if id(draft) not in lost for task in groups[key] if task.carrier is not None]
        for task in again:
            task.starts_again()
        return again, folded

    def _key_of(self, task: Task) -> Key:
        if isinstance(task.reaction, Create):
            return self._of_state[type(task.reaction.decision.state)].name, task.reaction.key
        assert isinstance(task.reaction, Transition)
        of = task.reaction.of
        return (self._of_state[of] if of else self.aggregates[0]).name, task.reaction.key

    def collection(self, aggregate: AnyAggregate) -> Collection:
        return self.database.collection(aggregate.name)

    async def _load(self, groups: dict[Key, list[Task]], new: set[Key]) -> dict[Key, Draft]:
        drafts = {key: Draft(self.service, self._of_name[key[0]], key[1], None) for key in new}
        for aggregate in self.aggregates:
            wanted = [key for key in groups if key[0] == aggregate.name and key not in new]
            if not wanted:
                continue
            found = {one["_id"]: one for one in await self.collection(aggregate).find({"_id": {"$in": [key for _, key in wanted]}})}
            for key in wanted:
                archived = await self._archived(aggregate, found.get(key[1]), groups[key])
                drafts[key] = Draft(self.service, aggregate, key[1], found.get(key[1]), archived)
        return drafts

    async def _archived(self, aggregate: AnyAggregate, document: Document | None, tasks: Sequence[Task]) -> list[Document]:
        """Records of these messages, and of what they carried, that were trimmed from the document. Their events may still be owed."""
        if document is None or not document.get("archived"):
            return []
        causes = [task.cause.id for task in tasks]
        ids = [f"{document['_id']}/{cause}" for cause in causes]
        either = [{"_id": {"$in": ids}}, {"of": document["_id"], "carrier": {"$in": causes}}]
        return await self.database.collection(aggregate.archive).find({"$or": either}, sort=[("sequence", 1)])

    async def _apply(self, draft: Draft, tasks: list[Task]) -> None:
        if draft.document is not None and draft.document.get("early") and isinstance(tasks[0].reaction, Create):
            tasks.extend(await self._taken_up(draft.document, tasks[0].cause))
        for task in tasks:
            if task.end is not None:
                continue
            with failures_of(task):
                draft.take(task, kept(task, self.sealer) if draft.state is None and isinstance(task.reaction, Transition) else None)

    async def _taken_up(self, stub: Document, carrier: Cause) -> list[Task]:
        tasks = [taken_up(one, self.sealer, carrier) for one in stub["early"]]
        for task, delivery in zip(tasks, await self.whole([one.delivery for one in tasks if one.delivery]), strict=True):
            task.delivery = delivery
            self._read(task)
        await self._resolve(tasks)
        return tasks

    async def _write(self, drafts: Sequence[Draft]) -> list[Draft]:
        """One bulk for each collection. Returns the drafts that lost."""
        lost: list[Draft] = []
        for aggregate in self.aggregates:
            lost += await write(self.collection(aggregate), [one for one in drafts if one.aggregate is aggregate])
        return lost


def _in_order(tasks: Sequence[Task]) -> list[Outgoing]:
    """Each aggregate's events in the order of its versions."""
    return sorted((event for task in tasks for event in task.events), key=lambda event: int(event.headers[SEQUENCE]))
