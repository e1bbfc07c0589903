"""Two events in: the first starts the clocks, the second adds one. What comes before its complaint waits for it, unacknowledged."""

from collections.abc import Sequence
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from pymongo import UpdateOne

from services.sla_watchdog import rules
from services.sla_watchdog.clocks import Clocks
from services.sla_watchdog.settings import SlaWatchdogSettings
from services.sla_watchdog.store import CLOCKS
from shared.contracts import ComplaintRegistered, ComplaintRouted
from shared.envelope import Outgoing
from tests.load.bare.documents import Change, created, events_of, moved_on, now
from tests.load.bare.serve import Document, Hop, Messages, database, insert_all


class Watchdog:
    def __init__(self) -> None:
        self._clocks: Any = database("sla_watchdog").clocks
        self._targets = SlaWatchdogSettings().targets()
        self._early: dict[str, AbstractIncomingMessage] = {}
        self._started: set[str] = set()

    async def start(self, messages: Messages) -> Sequence[Outgoing]:
        at, documents = now(), []
        for message in messages:
            decision = rules.register(ComplaintRegistered.model_validate_json(message.body), self._targets)
            change = Change("sla_watchdog", decision.state.complaint_id, message, CLOCKS.dump(decision.state), (), decision.what, at)
            documents.append(created(change, ()) | _due(decision.state))
        await insert_all(self._clocks, documents)
        started = [one["_id"] for one in documents]
        self._started.update(started)
        await self.add([self._early.pop(key) for key in started if key in self._early])
        return ()

    async def add(self, messages: Messages) -> Sequence[Outgoing]:
        events = {one.complaint_id: (message, one) for message in messages for one in [ComplaintRouted.model_validate_json(message.body)]}
        if not events:
            return ()
        found = await self._clocks.find({"_id": {"$in": list(events)}}).to_list(None)
        writes = [self._addition(document, *events[document["_id"]]) for document in found]
        if writes:
            await self._clocks.bulk_write(writes, ordered=False)
        for document in found:
            await events.pop(document["_id"])[0].ack()
        again = [message for key, (message, _) in events.items() if key in self._started]
        self._early |= {key: message for key, (message, _) in events.items() if key not in self._started}
        return await self.add(again)

    def _addition(self, document: Document, message: AbstractIncomingMessage, event: ComplaintRouted) -> UpdateOne:
        decision = rules.route(CLOCKS.load(document), event, self._targets)
        change = Change(
            "sla_watchdog",
            document["_id"],
            message,
            CLOCKS.dump(decision.state),
            (),
            decision.what,
            now(),
            document["version"] + 1,
            document["head"],
        )
        moved = moved_on(change, events_of(change))
        moved["$set"] |= _due(decision.state)
        return UpdateOne({"_id": document["_id"], "version": document["version"]}, moved)


def _due(clocks: Clocks) -> Document:
    return {"next_due": clocks.next_due}


def hops() -> list[Hop]:
    watchdog = Watchdog()
    return [
        Hop(["sla-watchdog.complaint-registered"], watchdog.start),
        Hop(["sla-watchdog.complaint-routed"], watchdog.add, one_by_one=True),
    ]
