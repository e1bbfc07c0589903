"""Who works here, what they may do, and what complaints come from. Data: organisation.toml, permissions.toml, root_causes.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator

from services.casework.steps import COMMANDS, name_of
from shared.contracts.vocabulary import AgentId, RootCause, Team


class Role(StrEnum):
    AGENT = "agent"
    SENIOR_AGENT = "senior_agent"
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    INTERNAL_OMBUDSMAN = "internal_ombudsman"
    COMPLIANCE = "compliance"
    OPERATOR = "operator"
    SYSTEM = "system"


LONGEST_WAITS = 10
"""The wallet is asked after once, twice, … ten times its usual patience, and then every ten."""
NOBODYS = frozenset({"customer", "ledger", "system", "wallet"})
ABOVE_THE_TEAMS = frozenset({Role.SUPERVISOR, Role.COMPLIANCE, Role.SYSTEM})
"""They may act on any team's complaint, and on one that somebody else has."""


@dataclass(frozen=True, slots=True)
class Person:
    id: AgentId
    role: Role
    team: Team
    reports_to: AgentId | None = None

    @property
    def stands_above_the_teams(self) -> bool:
        return self.role in ABOVE_THE_TEAMS


def _each_once(people: tuple[Person, ...]) -> tuple[Person, ...]:
    ids = [one.id for one in people]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ValueError(f"listed twice: {', '.join(twice)}")
    if reserved := sorted({*ids} & NOBODYS):
        raise ValueError(f"these stand for others in the history: {', '.join(reserved)}")
    if strangers := sorted({one.reports_to for one in people if one.reports_to} - set(ids)):
        raise ValueError(f"somebody reports to {', '.join(strangers)}, who is not listed")
    return people


def _every_command(may: Mapping[str, frozenset[Role]]) -> Mapping[str, frozenset[Role]]:
    commands = {name_of(one) for one in COMMANDS}
    if wrong := sorted(commands ^ set(may)):
        raise ValueError(f"each command is named once, and nothing else; wrong: {', '.join(wrong)}")
    return may


@dataclass(frozen=True)
class Organisation:
    version: str
    people: Annotated[tuple[Person, ...], AfterValidator(_each_once)]

    @cached_property
    def by_id(self) -> Mapping[AgentId, Person]:
        return {one.id: one for one in self.people}

    def above(self, person: Person) -> tuple[AgentId, ...]:
        """Whom they report to, and so on up. A circle ends where it began."""
        chain: list[AgentId] = []
        boss = person.reports_to
        while boss is not None and boss not in chain:
            chain.append(boss)
            boss = self.by_id[boss].reports_to
        return tuple(chain)


class Sight(StrEnum):
    """How much of a complaint somebody is shown."""

    STATES = "states"
    """Its number and where it stands."""
    MASKED = "masked"
    """All, with dots where something personal stands."""
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Permissions:
    version: str
    may: Annotated[Mapping[str, frozenset[Role]], AfterValidator(_every_command)]
    sees: Mapping[Role, Sight] = field(default_factory=dict)
    """Who is not named sees states."""


@dataclass(frozen=True, slots=True)
class RootCauses:
    """What a complaint may have come from, as people code it when they close one."""

    version: str
    codes: frozenset[RootCause]


@dataclass(frozen=True, slots=True)
class WalletPatience:
    """How long an answer of the wallet's systems is waited for, and how often the ledger is asked in all."""

    answer_within: timedelta
    attempts: int

    def until(self, attempt: int, at: datetime) -> datetime:
        """When what it shall do is asked for once more; never is it given up on."""
        return at + self.answer_within * min(attempt, LONGEST_WAITS)
