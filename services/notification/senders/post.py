"""Notices that leave by e-mail: claimed before, completed after, reported like every adapter reports."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from services.notification.senders.mail import Letter, MailRefused, send
from services.notification.settings import SmtpSettings
from shared.clock import Clock
from shared.contracts import DeliveryReported, OutboundNotice, TeamNotice
from shared.contracts.vocabulary import DeliveryState
from shared.envelope import Delivery, Outgoing
from shared.errors import UnreadableMessage
from shared.record import Cause
from shared.service import House
from shared.storage import Collection, UpdateOne, insert
from shared.task import End, Task, failures_of

TEAM_MAIL = "team-mail"
"""Stands where an adapter's name stands in the reports on notices to teams."""


class Post:
    """One letter for each notice. A crash between the server's acceptance and our record sends it twice, under one Message-ID."""

    def __init__(self, house: House, smtp: SmtpSettings) -> None:
        self._letters: Collection = house.database.collection("letters")
        self._publish = house.publish
        self._clock: Clock = house.clock
        self._smtp = smtp

    async def handle(self, deliveries: Sequence[Delivery]) -> list[Task]:
        tasks = [Task(Cause.of(one.envelope), one) for one in deliveries]
        await asyncio.gather(*[self._one(task, delivery) for task, delivery in zip(tasks, deliveries, strict=True)])
        return tasks

    async def _one(self, task: Task, delivery: Delivery) -> None:
        with failures_of(task):
            notice = _read(delivery)
            task.ends(End.DONE, await self._sent(notice))

    async def _sent(self, notice: OutboundNotice | TeamNotice) -> str:
        at = self._clock.now()
        if not await self._claimed(notice.notice_id, at):
            return "sent-before"
        try:
            await send(Letter(notice, at), self._smtp)
        except MailRefused as error:
            await self._report(notice, DeliveryState.FAILED, str(error))
            raise
        await self._report(notice, DeliveryState.DELIVERED, None)
        await self._complete(notice.notice_id)
        return "sent"

    async def _claimed(self, notice_id: str, at: datetime) -> bool:
        """False where it went out before. A claim without an end means that an attempt failed or its worker died: try again."""
        done = await self._letters.write([insert({"_id": notice_id, "schema": 1, "state": "sending", "claimed_at": at, "attempts": 1})])
        if not done.failed:
            return True
        known = await self._letters.one({"_id": notice_id})
        if known is None or known["state"] == "sent":
            return False
        await self._letters.write([UpdateOne({"_id": notice_id}, {"$inc": {"attempts": 1}})])
        return True

    async def _complete(self, notice_id: str) -> None:
        await self._letters.write([UpdateOne({"_id": notice_id}, {"$set": {"state": "sent", "sent_at": self._clock.now()}})])

    async def _report(self, notice: OutboundNotice | TeamNotice, state: DeliveryState, reason: str | None) -> None:
        report = DeliveryReported(notice_id=notice.notice_id, state=state, reason=reason, at=self._clock.now())
        adapter = notice.adapter if isinstance(notice, OutboundNotice) else TEAM_MAIL
        body = report.model_dump_json(exclude_none=True).encode()
        message_id = f"{notice.notice_id}:{state}"
        await self._publish([Outgoing(message_id, report.exchange, f"delivery.{adapter}", report.key, body, notice.subject_id)])


def _read(delivery: Delivery) -> OutboundNotice | TeamNotice:
    contract = TeamNotice if delivery.envelope.type == TeamNotice.key else OutboundNotice
    try:
        return contract.model_validate_json(delivery.body)
    except ValidationError as error:
        raise UnreadableMessage(f"{contract.key} expected, {error.error_count()} fields are wrong") from None
