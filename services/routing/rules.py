"""Which team takes a complaint, with which priority, and where it goes when a deadline was missed or somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.contracts import ComplaintEscalated, ComplaintRegistered, ComplaintRouted, DeadlineMissed, EscalationRequested, MaskedFact
from shared.contracts.vocabulary import (
    Category,
    Channel,
    ComplaintId,
    ComplaintNumber,
    Currency,
    FactKind,
    Language,
    Personal,
    Priority,
    Team,
)
from shared.decision import Decision

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


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a complaint goes one step up. Its name tells it from every other ground of this complaint."""

    name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Amount:
    at_least: int
    """minor units"""
    currency: Currency


@dataclass(frozen=True, slots=True)
class Rule:
    """Applies when everything it names is true; an empty condition does not ask. Its effects add to those before it."""

    name: str
    categories: tuple[Category, ...] = ()
    channels: tuple[Channel, ...] = ()
    languages: tuple[Language, ...] = ()
    signals: tuple[FactKind, ...] = ()
    amount: Amount | None = None
    team: Team | None = None
    priority: Priority | None = None
    at_least: Priority | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What ops may edit: rules in order, and who stands above whom."""

    version: str
    default_team: Team
    default_priority: Priority
    escalation: tuple[Team, ...]
    rules: tuple[Rule, ...] = field(default=())


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


def applies(rule: Rule, complaint: ComplaintRegistered) -> bool:
    return (
        (not rule.categories or complaint.category in rule.categories)
        and (not rule.channels or complaint.channel in rule.channels)
        and (not rule.languages or complaint.language in rule.languages)
        and (not rule.signals or bool(set(rule.signals) & set(complaint.signals)))
        and (rule.amount is None or _reaches(rule.amount, complaint.facts))
    )


def deadline_missed(missed: DeadlineMissed) -> Ground:
    return Ground(f"{missed.clock}/{missed.generation}", f"{missed.clock} missed", missed.missed_at)


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
    team, priority = table.escalation[level - 1], _raised(held.priority, Priority.HIGH)
    move = Move(team, priority, ground.at, (ground.reason,))
    moved = replace(held, team=team, priority=priority, level=level, history=(*held.history, move), escalated_for=escalated_for)
    return Decision(moved, emit=[_escalated(held, moved, ground)], what="escalated")


def _level_of(team: Team, table: Table) -> int:
    """A complaint that began with somebody of the ladder does not go down to who stands below."""
    return table.escalation.index(team) + 1 if team in table.escalation else 0


def _raised(priority: Priority, at_least: Priority | None) -> Priority:
    return priority if at_least is None else max(priority, at_least, key=BY_URGENCY.index)


def _reaches(amount: Amount, facts: Sequence[MaskedFact]) -> bool:
    return any(
        fact.kind is FactKind.AMOUNT and fact.unit == amount.currency and isinstance(fact.value, int) and fact.value >= amount.at_least
        for fact in facts
    )


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
