"""One event in, one event out."""

from typing import Any

from services.routing import rules
from services.routing.settings import RoutingSettings
from services.routing.store import ASSIGNMENTS
from shared.contracts import ComplaintRegistered
from tests.load.bare.documents import Change, created, events_of, now
from tests.load.bare.serve import Done, Hop, Messages, database, insert_all


class Routing:
    def __init__(self) -> None:
        self._database: Any = database("routing")
        self._table = RoutingSettings().table()

    async def route(self, messages: Messages) -> Done:
        at, changes = now(), []
        for message in messages:
            event = ComplaintRegistered.model_validate_json(message.body)
            decision = rules.route(event, self._table, at)
            changes.append(
                Change("routing", event.complaint_id, message, ASSIGNMENTS.dump(decision.state), decision.emit, decision.what, at)
            )
        events = [events_of(change) for change in changes]
        await insert_all(self._database.assignments, [created(change, of) for change, of in zip(changes, events, strict=True)])
        return Done([event for of in events for event in of])


def hops() -> list[Hop]:
    return [Hop(["routing.complaint-registered"], Routing().route)]
