"""The table that ops may edit: rules in order, who stands above whom, and how much chasers weigh. Data: table.toml."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from shared.contracts import ComplaintRegistered, MaskedFact
from shared.contracts.vocabulary import Category, Channel, Currency, FactKind, Language, Priority, Team


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
    chaser_raises_every_hours: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 24
    rules: tuple[Rule, ...] = field(default=())


def applies(rule: Rule, complaint: ComplaintRegistered) -> bool:
    return (
        (not rule.categories or complaint.category in rule.categories)
        and (not rule.channels or complaint.channel in rule.channels)
        and (not rule.languages or complaint.language in rule.languages)
        and (not rule.signals or bool(set(rule.signals) & set(complaint.signals)))
        and (rule.amount is None or _reaches(rule.amount, complaint.facts))
    )


def _reaches(amount: Amount, facts: Sequence[MaskedFact]) -> bool:
    return any(
        fact.kind is FactKind.AMOUNT and fact.unit == amount.currency and isinstance(fact.value, int) and fact.value >= amount.at_least
        for fact in facts
    )
