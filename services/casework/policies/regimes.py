"""What the outside world's rules mean for casework: who looks at a rejection first, how long an appeal is open. Data: regimes.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field

from services.casework.policies.organisation import Role
from shared.contracts.vocabulary import BodyKind, NoticeKind, Regime, Verdict

HOUSE: Regime = "house"


@dataclass(frozen=True, slots=True)
class RegimeRules:
    name: Regime
    source: str
    appeal_within_days: Annotated[int, Field(ge=1)]
    """Calendar days after the decision."""
    second_person: Mapping[Verdict, frozenset[Role]] = field(default_factory=dict)
    """What one of these roles must agree to, before the customer hears it."""
    outside_body: str | None = None
    """Who may be asked next; notification has its words."""
    extension_letter: NoticeKind = NoticeKind.EXTENSION
    longest_days: int | None = None
    """Calendar days from receipt: the final response is never put off beyond them."""

    def may_still_appeal(self, decided_at: datetime, at: datetime) -> bool:
        return at <= self.appeal_until(decided_at)

    def appeal_until(self, decided_at: datetime) -> datetime:
        return decided_at + timedelta(days=self.appeal_within_days)

    def latest(self, received_at: datetime) -> datetime | None:
        return received_at + timedelta(days=self.longest_days) if self.longest_days else None


@dataclass(frozen=True, slots=True)
class Body:
    """An outside body that writes to us through an adapter."""

    adapter: str
    name: str
    kind: BodyKind
    answer_within_days: Annotated[int, Field(ge=1)]

    def answer_by(self, received_at: datetime) -> datetime:
        return received_at + timedelta(days=self.answer_within_days)


def _with_a_house(regimes: tuple[RegimeRules, ...]) -> tuple[RegimeRules, ...]:
    names = [one.name for one in regimes]
    if HOUSE not in names or len(names) != len(set(names)):
        raise ValueError("each regime is listed once, and `house` is among them")
    return regimes


@dataclass(frozen=True)
class Regimes:
    version: str
    regimes: Annotated[tuple[RegimeRules, ...], AfterValidator(_with_a_house)]
    bodies: tuple[Body, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[Regime, RegimeRules]:
        return {one.name: one for one in self.regimes}

    def of(self, name: Regime) -> RegimeRules:
        """The house's own, where the regime is none that casework knows."""
        return self.by_name.get(name, self.by_name[HOUSE])

    def body_of(self, adapter: str) -> Body | None:
        return next((one for one in self.bodies if one.adapter == adapter), None)
