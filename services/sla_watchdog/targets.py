"""The house's targets and what pauses their clocks. Data: policies/house.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from services.sla_watchdog.clocks import Terms
from shared.contracts.vocabulary import Category, ClockKind, Priority, Status

WAITING = frozenset({Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY})
"""Only while somebody outside is waited for may a clock stand still."""

Hours = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


def _for_every_priority(hours: Mapping[Priority, float]) -> Mapping[Priority, float]:
    if missing := [one.value for one in Priority if one not in hours]:
        raise ValueError(f"no target for {', '.join(missing)}")
    return hours


def _waiting_of_every_clock(pauses_in: Mapping[ClockKind, tuple[Status, ...]]) -> Mapping[ClockKind, tuple[Status, ...]]:
    if missing := [one.value for one in ClockKind if one not in pauses_in]:
        raise ValueError(f"nothing said of {', '.join(missing)}")
    if wrong := sorted({one for statuses in pauses_in.values() for one in statuses} - WAITING):
        raise ValueError(f"nobody outside is waited for in {', '.join(wrong)}")
    return pauses_in


@dataclass(frozen=True, slots=True)
class Targets:
    """The house's promise, in hours. Legal deadlines are separate clocks and come with their regimes."""

    version: str
    approaching_share: Share
    first_response_hours: Hours
    resolution_hours: Annotated[Mapping[Priority, Hours], AfterValidator(_for_every_priority)]
    pauses_in: Annotated[Mapping[ClockKind, tuple[Status, ...]], AfterValidator(_waiting_of_every_clock)]
    resolution_hours_of: Mapping[Category, Mapping[Priority, Hours]] = field(default_factory=dict)

    @property
    def policy(self) -> str:
        return f"house@{self.version}"

    @property
    def first_response(self) -> timedelta:
        return timedelta(hours=self.first_response_hours)

    def resolution(self, category: Category, priority: Priority) -> timedelta:
        return timedelta(hours=self.resolution_hours_of.get(category, {}).get(priority, self.resolution_hours[priority]))

    def terms(self, kind: ClockKind, target: timedelta) -> Terms:
        return Terms(target, self.approaching_share, self.pauses_in[kind])
