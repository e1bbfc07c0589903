"""The list of adapters (deploy/adapters.toml): who may publish to us, and what holds for a message that does not say it itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.vocabulary import AdapterName, Channel, Country, Language
from shared.policy import load


@dataclass(frozen=True, slots=True)
class AdapterEntry:
    name: AdapterName
    channel: Channel
    country: Country
    legal_entity: str
    zone: str
    language: Language


@dataclass(frozen=True, slots=True)
class Adapters:
    by_name: Mapping[str, AdapterEntry]


@dataclass(frozen=True, slots=True)
class _File:
    adapters: tuple[AdapterEntry, ...]


def adapters_in(path: Path) -> Adapters:
    """Raises `BadPolicy` with the file and the place."""
    return Adapters({one.name: one for one in load(path, _File, {"adapter": "adapters"}).adapters})


def email_adapters(path: Path) -> list[str]:
    """Their outbound queues are read by notification's own mail sender."""
    return [name for name, entry in adapters_in(path).by_name.items() if entry.channel is Channel.EMAIL]
