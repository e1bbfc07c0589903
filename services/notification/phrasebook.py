"""Every text a customer can get, by language: templates compiled once, filled many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from services.notification.bodies import HOUSE, Bodies, Body, load_bodies
from services.notification.promises import Promises, load_promises
from services.notification.self_service import SelfService, load_self_service
from services.notification.words import Moments, Money, Words, load_words, moments, money
from shared.contracts.vocabulary import Regime
from shared.policy import BadPolicy

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
PROMISES = HERE / "promises.toml"

LETTERS = (
    "answer",
    "material_request",
    "reminder",
    "holding_reply",
    "extension",
    "withdrawn",
    "merged",
    "incident",
    "outcome",
    "survey",
    "survey_thanks",
    "survey_offer",
    "appeal_receipt",
    "appeal_late",
    "appeal_outcome",
)
"""What is said of the work, in private. Of these a regime may have its own."""
TEXTS = (*LETTERS, "receipt", "thanks", "referral", "invitation", "prove_yourself", "progress", "refusal", "code")
WITHOUT_SUBJECT = frozenset({"invitation"})
"""It stands in public."""
PIECES = frozenset({"parts"})
"""Folders of what several texts include: no regime is called that."""
LOCALES = {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "zh-Hant": "zh_Hant_TW"}
FALLBACK = "en"
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language: its templates, words, outside bodies, and ways to write times and money."""

    language: str
    texts: Mapping[str, Template]
    words: Words
    moments: Moments
    money: Money
    bodies: Mapping[str, Body]
    body_of_regime: Mapping[Regime, str]

    def write(self, text: str, **values: object) -> str:
        return self.texts[text].render(values)

    def template(self, text: str, regime: Regime) -> Template:
        """The regime's own where it has one, otherwise the house's."""
        return self.texts.get(f"{regime}/{text}") or self.texts[text]

    def body(self, name: str | None, regime: Regime) -> Body | None:
        """Whom an event names; where the name is unknown here, the regime's own: a letter never goes without."""
        return self.bodies.get(name or "") or self.bodies.get(self.body_of_regime.get(regime, ""))


@dataclass(frozen=True, slots=True)
class Phrasebook:
    promises: Promises
    tongues: Mapping[str, Tongue]
    self_service: SelfService

    @property
    def regimes(self) -> tuple[Regime, ...]:
        return (HOUSE, *self.tongues[FALLBACK].body_of_regime)

    def tongue(self, language: str) -> Tongue:
        return self.tongues[written_in(language)]


def written_in(language: str) -> str:
    """The language we answer in. Chinese is simplified unless the tag says otherwise; who writes anything else gets English."""
    primary, *rest = language.lower().split("-")
    if primary == "zh":
        return "zh-Hant" if _TRADITIONAL.intersection(rest) else "zh-Hans"
    return FALLBACK


def phrasebook(promises_path: Path = PROMISES, templates_path: Path = TEMPLATES) -> Phrasebook:
    """Reads and compiles everything, so that a fault in a file shows when the service starts."""
    promises = load_promises(promises_path)
    bodies = load_bodies(templates_path / "bodies.toml")
    tongues = {language: _tongue(templates_path / language, promises, bodies) for language in LOCALES}
    return Phrasebook(promises, tongues, load_self_service(LOCALES))


def _tongue(folder: Path, promises: Promises, bodies: Bodies) -> Tongue:
    language = folder.name
    locale = Locale.parse(LOCALES[language])
    words = load_words(folder / "words.toml")
    if lacking := [one for one in TEXTS if one not in {*words.subjects, *WITHOUT_SUBJECT}]:
        raise BadPolicy(f"{folder / 'words.toml'}: no subject for {lacking}")
    if lacking := bodies.lacking(language):
        raise BadPolicy(f"{folder.parent / 'bodies.toml'}: no words in {language} for {lacking}")
    return Tongue(
        language=language,
        texts=_compiled(folder, bodies.regimes),
        words=words,
        moments=moments(locale, words.moment, promises.zones),
        money=money(locale, words.money),
        bodies=bodies.written_in(language),
        body_of_regime=bodies.of_regime,
    )


def _compiled(folder: Path, regimes: Sequence[Regime]) -> dict[str, Template]:
    """By name; a regime's own is `uk_emoney/outcome`."""
    lacking = [text for text in TEXTS if not (folder / f"{text}.txt").is_file()]
    if lacking:
        raise BadPolicy(f"templates/{folder.name}: no file for {lacking}")
    # Plain text only, so nothing is escaped; the sandbox keeps an edited template from reaching into the program.
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folder), autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()  # no text uses them, and every rendering would walk through them
    try:
        return {text: environment.get_template(f"{text}.txt") for text in (*TEXTS, *_of_regimes(folder, regimes))}
    except TemplateError as error:
        raise BadPolicy(f"templates/{folder.name}: {type(error).__name__}: {error}") from None


def _of_regimes(folder: Path, regimes: Sequence[Regime]) -> list[str]:
    """A name that nobody would ever ask for is a typing mistake, and the letter that it should change would go out unchanged."""
    found = [one.relative_to(folder).with_suffix("") for one in sorted(folder.glob("*/*.txt")) if one.parent.name not in PIECES]
    if unknown := [str(one) for one in found if one.parent.name not in regimes or one.name not in LETTERS or one.parent.name == HOUSE]:
        raise BadPolicy(f"templates/{folder.name}: no regime or no letter of that name: {unknown}")
    return [one.as_posix() for one in found]
