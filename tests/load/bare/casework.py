"""Two events in, one out: the first begins a complaint's life, the second moves it to its team, and others hear of that."""

from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from services.casework import rules
from services.casework.life import Life
from services.casework.settings import CaseworkSettings
from services.casework.store import LIVES
from shared.contracts import ComplaintRegistered, ComplaintRouted, Message
from shared.decision import Decision
from tests.load.bare.changes import Changes, Heard, heard
from tests.load.bare.documents import Change, created, now
from tests.load.bare.serve import Done, Hop, Messages, database, insert_all


class Casework:
    def __init__(self) -> None:
        self._rulebook = CaseworkSettings().rulebook()
        self._lives: Any = database("casework")[LIVES.name]
        self.changes = Changes("casework", LIVES, self._lives, _read, _route)

    async def begin(self, messages: Messages) -> Done:
        at, documents = now(), []
        for message in messages:
            decision = rules.begin(ComplaintRegistered.model_validate_json(message.body), self._rulebook)
            change = Change("casework", decision.state.complaint_id, message, LIVES.dump(decision.state), (), decision.what, at)
            documents.append(created(change, ()))
        await insert_all(self._lives, documents)
        return await self.changes.after_creation([one["_id"] for one in documents])


def _read(message: AbstractIncomingMessage) -> Heard:
    return heard(ComplaintRouted, message)


def _route(held: Life, event: Message, _: Any) -> Decision[Life]:
    assert isinstance(event, ComplaintRouted)
    return rules.route(held, event)


def hops() -> list[Hop]:
    casework = Casework()
    return [
        Hop(["casework.complaint-registered"], casework.begin),
        Hop(["casework.complaint-routed"], casework.changes.make, one_by_one=True),
    ]
