"""Three events in: the first starts the clocks, the second adds one, the third says how the complaint moved."""

from datetime import datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from services.sla_watchdog import rules
from services.sla_watchdog.clocks import Clocks
from services.sla_watchdog.settings import SlaWatchdogSettings
from services.sla_watchdog.store import CLOCKS
from shared.contracts import ComplaintMoved, ComplaintRegistered, ComplaintRouted, Message
from shared.decision import Decision
from tests.load.bare.changes import Changes, Heard, heard
from tests.load.bare.documents import Change, created, now
from tests.load.bare.serve import Document, Done, Hop, Messages, database, insert_all


class Watchdog:
    def __init__(self) -> None:
        self._clocks: Any = database("sla_watchdog").clocks
        self._targets = SlaWatchdogSettings().targets()
        self.changes = Changes("sla_watchdog", CLOCKS, self._clocks, _read, self._decide, _due)

    async def start(self, messages: Messages) -> Done:
        at, documents = now(), []
        for message in messages:
            decision = rules.register(ComplaintRegistered.model_validate_json(message.body), self._targets)
            state = CLOCKS.dump(decision.state)
            change = Change("sla_watchdog", decision.state.complaint_id, message, state, (), decision.what, at, schema=CLOCKS.schema)
            documents.append(created(change, ()) | _due(decision.state))
        await insert_all(self._clocks, documents)
        return await self.changes.after_creation([one["_id"] for one in documents])

    def _decide(self, held: Clocks, event: Message, _: datetime) -> Decision[Clocks]:
        if isinstance(event, ComplaintRouted):
            return rules.route(held, event, self._targets)
        assert isinstance(event, ComplaintMoved)
        return rules.move(held, event)


def _read(message: AbstractIncomingMessage) -> Heard:
    return heard(ComplaintRouted if message.type == ComplaintRouted.key else ComplaintMoved, message)


def _due(clocks: Clocks) -> Document:
    return {"next_due": clocks.next_due}


def hops() -> list[Hop]:
    watchdog = Watchdog()
    return [
        Hop(["sla-watchdog.complaint-registered"], watchdog.start),
        Hop(["sla-watchdog.complaint-routed", "sla-watchdog.complaint-moved"], watchdog.changes.make, one_by_one=True),
    ]
