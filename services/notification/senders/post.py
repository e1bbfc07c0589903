"""Notices that leave by e-mail: claimed before, on record as taken, then reported like every adapter reports."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError

from services.notification.senders.connections import Connections
from services.notification.senders.letter import MailRefused
from services.notification.senders.letters import Letters
from services.notification.senders.mail import Letter, send
from shared.clock import Clock
from shared.contracts import DeliveryReported, OutboundNotice, TeamNotice
from shared.contracts.vocabulary import DeliveryState
from shared.envelope import Delivery, Outgoing
from shared.errors import UnreadableMessage
from shared.house import House
from shared.record import Cause
from shared.task import End, Task, failures_of

TEAM_MAIL = "team-mail"
"""Stands where an adapter's name stands in the reports on notices to teams."""


LEASE_GRACE = timedelta(seconds=10)
"""Between the claim and the first word to the mail server, and for what the clocks of two replicas differ."""


class Post:
    """One letter for each notice. A crash between the server's acceptance and our record sends it twice, under one Message-ID;
    so does a database that goes away in that moment.
    """

    def __init__(self, house: House, connections: Connections) -> None:
        lease = timedelta(seconds=connections.smtp.letter_timeout_s) + LEASE_GRACE
        self._letters = Letters(house.database.collection("letters"), lease)
        self._publish = house.publish
        self._clock: Clock = house.clock
        self._connections = connections

    async def handle(self, deliveries: Sequence[Delivery]) -> list[Task]:
        tasks = [Task(Cause.of(one.envelope), one) for one in deliveries]
        ways = [self._one(task, delivery) for task, delivery in zip(tasks, deliveries, strict=True)]
        # All come to their end before the batch is tried again: a letter still on its way would meet its own second try.
        for outcome in await asyncio.gather(*ways, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        return tasks

    async def _one(self, task: Task, delivery: Delivery) -> None:
        with failures_of(task):
            task.ends(End.DONE, await self._sent(_read(delivery)))

    async def _sent(self, notice: OutboundNotice | TeamNotice) -> str:
        """What the server took is on record before it is reported: a broker that is away must not have it sent again."""
        claimed_at = self._clock.now()
        taken_at, what = await self._letters.claim(notice.notice_id, claimed_at), "sent-before"
        if taken_at is None:
            taken_at, what = await self._taken(Letter(notice, claimed_at)), "sent"
        await self._report(notice, DeliveryState.DELIVERED, None, at=taken_at)
        await self._letters.reported(notice.notice_id, self._clock.now())
        return what

    async def _taken(self, letter: Letter) -> datetime:
        try:
            await send(letter, self._connections)
        except Exception as error:
            await self._letters.release(letter.notice.notice_id, letter.at)
            if isinstance(error, MailRefused):
                await self._report(letter.notice, DeliveryState.FAILED, str(error), at=self._clock.now())
            raise
        taken_at = self._clock.now()
        await self._letters.taken(letter.notice.notice_id, taken_at)
        return taken_at

    async def _report(self, notice: OutboundNotice | TeamNotice, state: DeliveryState, reason: str | None, *, at: datetime) -> None:
        report = DeliveryReported(notice_id=notice.notice_id, state=state, reason=reason, at=at)
        adapter = notice.adapter if isinstance(notice, OutboundNotice) else TEAM_MAIL
        message_id = f"{notice.notice_id}:{state}"
        await self._publish([Outgoing(message_id, report.exchange, f"delivery.{adapter}", report.key, report.encoded(), notice.subject_id)])


def _read(delivery: Delivery) -> OutboundNotice | TeamNotice:
    contract = TeamNotice if delivery.envelope.type == TeamNotice.key else OutboundNotice
    try:
        return contract.model_validate_json(delivery.body)
    except ValidationError as error:
        raise UnreadableMessage(f"{contract.key} expected, {error.error_count()} fields are wrong") from None
