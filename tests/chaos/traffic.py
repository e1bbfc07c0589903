"""The messages of a timetable, encoded before the run begins: on all channels in the adapters' names, and from the desk."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.intake.identity import Keys, complaint_id_of
from services.intake.numbers import number_for
from services.sla_watchdog.targets import Targets
from shared.contracts import Inbound
from shared.contracts.vocabulary import Channel, ComplaintId
from tests.builders.inbound import an_email, an_inbound, an_inbound_email
from tests.chaos.cases import Case, transaction_of
from tests.chaos.desk import at_the_desk
from tests.chaos.timetable import Age, Entry, Kind
from tests.load.complaints import CHANNELS, as_adapter, text
from tests.load.publishing import Prepared

NO_THREAD = frozenset({Channel.REVIEW})
"""Only the number ties a later message to a complaint here, and the customer writes it in the app."""

ACTS_WITHIN_S = (3.0, 30.0)
BROKEN = (b'{"adapter": "cut sho', b"\xff\xfe not even text", b'{"adapter": "app-cn", "sender": 7}', b"[]")


@dataclass(frozen=True, slots=True)
class Sending:
    """`at_s` after the beginning."""

    at_s: float
    kind: Kind
    prepared: Prepared
    repeat: bool


@dataclass(frozen=True)
class Composer:
    """`run` keeps the ids of one run apart from every other's; `targets` tell when a clock acts."""

    run: str
    keys: Keys
    targets: Targets
    begins_at: datetime
    per_s: float
    """Complaints, not counting what goes with them."""

    def sendings(self, entries: Sequence[Entry]) -> list[Sending]:
        made: dict[tuple[Kind, int], Prepared] = {}
        first = entries[0].order if entries else 0.0
        found = []
        for one in (one for one in entries if one.kind is not Kind.REFUND):
            at_s = (one.order - first) / self.per_s
            if (one.kind, one.number) not in made:
                made[one.kind, one.number] = self._prepared(one, at_s)
            found.append(Sending(at_s, one.kind, made[one.kind, one.number], one.repeat))
        return found

    def cases(self, entries: Sequence[Entry], before: int) -> list[Case]:
        """`before`: how many there were in this run already."""
        first = entries[0].order if entries else 0.0
        refunds = [one for one in entries if one.kind is Kind.REFUND]
        return [self._case(one, (one.order - first) / self.per_s, position) for position, one in enumerate(refunds, before)]

    def _case(self, entry: Entry, at_s: float, position: int) -> Case:
        return Case(self.complaint_id(entry.number), f"{self.run}-{entry.number:06d}-refund", at_s, transaction_of(position))

    def _prepared(self, entry: Entry, at_s: float) -> Prepared:
        match entry.kind:
            case Kind.COMPLAINT:
                return as_adapter(self.complaint(entry.number, self.begins_at + timedelta(seconds=at_s), entry.age))
            case Kind.FOLLOW_UP:
                return as_adapter(self.follow_up(entry.number, self.begins_at + timedelta(seconds=at_s)))
            case Kind.UNREADABLE:
                return self._unreadable(entry.number, self.begins_at + timedelta(seconds=at_s))
            case _:
                return at_the_desk(entry.kind, self.complaint_id(entry.number), f"{self.run}-{entry.number:06d}-{entry.kind}")

    def complaint(self, number: int, at: datetime, age: Age = Age.FRESH) -> Inbound:
        return self._said(
            _channel(number), f"{self.run}-{number:06d}", f"thread-{self.run}-{number}", text(number), self._received(age, at, number)
        )

    def follow_up(self, number: int, at: datetime) -> Inbound:
        channel, name = _channel(number), f"{self.run}-{number:06d}-later"
        said = f"补充第 {number} 号:上面说的那笔钱今天还是没有到账,请加快处理。"
        if channel in NO_THREAD:
            known = number_for(self.complaint_id(number), self.keys.numbers, 0)
            return self._said(Channel.APP, name, f"thread-{name}", f"投诉编号 {known}。{said}", at)
        return self._said(channel, name, f"thread-{self.run}-{number}", said, at)

    def complaint_id(self, number: int) -> ComplaintId:
        first = self.complaint(number, self.begins_at)
        return complaint_id_of(first.adapter, first.source_id)

    def _said(self, channel: Channel, name: str, thread: str, said: str, at: datetime) -> Inbound:
        changes: dict[str, Any] = {"sent_at": at, "received_at": at, "language": "zh-Hans", "thread_id": thread}
        if channel is Channel.EMAIL:
            return an_inbound_email(raw=an_email(said, message_id=f"<{name}@example.com>"), **changes)
        if channel is Channel.REFERRAL:
            changes["referral"] = {"body": "12315", "reference": thread, "text": said}
        return an_inbound(channel, said, source_id=name, **changes)

    def _unreadable(self, number: int, at: datetime) -> Prepared:
        readable = as_adapter(self._said(Channel.APP, f"{self.run}-{number:06d}-unreadable", "", "x", at))
        readable.message.body = BROKEN[number % len(BROKEN)]
        return readable

    def _received(self, age: Age, at: datetime, number: int) -> datetime:
        """So long ago that the first clock acts some seconds after the message is sent."""
        soon = timedelta(seconds=random.Random(number).uniform(*ACTS_WITHIN_S))
        clock = self.targets.house.first_response
        whole = timedelta(hours=clock.target.count)
        match age:
            case Age.FRESH:
                return at
            case Age.APPROACHES:
                return at - whole * clock.warnings[0] + soon
            case Age.MISSED:
                return at - whole + soon


def _channel(number: int) -> Channel:
    return CHANNELS[number % len(CHANNELS)]


def begins_now() -> datetime:
    return datetime.now(UTC)
