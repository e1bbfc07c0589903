"""Known answers that customers can act on by themselves. One goes with the receipt where it fits; the complaint stays open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from services.notification.promises import DataFile
from shared.contracts import ComplaintRegistered
from shared.contracts.vocabulary import Category, FactKind
from shared.policy import BadPolicy, load

HERE = Path(__file__).parent / "known_answers"


class KnownAnswer(DataFile):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
    about: frozenset[Category] = Field(min_length=1)
    unless_signals: frozenset[FactKind] = frozenset()

    def fits(self, complaint: ComplaintRegistered) -> bool:
        return topic_of(complaint) in self.about and self.unless_signals.isdisjoint(complaint.signals)


class KnownAnswers(DataFile):
    """`known_answers/answers.toml`."""

    version: str
    answers: tuple[KnownAnswer, ...]


@dataclass(frozen=True, slots=True)
class SelfService:
    answers: tuple[KnownAnswer, ...]
    texts: Mapping[str, Mapping[str, str]]
    """By language, then by the answer's name."""

    def text(self, complaint: ComplaintRegistered, language: str) -> str | None:
        """The first that fits, in one of our languages."""
        return next((self.texts[language][one.name] for one in self.answers if one.fits(complaint)), None)


def topic_of(complaint: ComplaintRegistered) -> Category:
    """A question is about something too, whatever the list of categories calls it."""
    return complaint.topic or complaint.category


def load_self_service(languages: Iterable[str], folder: Path = HERE) -> SelfService:
    """Raises `BadPolicy` where a text is lacking in one of the languages."""
    answers = load(folder / "answers.toml", KnownAnswers, {"answer": "answers"}).answers
    return SelfService(answers, {one: _texts(folder / one, answers) for one in languages})


def _texts(folder: Path, answers: tuple[KnownAnswer, ...]) -> dict[str, str]:
    files = {one.name: folder / f"{one.name}.txt" for one in answers}
    if lacking := [name for name, file in files.items() if not file.is_file()]:
        raise BadPolicy(f"{folder}: no file for {lacking}")
    return {name: file.read_text(encoding="utf-8").strip() for name, file in files.items()}
