"""What must stand in a letter: a template that lacks it stops the start, and the sentence says which file lacks what."""

from pathlib import Path
from shutil import copytree

import pytest

from services.notification.phrasebook import LOCALES, PROMISES, TEMPLATES, phrasebook
from services.notification.required import checked_phrasebook, sample
from services.notification.settings import NotificationSettings
from shared.contracts.vocabulary import Verdict
from shared.policy import BadPolicy


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return Path(copytree(TEMPLATES, tmp_path / "templates"))


def test_the_products_own_letters_lack_nothing() -> None:
    book = checked_phrasebook(PROMISES, TEMPLATES)

    assert (sorted(book.tongues), len(book.regimes)) == (sorted(LOCALES), 8)


@pytest.mark.parametrize("language", LOCALES)
def test_a_british_final_response_without_the_ombudsman_is_refused(templates: Path, language: str) -> None:
    (templates / language / "parts" / "outside.txt").write_text("", encoding="utf-8")

    with pytest.raises(BadPolicy, match=rf"{language}/uk_emoney/outcome\.txt for uk_emoney lacks body_name, body_web, .*Ombudsman"):
        checked_phrasebook(PROMISES, templates)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("en/outcome.txt", "{{ number }} {{ decision }} {{ words }}", r"en/outcome\.txt for house lacks points, remedies, appeal_until"),
        ("en/uk_emoney/outcome.txt", '{% extends "outcome.txt" %}', r"lacks 'final response'"),
        ("zh-Hans/survey.txt", "{{ number }}", r"zh-Hans/survey\.txt for house lacks '1\. ', '2\. ', '3\. '"),
        ("zh-Hant/holding_reply.txt", "{{ digits }}", r"zh-Hant/holding_reply\.txt .*'digits' is undefined"),
        ("en/appeal_outcome.txt", "{{ number.__class__.__mro__ }}", r"en/appeal_outcome\.txt .*unsafe"),
        ("en/reminder.txt", "{% if last %}", r"templates/en: TemplateSyntaxError"),
        ("en/outcome.txt", '{% include "../zh-Hans/outcome.txt" %}', r"en/outcome\.txt .*TemplateNotFound"),
    ],
)
def test_a_template_that_lacks_something_is_named_with_what_it_lacks(templates: Path, file: str, text: str, words: str) -> None:
    (templates / file).write_text(text, encoding="utf-8")

    with pytest.raises(BadPolicy, match=words):
        checked_phrasebook(PROMISES, templates)


def test_a_letter_must_be_whole_for_every_decision(templates: Path) -> None:
    letter = templates / "en" / "outcome.txt"
    text = letter.read_text(encoding="utf-8")
    letter.write_text('{% if verdict == "rejected" %}\n' + text + "{% else %}\nYou are right.\n{% endif %}\n", encoding="utf-8")
    (templates / "en" / "uk_emoney" / "outcome.txt").unlink()
    (templates / "en" / "uk_other" / "outcome.txt").unlink()

    with pytest.raises(BadPolicy, match=r"en/outcome\.txt for house lacks number, decision"):
        checked_phrasebook(PROMISES, templates)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('[letter.ode]\nvalues = ["number"]\n', "no letter or regime ode"),
        ('[regime.uk_emony.outcome]\nvalues = ["number"]\n', "no letter or regime uk_emony"),
        ('[regime.uk_emoney.answer]\nvalues = ["digits"]\n', "no letter is given 'digits'"),
        ('[regime.uk_emoney.answer]\nvalues = ["body_fax"]\n', "found 'fax'"),
        ('[regime.house.answer]\nvalues = ["body_name"]\n', "bodies.toml names none"),
        ('[regime.uk_emoney.answer]\nvalue = ["number"]\n', "regime.uk_emoney.answer.value"),
    ],
)
def test_a_mistake_in_the_requirements_is_named(templates: Path, lines: str, words: str) -> None:
    file = templates / "letters.toml"
    file.write_text(file.read_text(encoding="utf-8") + lines, encoding="utf-8")

    with pytest.raises(BadPolicy, match=words.replace("bodies.toml names none", "lacks body_name")):
        checked_phrasebook(PROMISES, templates)


@pytest.mark.parametrize("name", ["uk_emony/outcome", "uk_emoney/outcom", "uk_emoney/receipt", "house/outcome"])
def test_a_letter_that_nobody_would_ever_write_is_refused(templates: Path, name: str) -> None:
    file = templates / "en" / f"{name}.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text("{{ number }}", encoding="utf-8")

    with pytest.raises(BadPolicy, match=rf"no regime or no letter of that name: \['{name}'\]"):
        phrasebook(PROMISES, templates)


@pytest.mark.parametrize(
    ("found", "instead", "words"),
    [
        ('uk_other = "uk_ombudsman"', 'uk_other = "uk_ombudsmann"', "no body uk_ombudsmann"),
        ("name.zh-Hant = ", "name.fr = ", "no words in zh-Hant for"),
        ('web = "www.financial', 'fax = "www.financial', "body.uk_ombudsman.web"),
    ],
)
def test_a_mistake_in_the_outside_bodies_is_named(templates: Path, found: str, instead: str, words: str) -> None:
    file = templates / "bodies.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(found, instead), encoding="utf-8")

    with pytest.raises(BadPolicy, match=words):
        phrasebook(PROMISES, templates)


def test_the_service_does_not_start_with_letters_that_lack_something(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFICATION_TEMPLATES_PATH", str(templates))
    assert NotificationSettings().phrasebook().tongues

    (templates / "en" / "uk_emoney" / "outcome.txt").write_text("Dear customer, no.", encoding="utf-8")

    with pytest.raises(BadPolicy, match="uk_emoney"):
        NotificationSettings().phrasebook()


def test_an_indian_letter_tells_of_the_internal_ombudsman_only_where_that_one_was_asked() -> None:
    tongue = checked_phrasebook(PROMISES, TEMPLATES).tongue("en")

    assert ["Internal Ombudsman" in sample("outcome", "in_rbi", one, tongue) for one in Verdict] == [False, True, True]
