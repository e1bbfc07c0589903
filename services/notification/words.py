"""The words of one language and how it writes times and money, prepared once so that a notice costs no look-up in babel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import DateTimePattern, get_date_format, get_timezone_name, parse_pattern
from babel.numbers import get_currency_precision
from pydantic import Field, model_validator

from services.notification.promises import DataFile
from shared.contracts.vocabulary import (
    AppealDecision,
    Category,
    ClockKind,
    Currency,
    FactKind,
    Material,
    Outcome,
    Regime,
    RemedyKind,
    Status,
    Verdict,
)
from shared.policy import load

DEFAULT = "default"
CLOSED: Mapping[str, type[StrEnum]] = {
    "categories": Category,
    "materials": Material,
    "clocks": ClockKind,
    "outcomes": Outcome,
    "verdicts": Verdict,
    "rulings": AppealDecision,
    "remedies": RemedyKind,
    "statuses": Status,
    "next_steps": Status,
}
"""Every word of these sets may be said, so each language has all of them."""


class MomentWords(DataFile):
    clock: str
    shown: str


class Words(DataFile):
    """`words.toml` of one language."""

    colon: str = Field(description="between a label and its value")
    paid: str = Field(description="what was done, and the amount that was paid")
    categories: dict[Category, str]
    materials: dict[Material, str]
    facts: dict[FactKind, str]
    wishes: dict[str, str]
    kinds: dict[str, str]
    subjects: dict[str, str]
    refusals: dict[str, str]
    clocks: dict[ClockKind, str]
    outcomes: dict[Outcome, str]
    verdicts: dict[Verdict, str]
    rulings: dict[AppealDecision, str]
    remedies: dict[RemedyKind, str]
    statuses: dict[Status, str]
    next_steps: dict[Status, str]
    law: dict[Regime, str] = Field(default_factory=dict, description="what a regime promises, as a receipt says it")
    money: dict[str, str]
    moment: MomentWords

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> "Words":
        for name, closed in CLOSED.items():
            if missing := set(closed) - set(getattr(self, name)):
                raise ValueError(f"{name}: no words for {sorted(missing)}")
        if DEFAULT not in self.money:
            raise ValueError(f"money: no words for {DEFAULT!r}")
        return self


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes a moment in a zone: `23 November 2026, 10:00 (China Time, UTC+08:00)`."""

    locale: Locale
    day: DateTimePattern
    clock: DateTimePattern
    shown: str
    zones: Mapping[str, tuple[ZoneInfo, str]]

    def write(self, moment: datetime, zone: str) -> str:
        place, name = self.zones[zone]
        there = moment.astimezone(place)
        offset = there.strftime("%z")
        return self.shown.format(
            day=self.day.apply(there, self.locale),
            clock=self.clock.apply(there, self.locale),
            zone=name,
            offset=f"UTC{offset[:3]}:{offset[3:5]}",
        )

    def write_day(self, moment: date) -> str:
        return self.day.apply(moment, self.locale)


@dataclass(frozen=True, slots=True)
class Money:
    """Writes integer minor units: 129900 CNY → 1299.00元."""

    forms: Mapping[str, str]
    names: Mapping[str, str]
    digits: Mapping[str, int]

    def write(self, minor_units: int, currency: Currency) -> str:
        digits = self.digits.get(currency, 2)
        whole, rest = divmod(abs(minor_units), 10**digits)
        amount = f"{'-' if minor_units < 0 else ''}{whole}" + (f".{rest:0{digits}}" if digits else "")
        form = self.forms.get(currency, self.forms[DEFAULT])
        return form.format(amount=amount, currency=currency, name=self.names.get(currency, currency))


def load_words(path: Path) -> Words:
    return load(path, Words)


def moments(locale: Locale, words: MomentWords, zones: frozenset[str]) -> Moments:
    return Moments(
        locale=locale,
        day=get_date_format("long", locale),
        clock=parse_pattern(words.clock),
        shown=words.shown,
        zones={zone: (ZoneInfo(zone), _zone_name(zone, locale)) for zone in zones},
    )


def money(locale: Locale, forms: Mapping[str, str]) -> Money:
    names: dict[str, str] = dict(locale.currencies)
    return Money(forms=forms, names=names, digits={currency: get_currency_precision(currency) for currency in names})


def _zone_name(zone: str, locale: Locale) -> str:
    """The generic name, the same in summer and winter; the offset beside it tells them apart."""
    if zone == "UTC":  # babel takes it for a place that it does not know
        return zone
    return get_timezone_name(ZoneInfo(zone), width="long", locale=locale, zone_variant="generic")
