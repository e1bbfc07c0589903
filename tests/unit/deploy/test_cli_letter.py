"""What somebody who writes templates is told: what is lacking and where, and what a customer would read."""

from pathlib import Path
from shutil import copytree

from typer.testing import CliRunner, Result

from deploy.cli.app import app
from services.notification.phrasebook import LETTERS, LOCALES, TEMPLATES


def redress(*words: str) -> Result:
    return CliRunner().invoke(app, ["letter", *words])


def test_the_products_own_templates_lack_nothing():
    checked = redress("check")

    assert (checked.exit_code, checked.stderr) == (0, "nothing is lacking: 3 languages, 8 regimes\n")


def test_a_template_that_lacks_what_the_law_asks_for_is_named_with_what_it_lacks(tmp_path: Path):
    folder = Path(copytree(TEMPLATES, tmp_path / "templates"))
    (folder / "en" / "parts" / "outside.txt").write_text("", encoding="utf-8")

    checked = redress("check", str(folder))

    assert checked.exit_code == 2
    assert "en/uk_emoney/outcome.txt for uk_emoney lacks body_name, body_web, body_contacts, body_time_limit" in checked.stderr


def test_a_letter_is_shown_as_a_customer_would_read_it():
    shown = redress("show", "uk_emoney", "outcome", "en", "--decision", "rejected")

    assert shown.exit_code == 0
    for words in ("this is our final response", "we do not uphold", "GBP 128.00", "Financial Ombudsman Service", "six months"):
        assert words in shown.stdout


def test_who_asks_for_a_letter_that_does_not_exist_hears_which_there_are():
    for words in (("nowhere", "outcome", "en"), ("house", "ode", "en"), ("house", "outcome", "fr")):
        shown = redress("show", *words)
        assert shown.exit_code == 2
        assert "there are" in shown.stderr
    assert ", ".join(LETTERS) in redress("show", "house", "ode", "en").stderr
    assert ", ".join(LOCALES) in redress("show", "house", "outcome", "fr").stderr
