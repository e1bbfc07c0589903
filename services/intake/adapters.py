"""Who may publish to us, and what holds for a message that does not say it itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.vocabulary import AdapterName, Channel, Country, Language


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
class AdapterFile:
    """deploy/adapters.toml"""

    adapters: tuple[AdapterEntry, ...]

    def by_name(self) -> Adapters:
        return Adapters({one.name: one for one in self.adapters})
