"""The receipt: decided and recorded in batches; what goes by mail is sent letter by letter, and its delivery recorded."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from pymongo import UpdateOne

from services.notification import rules
from services.notification.correspondence import complaint_of
from services.notification.senders.connections import Connections
from services.notification.senders.mail import Letter, send
from services.notification.settings import NotificationSettings
from services.notification.store import CORRESPONDENCE
from shared.adapters import email_adapters
from shared.contracts import ComplaintRegistered, DeliveryReported, OutboundNotice
from shared.contracts.vocabulary import Channel, DeliveryState
from shared.envelope import Outgoing
from shared.settings import HouseSettings
from shared.topology import outbound_queue
from tests.load.bare.documents import Change, created, events_of, moved_on, now
from tests.load.bare.serve import Hop, Messages, database, insert_all

LETTERS_AT_ONCE = 16


class Notification:
    def __init__(self) -> None:
        self._database: Any = database("notification")
        settings = NotificationSettings()
        self._book, self._connections = settings.phrasebook(), Connections(settings.smtp())

    async def acknowledge(self, messages: Messages) -> Sequence[Outgoing]:
        at, changes = now(), []
        for message in messages:
            event = ComplaintRegistered.model_validate_json(message.body)
            decision = rules.acknowledge(event, self._book, at)
            state = CORRESPONDENCE.dump(decision.state)
            changes.append(Change("notification", event.complaint_id, message, state, decision.emit, decision.what, at))
        events = [events_of(change) for change in changes]
        await insert_all(self._database.correspondence, [created(change, of) for change, of in zip(changes, events, strict=True)])
        return [event for of in events for event in of]

    async def post(self, messages: Messages) -> Sequence[Outgoing]:
        return await asyncio.gather(*[self._letter(one) for one in messages])

    async def _letter(self, message: AbstractIncomingMessage) -> Outgoing:
        notice, at = OutboundNotice.model_validate_json(message.body), now()
        letters = self._database.letters
        await insert_all(letters, [{"_id": notice.notice_id, "schema": 1, "state": "sending", "claimed_at": at, "attempts": 1}])
        await send(Letter(notice, at), self._connections)
        await letters.update_one({"_id": notice.notice_id}, {"$set": {"state": "sent", "sent_at": now()}})
        report = DeliveryReported(notice_id=notice.notice_id, state=DeliveryState.DELIVERED, at=now())
        body = report.model_dump_json(exclude_none=True).encode()
        return Outgoing(f"{notice.notice_id}:delivered", report.exchange, f"delivery.{notice.adapter}", report.key, body, notice.subject_id)

    async def record(self, messages: Messages) -> Sequence[Outgoing]:
        reports = {
            complaint_of(one.notice_id): (message, one)
            for message in messages
            for one in [DeliveryReported.model_validate_json(message.body)]
        }
        found = await self._database.correspondence.find({"_id": {"$in": list(reports)}}).to_list(None)
        writes = []
        for document in found:
            message, report = reports[document["_id"]]
            decision = rules.record_delivery(CORRESPONDENCE.load(document), report)
            change = Change(
                "notification", document["_id"], message, CORRESPONDENCE.dump(decision.state), (), decision.what, now(),
                document["version"] + 1, document["head"],
            )  # fmt: skip
            writes.append(UpdateOne({"_id": document["_id"], "version": document["version"]}, moved_on(change, events_of(change))))
        await self._database.correspondence.bulk_write(writes, ordered=False)
        return ()


def hops() -> list[Hop]:
    notification = Notification()
    mails = [outbound_queue(Channel.EMAIL, name) for name in email_adapters(HouseSettings().adapters_file)]
    return [
        Hop(["notification.complaint-registered"], notification.acknowledge),
        Hop(mails, notification.post, batch=LETTERS_AT_ONCE),
        Hop(["notification.delivery-reported"], notification.record),
    ]
