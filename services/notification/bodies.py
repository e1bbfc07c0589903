"""The outside bodies that a customer may turn to, as letters name them. Data: templates/bodies.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from services.notification.promises import DataFile
from shared.contracts.vocabulary import Regime
from shared.policy import load

HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Body:
    """In one language. `contacts` are lines that stand in a letter as they are; the first is its address in the web."""

    name: str
    time_limit: str
    contacts: tuple[str, ...]


class BodyWords(DataFile):
    source: str = Field(min_length=1, description="which rule names it and its time limit")
    web: str = Field(min_length=1)
    contacts: tuple[str, ...] = ()
    name: dict[str, str]
    time_limit: dict[str, str]

    def written_in(self, language: str) -> Body:
        return Body(self.name[language], self.time_limit[language], (self.web, *self.contacts))


class Bodies(DataFile):
    """`bodies.toml`."""

    of_regime: dict[Regime, str]
    body: dict[str, BodyWords]

    @model_validator(mode="after")
    def _every_regime_has_one(self) -> Self:
        if unknown := sorted({*self.of_regime.values()} - {*self.body}):
            raise ValueError(f"of_regime: no body {', '.join(unknown)}")
        return self

    @property
    def regimes(self) -> tuple[Regime, ...]:
        return (HOUSE, *self.of_regime)

    def lacking(self, language: str) -> list[str]:
        return [name for name, words in self.body.items() if language not in words.name or language not in words.time_limit]

    def written_in(self, language: str) -> Mapping[str, Body]:
        return {name: words.written_in(language) for name, words in self.body.items()}


def load_bodies(path: Path) -> Bodies:
    return load(path, Bodies)
