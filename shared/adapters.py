"""The list of adapters (deploy/adapters.toml): who may publish to us, and what holds for a message that does not say it itself."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from shared.contracts.vocabulary import HOUSE, AdapterName, Channel, Country, Language, Regime
from shared.policy import load


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no zone of the IANA database")
    return name


def _each_name_once(entries: tuple["AdapterEntry", ...]) -> tuple["AdapterEntry", ...]:
    if twice := [name for name, times in Counter(one.name for one in entries).items() if times > 1]:
        raise ValueError(f"listed more than once: {', '.join(twice)}")
    return entries


def _not_of_the_house(entries: tuple["AdapterEntry", ...]) -> tuple["AdapterEntry", ...]:
    if like := [one.name for one in entries if one.name.startswith(HOUSE)]:
        raise ValueError(f"names that begin with {HOUSE!r} are the services' own: {', '.join(like)}")
    return entries


Zone = Annotated[str, AfterValidator(_known_zone)]
Bytes = Annotated[int, Field(gt=0)]


@dataclass(frozen=True, slots=True)
class AdapterEntry:
    name: AdapterName
    channel: Channel
    country: Country
    legal_entity: str
    zone: Zone
    language: Language
    regime: Regime = "house"
    """Which rules of the outside world hold for a complaint that comes this way."""
    max_message_bytes: Bytes | None = None
    """Less than the house's REDRESS_BODY_LIMIT_BYTES."""
    max_attachment_bytes: Bytes | None = None
    """Less than the house's 25 MiB, for each file."""


@dataclass(frozen=True, slots=True)
class Adapters:
    by_name: Mapping[str, AdapterEntry]


@dataclass(frozen=True, slots=True)
class _File:
    adapters: Annotated[tuple[AdapterEntry, ...], AfterValidator(_each_name_once), AfterValidator(_not_of_the_house)]


def adapters_in(path: Path) -> Adapters:
    """Raises `BadPolicy` with the file and the place."""
    return Adapters({one.name: one for one in load(path, _File, {"adapter": "adapters"}).adapters})


def email_adapters(path: Path) -> list[str]:
    """Their outbound queues are read by notification's own mail sender."""
    return [name for name, entry in adapters_in(path).by_name.items() if entry.channel is Channel.EMAIL]
