"""Which team takes a complaint, with which priority, and where it goes when a deadline was missed, or somebody asks or urges."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.routing.table import Table, applies
from shared.contracts import ComplaintEscalated, ComplaintRegistered, ComplaintRouted, DeadlineMissed, EscalationRequested
from shared.contracts.vocabulary import (
    Category,
    ClockKind,
    ComplaintId,
    ComplaintNumber,
    Personal,
    Priority,
    Team,
)
from shared.decision import Decision

KEPT_TO_ITS_TEAM = frozenset({ClockKind.UPDATE, ClockKind.MATERIAL_WAIT})
"""Nobody higher can do what is owed here: the team owes the customer a word, or the customer owes the team an answer."""
BY_URGENCY = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the history: who had it, from when, why."""

    team: Team
    priority: Priority
    at: datetime
    why: Personal[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Assignment:
    complaint_id: ComplaintId
    number: ComplaintNumber
    category: Category
    team: Team
    priority: Priority
    why: tuple[str, ...]
    level: int = 0
    history: tuple[Move, ...] = ()
    escalated_for: tuple[str, ...] = ()
    """What moved it up already, by the names of the grounds."""
    chased: tuple[datetime, ...] = ()
    """When the customer urged, in the order of time."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a complaint goes one step up. Its name tells it from every other ground of this complaint."""

    name: str
    reason: str
    at: datetime


def route(complaint: ComplaintRegistered, table: Table, at: datetime) -> Decision[Assignment]:
    team, priority, why = table.default_team, table.default_priority, [f"table@{table.version}"]
    for rule in table.rules:
        if not applies(rule, complaint):
            continue
        team = rule.team or team
        priority = _raised(rule.priority or priority, rule.at_least)
        why.append(rule.name)
    first = Move(team, priority, at, tuple(why))
    assignment = Assignment(complaint.complaint_id, complaint.number, complaint.category, team, priority, tuple(why), history=(first,))
    return Decision(assignment, emit=[_routed(assignment, complaint.received_at, at)], what="routed")


def miss(held: Assignment, missed: DeadlineMissed, table: Table) -> Decision[Assignment]:
    if missed.clock in KEPT_TO_ITS_TEAM:
        return Decision.unchanged(held, "kept-to-its-team")
    return escalate(held, deadline_missed(missed), table)


def deadline_missed(missed: DeadlineMissed) -> Ground:
    """Of several remedies or appeals each has deadlines of its own."""
    name = "/".join(filter(None, (missed.clock, missed.about, str(missed.generation))))
    which = f"{missed.clock} of {missed.about}" if missed.about else missed.clock
    return Ground(name, f"{which} missed", missed.missed_at)


def higher_asked_for(request: EscalationRequested, cause_id: str) -> Ground:
    """Two requests may read the same, in the same second: what tells them apart is the message."""
    return Ground(f"request/{cause_id}", request.reason, request.requested_at)


def escalate(held: Assignment, ground: Ground, table: Table) -> Decision[Assignment]:
    """One step up for each ground, however often and in whatever order we hear of it."""
    if ground.name in held.escalated_for:
        return Decision.unchanged(held, "escalated-for-this-before")
    escalated_for = tuple(sorted((*held.escalated_for, ground.name)))
    level = max(held.level, _level_of(held.team, table)) + 1
    if level > len(table.escalation):
        return Decision(replace(held, escalated_for=escalated_for), what="nobody-stands-higher")
    higher = replace(held, team=table.escalation[level - 1], level=level, escalated_for=escalated_for)
    moved = moved_on(higher, urgency(higher, table), ground.at, ground.reason)
    return Decision(moved, emit=[_escalated(held, moved, ground)], what="escalated")


def urgency(held: Assignment, table: Table) -> Priority:
    """As it was routed; high at least once it moved up; and one step more for each spell of chasers. Order makes no difference."""
    floor = _raised(held.history[0].priority, Priority.HIGH if held.level else None)
    return BY_URGENCY[min(BY_URGENCY.index(floor) + times_urged(held, table), len(BY_URGENCY) - 1)]


def times_urged(held: Assignment, table: Table) -> int:
    """How many of the chasers are a day, or what the table says, apart from the one that counted before."""
    apart, counted, times = timedelta(hours=table.chaser_raises_every_hours), None, 0
    for moment in held.chased:
        if counted is None or moment - counted >= apart:
            counted, times = moment, times + 1
    return times


def moved_on(held: Assignment, priority: Priority, at: datetime, why: str) -> Assignment:
    return replace(held, priority=priority, history=(*held.history, Move(held.team, priority, at, (why,))))


def _level_of(team: Team, table: Table) -> int:
    """A complaint that began with somebody of the ladder does not go down to who stands below."""
    return table.escalation.index(team) + 1 if team in table.escalation else 0


def _raised(priority: Priority, at_least: Priority | None) -> Priority:
    return priority if at_least is None else max(priority, at_least, key=BY_URGENCY.index)


def _routed(assignment: Assignment, received_at: datetime, at: datetime) -> ComplaintRouted:
    return ComplaintRouted(
        complaint_id=assignment.complaint_id,
        number=assignment.number,
        category=assignment.category,
        team=assignment.team,
        priority=assignment.priority,
        why=assignment.why,
        received_at=received_at,
        routed_at=at,
    )


def _escalated(held: Assignment, moved: Assignment, ground: Ground) -> ComplaintEscalated:
    return ComplaintEscalated(
        complaint_id=moved.complaint_id,
        number=moved.number,
        from_team=held.team,
        team=moved.team,
        level=moved.level,
        priority=moved.priority,
        reason=ground.reason,
        escalated_at=ground.at,
    )
