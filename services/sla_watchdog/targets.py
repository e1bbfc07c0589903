"""What is promised: the house's own targets for every complaint, and the legal ones of each regime. Data: the files of policies/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from services.sla_watchdog.calendar import Span, Unit
from services.sla_watchdog.clocks import Terms
from shared.contracts.vocabulary import Category, ClockKind, Priority, Regime, Status

WAITING = frozenset({Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY})
"""Only while somebody outside is waited for may a clock stand still."""
LEGAL = frozenset({ClockKind.HOLDING_REPLY, ClockKind.FINAL_RESPONSE})
"""The law waits for nobody."""
HOUSE = "house"
QUARTERS = (0.75,)
LONGEST = 10_000
WRITTEN = re.compile(rf"(?P<count>\d+(\.\d+)?) (?P<unit>{'|'.join(Unit)})")


def _span(written: Any) -> Span:  # noqa: ANN401 - whatever the file holds
    found = WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"write a number and one of {', '.join(Unit)}")
    span = Span(float(found["count"]), Unit(found["unit"]))
    if not 0 < span.count <= LONGEST:
        raise ValueError(f"between 0 and {LONGEST}")
    if span.unit is not Unit.HOURS and not span.count.is_integer():
        raise ValueError("days and weeks are whole")
    return span


def _in_their_order(shares: tuple[float, ...]) -> tuple[float, ...]:
    if list(shares) != sorted(set(shares)):
        raise ValueError("each later than the one before")
    return shares


def _outside(statuses: tuple[Status, ...]) -> tuple[Status, ...]:
    if wrong := sorted(set(statuses) - WAITING):
        raise ValueError(f"nobody outside is waited for in {', '.join(wrong)}")
    return statuses


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not an IANA time zone") from None
    return name


def _for_every_priority(targets: Mapping[Priority, Span]) -> Mapping[Priority, Span]:
    if missing := [one.value for one in Priority if one not in targets]:
        raise ValueError(f"no target for {', '.join(missing)}")
    return targets


Target = Annotated[Span, BeforeValidator(_span)]
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
Shares = Annotated[tuple[Share, ...], AfterValidator(_in_their_order)]
Waiting = Annotated[tuple[Status, ...], AfterValidator(_outside)]
Zone = Annotated[str, AfterValidator(_known_zone)]


@dataclass(frozen=True, slots=True)
class HouseClock:
    target: Target
    warnings: Shares = QUARTERS
    pauses_in: Waiting = ()


@dataclass(frozen=True, slots=True)
class ResolutionClock:
    """By category and priority, or by priority alone."""

    target: Annotated[Mapping[Priority, Target], AfterValidator(_for_every_priority)]
    warnings: Shares = QUARTERS
    pauses_in: Waiting = ()
    target_of: Mapping[Category, Mapping[Priority, Target]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LegalClock:
    """Never stands still."""

    target: Target
    warnings: Shares = QUARTERS


@dataclass(frozen=True, slots=True)
class House:
    """`house.toml`: every clock that is not the law's, by its kind."""

    version: str
    zone: Zone
    first_response: HouseClock
    resolution: ResolutionClock
    update: HouseClock
    material_wait: HouseClock
    appeal_review: HouseClock
    remedy_paid: HouseClock
    referral_answer: HouseClock


@dataclass(frozen=True, slots=True)
class Law:
    """A regime's file: when it wants a holding reply, and when the final response."""

    version: str
    zone: Zone
    source: str
    final_response: LegalClock
    holding_reply: LegalClock | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a clock takes along when it starts."""

    policy: str
    """name@version"""
    terms: Terms


@dataclass(frozen=True, slots=True)
class Targets:
    house: House
    laws: Mapping[Regime, Law]

    def knows(self, regime: Regime) -> bool:
        return regime == HOUSE or regime in self.laws

    def of(self, kind: ClockKind) -> Promise:
        """One of the house's, but the resolution."""
        clock: HouseClock = getattr(self.house, kind)
        return self._house(clock.target, clock)

    def resolution(self, category: Category, priority: Priority) -> Promise:
        clock = self.house.resolution
        return self._house(clock.target_of.get(category, {}).get(priority, clock.target[priority]), clock)

    def legal(self, regime: Regime) -> Mapping[ClockKind, Promise]:
        """Nothing for the house alone, and for a regime without a file."""
        law = self.laws.get(regime)
        wanted = {ClockKind.HOLDING_REPLY: law.holding_reply, ClockKind.FINAL_RESPONSE: law.final_response} if law else {}
        return {kind: _legal(regime, law, clock) for kind, clock in wanted.items() if law and clock}

    def _house(self, target: Span, clock: HouseClock | ResolutionClock) -> Promise:
        return Promise(f"{HOUSE}@{self.house.version}", Terms(target, clock.warnings, clock.pauses_in, self.house.zone))


def _legal(regime: Regime, law: Law, clock: LegalClock) -> Promise:
    return Promise(f"{regime}@{law.version}", Terms(clock.target, clock.warnings, zone=law.zone))
