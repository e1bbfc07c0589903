"""The receipt: decided and recorded in batches; what goes by mail is sent letter by letter. Deliveries and moves are recorded."""

import asyncio
from datetime import datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from services.notification import rules
from services.notification.correspondence import Correspondence, complaint_of
from services.notification.senders.connections import Connections
from services.notification.senders.mail import Letter, send
from services.notification.settings import NotificationSettings
from services.notification.store import CORRESPONDENCE
from shared.adapters import email_adapters
from shared.contracts import ComplaintMoved, ComplaintRegistered, DeliveryReported, Message, OutboundNotice
from shared.contracts.vocabulary import Channel, DeliveryState
from shared.decision import Decision
from shared.envelope import Outgoing
from shared.settings import HouseSettings
from shared.topology import outbound_queue
from tests.load.bare.changes import Changes, Heard, heard
from tests.load.bare.documents import Change, created, events_of, now
from tests.load.bare.serve import Done, Hop, Messages, database, insert_all

LETTERS_AT_ONCE = 16


class Notification:
    def __init__(self) -> None:
        self._database: Any = database("notification")
        settings = NotificationSettings()
        self._book, self._connections = settings.phrasebook(), Connections(settings.smtp())
        self.changes = Changes("notification", CORRESPONDENCE, self._database.correspondence, _read, self._decide)

    async def acknowledge(self, messages: Messages) -> Done:
        at, changes = now(), []
        for message in messages:
            event = ComplaintRegistered.model_validate_json(message.body)
            decision = rules.acknowledge(event, self._book, at)
            state = CORRESPONDENCE.dump(decision.state)
            changes.append(Change("notification", event.complaint_id, message, state, decision.emit, decision.what, at))
        events = [events_of(change) for change in changes]
        await insert_all(self._database.correspondence, [created(change, of) for change, of in zip(changes, events, strict=True)])
        later = await self.changes.after_creation([one.key for one in changes])
        return Done([*(event for of in events for event in of), *later.events], later.settled)

    async def post(self, messages: Messages) -> Done:
        return Done(await asyncio.gather(*[self._letter(one) for one in messages]))

    async def _letter(self, message: AbstractIncomingMessage) -> Outgoing:
        notice, at = OutboundNotice.model_validate_json(message.body), now()
        letters = self._database.letters
        await insert_all(letters, [{"_id": notice.notice_id, "schema": 1, "state": "sending", "claimed_at": at, "attempts": 1}])
        await send(Letter(notice, at), self._connections)
        await letters.update_one({"_id": notice.notice_id}, {"$set": {"state": "sent", "sent_at": now()}})
        report = DeliveryReported(notice_id=notice.notice_id, state=DeliveryState.DELIVERED, at=now())
        body = report.model_dump_json(exclude_none=True).encode()
        return Outgoing(f"{notice.notice_id}:delivered", report.exchange, f"delivery.{notice.adapter}", report.key, body, notice.subject_id)

    def _decide(self, held: Correspondence, event: Message, at: datetime) -> Decision[Correspondence]:
        if isinstance(event, DeliveryReported):
            return rules.record_delivery(held, event, at)
        assert isinstance(event, ComplaintMoved)
        return rules.tell_move(held, event, self._book, at)


def _read(message: AbstractIncomingMessage) -> Heard:
    if message.type == ComplaintMoved.key:
        return heard(ComplaintMoved, message)
    report = DeliveryReported.model_validate_json(message.body)
    return Heard(complaint_of(report.notice_id), report, message)


def hops() -> list[Hop]:
    notification = Notification()
    mails = [outbound_queue(Channel.EMAIL, name) for name in email_adapters(HouseSettings().adapters_file)]
    return [
        Hop(["notification.complaint-registered"], notification.acknowledge),
        Hop(mails, notification.post, batch=LETTERS_AT_ONCE),
        Hop(["notification.delivery-reported", "notification.complaint-moved"], notification.changes.make, one_by_one=True),
    ]
