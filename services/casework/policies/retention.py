"""How long the law keeps a complaint from being erased. Data: retention.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.contracts.vocabulary import Regime

HOUSE: Regime = "house"


class CountedFrom(StrEnum):
    CLOSED = "closed"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Keep:
    regime: Regime
    years: Annotated[int, Field(ge=0, le=100)]
    source: str
    counted_from: CountedFrom = CountedFrom.CLOSED

    def until(self, received_at: datetime, closed_at: datetime) -> datetime:
        return years_after(closed_at if self.counted_from is CountedFrom.CLOSED else received_at, self.years)


def _with_a_house(keep: tuple[Keep, ...]) -> tuple[Keep, ...]:
    names = [one.regime for one in keep]
    if HOUSE not in names or len(names) != len(set(names)):
        raise ValueError("each regime is listed once, and `house` is among them")
    return keep


@dataclass(frozen=True)
class Retention:
    version: str
    keep: Annotated[tuple[Keep, ...], AfterValidator(_with_a_house)]

    @cached_property
    def by_regime(self) -> Mapping[Regime, Keep]:
        return {one.regime: one for one in self.keep}

    def of(self, regime: Regime) -> Keep:
        return self.by_regime.get(regime, self.by_regime[HOUSE])


def years_after(moment: datetime, years: int) -> datetime:
    """The same day of a later year; after a 29 February that the year does not have, 1 March."""
    at = moment.astimezone(UTC)
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)
