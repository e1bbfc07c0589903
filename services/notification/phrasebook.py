"""Every text a customer can get, by language: templates compiled once, filled many times."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from services.notification.promises import Promises, load_promises
from services.notification.words import Moments, Money, Words, load_words, moments, money
from shared.policy import BadPolicy

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
PROMISES = HERE / "promises.toml"

TEXTS = (
    "receipt",
    "thanks",
    "referral",
    "invitation",
    "progress",
    "answer",
    "material_request",
    "extension",
    "withdrawn",
    "incident",
    "outcome",
    "refusal",
    "code",
)
LOCALES = {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "zh-Hant": "zh_Hant_TW"}
FALLBACK = "en"
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language: its templates, words, and ways to write times and money."""

    language: str
    texts: Mapping[str, Template]
    words: Words
    moments: Moments
    money: Money

    def write(self, text: str, **values: object) -> str:
        return self.texts[text].render(values)


@dataclass(frozen=True, slots=True)
class Phrasebook:
    promises: Promises
    tongues: Mapping[str, Tongue]

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
    return Phrasebook(promises, {language: _tongue(language, templates_path, promises) for language in LOCALES})


def _tongue(language: str, templates_path: Path, promises: Promises) -> Tongue:
    folder = templates_path / language
    locale = Locale.parse(LOCALES[language])
    words = load_words(folder / "words.toml")
    return Tongue(
        language=language,
        texts=_compiled(folder),
        words=words,
        moments=moments(locale, words.moment, promises.zones),
        money=money(locale, words.money),
    )


def _compiled(folder: Path) -> dict[str, Template]:
    lacking = [text for text in TEXTS if not (folder / f"{text}.txt").is_file()]
    if lacking:
        raise BadPolicy(f"templates/{folder.name}: no file for {lacking}")
    # Plain text only, so nothing is escaped; the sandbox keeps an edited template from reaching into the program.
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folder), autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()  # no text uses them, and every rendering would walk through them
    return {text: environment.get_template(f"{text}.txt") for text in TEXTS}
