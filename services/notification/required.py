"""What must stand in a letter, by regime and language. A template that lacks something stops the start. Data: templates/letters.toml."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import Template, TemplateError
from pydantic import Field

from services.notification.bodies import Body
from services.notification.letters import values
from services.notification.phrasebook import LETTERS, Phrasebook, Tongue, phrasebook
from services.notification.promises import DataFile
from services.notification.samples import a_correspondence, a_saying
from shared.contracts.vocabulary import Regime, Verdict
from shared.policy import BadPolicy, load

BODY = "body_"
Values = Mapping[str, object]


class Required(DataFile):
    values: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Requirements(DataFile):
    """`letters.toml`."""

    letter: dict[str, Required]
    regime: dict[Regime, dict[str, Required]]

    def of(self, name: str, regime: Regime) -> tuple[Required, ...]:
        return tuple(filter(None, (self.letter.get(name), self.regime.get(regime, {}).get(name))))


def checked_phrasebook(promises: Path, templates: Path) -> Phrasebook:
    """Raises `BadPolicy` with every letter that lacks something, and what."""
    book = phrasebook(promises, templates)
    found = list(faults(book, load_requirements(templates / "letters.toml", book)))
    if found:
        raise BadPolicy(f"{templates}: " + "; ".join(found))
    return book


def load_requirements(path: Path, book: Phrasebook) -> Requirements:
    found = load(path, Requirements)
    named = {name for of in (found.letter, *found.regime.values()) for name in of}
    if unknown := [*sorted(named - {*LETTERS}), *sorted({*found.regime} - {*book.regimes})]:
        raise BadPolicy(f"{path}: no letter or regime {', '.join(unknown)}")
    return found


def faults(book: Phrasebook, required: Requirements) -> Iterator[str]:
    for tongue in book.tongues.values():
        for regime in book.regimes:
            given = {decision: _given(regime, decision, tongue) for decision in Verdict}
            for name in LETTERS:
                template = tongue.template(name, regime)
                if lacking := list(_lacking(template, given, required.of(name, regime), tongue.language)):
                    yield f"{tongue.language}/{template.name} for {regime} lacks {', '.join(dict.fromkeys(lacking))}"


def sample(letter: str, regime: Regime, decision: Verdict, tongue: Tongue) -> str:
    """As a customer would read it."""
    return tongue.template(letter, regime).render(_given(regime, decision, tongue)).strip()


def _lacking(template: Template, samples: Mapping[Verdict, Values], required: Sequence[Required], language: str) -> Iterator[str]:
    """A letter may say different things for different decisions; what is required by value stands in all of them."""
    for decision, given in samples.items():
        try:
            text = template.render(given)
        except (TemplateError, TypeError, ValueError) as error:
            yield f"what it asks for: {type(error).__name__}: {error}"
            return
        for one in required:
            yield from (value for value in one.values if not all(part in text for part in _parts(value, given)))
            if decision is Verdict.REJECTED:
                yield from (f"{words!r}" for words in one.words.get(language, ()) if words not in text)


def _given(regime: Regime, decision: Verdict, tongue: Tongue) -> Values:
    """Every letter is given the same."""
    return values(a_saying(regime, decision), a_correspondence(tongue.language, min(tongue.moments.zones)), tongue)


def _parts(name: str, given: Values) -> list[str]:
    """The words that stand for a value in the sample. A value that no letter is given is a mistake in the file."""
    if name.startswith(BODY):
        return _of_body(name.removeprefix(BODY), given["body"])
    if name not in given:
        raise BadPolicy(f"letters.toml: no letter is given {name!r}; expected one of {sorted(given)}")
    return [one for value in _each(given[name]) for one in (value.values() if isinstance(value, dict) else [str(value)])]


def _each(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _of_body(name: str, body: object) -> list[str]:
    if not isinstance(body, Body):
        return ["an outside body, of which bodies.toml names none for this regime"]
    parts = {"name": [body.name], "time_limit": [body.time_limit], "web": [body.contacts[0]], "contacts": [*body.contacts]}
    if name not in parts:
        raise BadPolicy(f"letters.toml: of a body a letter is given {sorted(parts)}, found {name!r}")
    return parts[name]
