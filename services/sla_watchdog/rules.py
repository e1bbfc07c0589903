"""The clocks of a complaint: how they start, are met, and what time does to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from services.sla_watchdog import calendar
from shared.contracts import (
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    CustomerAnswered,
    DeadlineApproaching,
    DeadlineMissed,
    Message,
)
from shared.contracts.vocabulary import Category, ClockKind, ComplaintId, ComplaintNumber, Priority, Team
from shared.decision import Decision


class ClockState(StrEnum):
    RUNNING = "running"
    APPROACHING = "approaching"
    MISSED = "missed"
    MET = "met"
    MET_LATE = "met_late"


@dataclass(frozen=True, slots=True)
class Clock:
    kind: ClockKind
    generation: int
    policy: str
    started_at: datetime
    approaches_at: datetime
    due_at: datetime
    state: ClockState = ClockState.RUNNING
    met_at: datetime | None = None

    @property
    def next_due(self) -> datetime | None:
        return {ClockState.RUNNING: self.approaches_at, ClockState.APPROACHING: self.due_at}.get(self.state)


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks of one complaint. `answered_at` and `resolved_at` are remembered: their events may come before a clock starts."""

    complaint_id: ComplaintId
    number: ComplaintNumber
    received_at: datetime
    team: Team | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    clocks: tuple[Clock, ...] = ()

    @property
    def next_due(self) -> datetime | None:
        return min((one.next_due for one in self.clocks if one.next_due), default=None)


Hours = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


def _for_every_priority(hours: Mapping[Priority, float]) -> Mapping[Priority, float]:
    if missing := [one.value for one in Priority if one not in hours]:
        raise ValueError(f"no target for {', '.join(missing)}")
    return hours


@dataclass(frozen=True, slots=True)
class Targets:
    """The house's promise, in hours. Legal deadlines are separate clocks and come with their regimes."""

    version: str
    approaching_share: Share
    first_response_hours: Hours
    resolution_hours: Annotated[Mapping[Priority, Hours], AfterValidator(_for_every_priority)]
    resolution_hours_of: Mapping[Category, Mapping[Priority, Hours]] = field(default_factory=dict)

    @property
    def policy(self) -> str:
        return f"house@{self.version}"

    def resolution(self, category: Category, priority: Priority) -> timedelta:
        return timedelta(hours=self.resolution_hours_of.get(category, {}).get(priority, self.resolution_hours[priority]))


def register(event: ComplaintRegistered, targets: Targets) -> Decision[Clocks]:
    """The first response is owed from the moment the company received the complaint, whenever we come to it."""
    first = start(ClockKind.FIRST_RESPONSE, event.received_at, timedelta(hours=targets.first_response_hours), targets)
    return Decision(Clocks(event.complaint_id, event.number, event.received_at, clocks=(first,)), what="first-response-started")


def route(held: Clocks, event: ComplaintRouted, targets: Targets) -> Decision[Clocks]:
    if any(one.kind is ClockKind.RESOLUTION for one in held.clocks):
        return Decision.unchanged(held, "resolution-started-before")
    clock = start(ClockKind.RESOLUTION, held.received_at, targets.resolution(event.category, event.priority), targets)
    return Decision(_settled(replace(held, team=event.team, clocks=(*held.clocks, clock))), what="resolution-started")


def answer(held: Clocks, event: CustomerAnswered) -> Decision[Clocks]:
    """The earliest answer counts, in whatever order we hear of them."""
    earliest = min(filter(None, (held.answered_at, event.answered_at)))
    return Decision(_settled(replace(held, answered_at=earliest)), what="answered")


def resolve(held: Clocks, event: ComplaintResolved) -> Decision[Clocks]:
    """A resolution is an answer too."""
    resolved = min(filter(None, (held.resolved_at, event.resolved_at)))
    answered = min(filter(None, (held.answered_at, event.resolved_at)))
    return Decision(_settled(replace(held, resolved_at=resolved, answered_at=answered)), what="resolved")


def fire(held: Clocks, now: datetime) -> Decision[Clocks]:
    """What is due by now happens once. A clock that nobody looked at for long warns and misses in one go."""
    emit: list[Message] = []
    clocks = []
    for clock in held.clocks:
        if clock.state is ClockState.RUNNING and clock.approaches_at <= now:
            emit.append(_approaching(held, clock, now))
            clock = replace(clock, state=ClockState.APPROACHING)  # noqa: PLW2901 - the same clock, one step on
        if clock.state is ClockState.APPROACHING and clock.due_at <= now:
            emit.append(_missed(held, clock, now))
            clock = replace(clock, state=ClockState.MISSED)  # noqa: PLW2901 - the same clock, one step on
        clocks.append(clock)
    return Decision(replace(held, clocks=tuple(clocks)), emit=emit, what="fired" if emit else "nothing-due")


def start(kind: ClockKind, started_at: datetime, target: timedelta, targets: Targets) -> Clock:
    due_at = calendar.due(started_at, target)
    return Clock(kind, 1, targets.policy, started_at, calendar.approaching(started_at, due_at, targets.approaching_share), due_at)


def _settled(held: Clocks) -> Clocks:
    """Every clock against what is known to have happened."""
    met_at = {ClockKind.FIRST_RESPONSE: held.answered_at, ClockKind.RESOLUTION: held.resolved_at}
    return replace(held, clocks=tuple(_met(one, met_at[one.kind]) for one in held.clocks))


def _met(clock: Clock, at: datetime | None) -> Clock:
    if at is None:
        return clock
    return replace(clock, state=ClockState.MET if at <= clock.due_at else ClockState.MET_LATE, met_at=at)


def _approaching(held: Clocks, clock: Clock, now: datetime) -> DeadlineApproaching:
    return DeadlineApproaching(
        complaint_id=held.complaint_id,
        number=held.number,
        clock=clock.kind,
        generation=clock.generation,
        policy=clock.policy,
        team=held.team,
        due_at=clock.due_at,
        noticed_at=now,
    )


def _missed(held: Clocks, clock: Clock, now: datetime) -> DeadlineMissed:
    return DeadlineMissed(
        complaint_id=held.complaint_id,
        number=held.number,
        clock=clock.kind,
        generation=clock.generation,
        policy=clock.policy,
        team=held.team,
        due_at=clock.due_at,
        missed_at=now,
    )
