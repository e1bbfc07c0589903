"""Seven queues in, one event out: seal, parse, understand, claim, register."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from services.intake import rules
from services.intake.identity import Keys, complaint_id_of, number_name
from services.intake.reading import Understood, read
from services.intake.settings import keys
from services.intake.store import COMPLAINTS
from services.intake.threads import thread_of
from shared.adapters import Adapters, adapters_in
from shared.contracts import INBOUND_BY_CHANNEL
from shared.contracts.vocabulary import Channel
from shared.envelope import Envelope
from shared.sealing import Sealer
from shared.settings import HouseSettings
from tests.load.bare.documents import Change, created, events_of, now
from tests.load.bare.serve import Document, Done, Hop, Messages, database, insert_all

KEPT = timedelta(days=90)


class Intake:
    def __init__(self, house: HouseSettings) -> None:
        self._database: Any = database("intake")
        self._adapters: Adapters = adapters_in(house.adapters_file)
        self._keys: Keys = keys(house)
        self._sealer = Sealer(house.key_for("seal"))

    async def register(self, messages: Messages) -> Done:
        at = now()
        await insert_all(self._database.arrivals, [self._sealed(one, at) for one in messages])
        understood = [self._understood(one, at) for one in messages]
        changes = [self._change(message, one) for message, one in zip(messages, understood, strict=True)]
        names = [name for change, one in zip(changes, understood, strict=True) for name in self._names(change, one)]
        await insert_all(self._database.claims, [{"_id": name, "owner": owner, "at": at} for name, owner in names])
        events = [events_of(change) for change in changes]
        await insert_all(self._database.complaints, [created(change, of) for change, of in zip(changes, events, strict=True)])
        return Done([event for of in events for event in of])

    def _sealed(self, message: AbstractIncomingMessage, at: datetime) -> Document:
        channel, _, adapter = (message.routing_key or "").partition(".")
        name = complaint_id_of(adapter, str(message.message_id))
        sealed = self._sealer.seal(message.body, f"arrival/{name}")
        return {
            "_id": name,
            "schema": 1,
            "channel": channel,
            "adapter": adapter,
            "source_id": message.message_id,
            "cause_id": f"{message.routing_key}/{message.message_id}",
            "arrived_at": at,
            "kept_until": at + KEPT,
            "sha256": sha256(message.body).digest(),
            "bytes": len(message.body),
            "body": sealed.body,
            "body_key": sealed.key,
        }

    def _understood(self, raw: AbstractIncomingMessage, at: datetime) -> Understood:
        key = raw.routing_key or ""
        message = INBOUND_BY_CHANNEL[Channel(key.partition(".")[0])].model_validate_json(raw.body)
        envelope = Envelope("", str(raw.message_id), str(raw.type), key, raw.user_id or "", at)
        adapter = rules.vouched(message, envelope, self._adapters)
        return Understood(message, adapter, *read(message, adapter), at)

    def _change(self, cause: AbstractIncomingMessage, understood: Understood) -> Change:
        decision = rules.register(understood, self._keys, 0)
        return Change("intake", understood.inbound_id, cause, COMPLAINTS.dump(decision.state), decision.emit, decision.what, understood.at)

    def _names(self, change: Change, understood: Understood) -> list[tuple[str, str]]:
        names = thread_of(understood.message, understood.parsed, self._keys), number_name(change.state["number"])
        return [(name, change.key) for name in names]


def hops() -> list[Hop]:
    return [Hop([f"intake.{channel}" for channel in Channel], Intake(HouseSettings()).register)]
