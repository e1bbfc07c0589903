"""Two events begin a complaint's life and move it to its team; commands do the rest, and others hear of that."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from services.casework import rules
from services.casework.beginning import begin
from services.casework.life import Life
from services.casework.settings import CaseworkSettings, keys_of
from services.casework.store import LIVES
from shared.contracts import CaseworkCommand, ComplaintRegistered, ComplaintRouted, Message
from shared.decision import Decision
from shared.settings import HouseSettings
from tests.load.bare.changes import Changes, Heard, heard
from tests.load.bare.documents import Change, created, now
from tests.load.bare.serve import Done, Hop, Messages, database, insert_all

COMMANDS = {one.key: one for one in CaseworkCommand.__subclasses__()}


class Casework:
    def __init__(self) -> None:
        self._rulebook = replace(CaseworkSettings().rulebook(), keys=keys_of(HouseSettings()))
        self._lives: Any = database("casework")[LIVES.name]
        self.changes = Changes("casework", LIVES, self._lives, _read, _route)
        self.commands = Changes("casework", LIVES, self._lives, _read_command, self._obey)

    def _obey(self, held: Life, command: Message, at: datetime) -> Decision[Life]:
        assert isinstance(command, CaseworkCommand)
        return rules.obey(held, command, self._rulebook, at)

    async def begin(self, messages: Messages) -> Done:
        at, documents = now(), []
        for message in messages:
            decision = begin(ComplaintRegistered.model_validate_json(message.body), self._rulebook)
            change = Change("casework", decision.state.complaint_id, message, LIVES.dump(decision.state), (), decision.what, at)
            documents.append(created(change, ()))
        await insert_all(self._lives, documents)
        return await self.changes.after_creation([one["_id"] for one in documents])


def _read(message: AbstractIncomingMessage) -> Heard:
    return heard(ComplaintRouted, message)


def _read_command(message: AbstractIncomingMessage) -> Heard:
    return heard(COMMANDS[message.type or ""], message)


def _route(held: Life, event: Message, _: Any) -> Decision[Life]:
    assert isinstance(event, ComplaintRouted)
    return rules.route(held, event)


def hops() -> list[Hop]:
    casework = Casework()
    return [
        Hop(["casework.complaint-registered"], casework.begin),
        Hop(["casework.complaint-routed"], casework.changes.make, one_by_one=True),
        Hop(["casework.commands"], casework.commands.make, one_by_one=True),
    ]
