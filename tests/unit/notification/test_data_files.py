"""Promises, teams, words and settings: a mistake in a file is one clear sentence when the service starts."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from pydantic import SecretStr, ValidationError

from services.notification.phrasebook import LOCALES, PROMISES, TEMPLATES, TEXTS, phrasebook
from services.notification.promises import load_promises, load_teams
from services.notification.settings import TEAMS, NotificationSettings, SmtpSettings, TlsMode
from services.notification.words import CLOSED, load_words
from shared.contracts.vocabulary import Team
from shared.policy import BadPolicy

TEAMS_OF_THE_HOUSE = {
    "security", "payments", "refunds", "service", "fees", "login", "technical", "cross_border", "general", "supervisors", "compliance",
    "reviews",
}  # fmt: skip


PROMISED = """
name = "x"
version = 1
first_response_hours = 24
review_working_days = 5
resolution_hours = { urgent = 48, high = 120, normal = 240, low = 360 }
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "data.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_house_promises_a_first_answer_within_a_day_of_receipt() -> None:
    promises = load_promises(PROMISES)

    assert promises.label == "house@3"
    assert promises.answer_by(datetime(2026, 11, 22, 10, tzinfo=UTC)) == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_the_zone_of_the_legal_entity_goes_before_the_countrys(tmp_path: Path) -> None:
    text = f'{PROMISED}[zone_of_legal_entity]\nwest = "America/Los_Angeles"\n'
    promises = load_promises(written(tmp_path, text + '[zone_of_country]\nUS = "America/New_York"\n'))

    assert [promises.zone("west", "US"), promises.zone("east", "US"), promises.zone("east", "FR")] == [
        "America/Los_Angeles",
        "America/New_York",
        "UTC",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PROMISED.replace("= 24\n", "= 0\n"), "first_response_hours"),
        (PROMISED.replace("first_response_hours = 24", ""), "first_response_hours"),
        (f"{PROMISED}first_reply_hours = 1", "first_reply_hours"),
        (PROMISED.replace("normal = 240, ", ""), "no promise for normal"),
        (PROMISED.replace("days = 5", "days = 0"), "review_working_days"),
        (f'{PROMISED}default_zone = "Mars/Base"', "'Mars/Base' is not an IANA time zone"),
        (f'{PROMISED}[zone_of_country]\nchina = "UTC"', "zone_of_country.china"),
        ("name = ", "cannot be read"),
    ],
)
def test_a_mistake_in_the_promises_names_its_place(tmp_path: Path, text: str, words: str) -> None:
    file = written(tmp_path, text)

    with pytest.raises(BadPolicy, match=words) as invalid:
        load_promises(file)

    assert str(invalid.value).startswith(f"{file}: ")


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"absent\.toml: cannot be read"):
        load_teams(tmp_path / "absent.toml")


def test_every_team_of_the_house_has_an_address() -> None:
    teams = load_teams(TEAMS)

    assert set(teams.mail) == TEAMS_OF_THE_HOUSE
    assert teams.address(Team("cross_border")) == "cross-border@redress.example.com"


def test_settings_move_all_teams_to_another_domain_but_leave_full_addresses(tmp_path: Path) -> None:
    path = written(tmp_path, 'domain = "a.example"\ndefault = "general"\n[mail]\ngeneral = "general"\nfees = "fees@b.example"\n')

    teams = load_teams(path, "c.example")

    assert [teams.address(Team("general")), teams.address(Team("fees"))] == ["general@c.example", "fees@b.example"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('domain = "a.example"\ndefault = "night"\n[mail]\ngeneral = "general"', "default team 'night' is not in"),
        ('domain = "a.example"\ndefault = "general"\n[mail]\ngeneral = "a b@c"', "mail.general"),
        ('domain = "a example"\ndefault = "general"\n[mail]\ngeneral = "general"', "domain"),
    ],
)
def test_a_mistake_in_the_teams_names_its_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadPolicy, match=words):
        load_teams(written(tmp_path, text))


@pytest.mark.parametrize("language", LOCALES)
def test_every_language_has_every_text_and_says_the_same_things(language: str) -> None:
    words, english = load_words(TEMPLATES / language / "words.toml"), load_words(TEMPLATES / "en" / "words.toml")

    assert {path.stem for path in (TEMPLATES / language).glob("*.txt")} == set(TEXTS)
    for part in (*CLOSED, "facts", "wishes", "kinds", "subjects", "refusals"):
        assert getattr(words, part).keys() == getattr(english, part).keys()


def test_a_language_without_a_text_stops_the_start(tmp_path: Path) -> None:
    copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates" / "en" / "outcome.txt").unlink()

    with pytest.raises(BadPolicy, match=r"templates/en: no file for \['outcome'\]"):
        phrasebook(PROMISES, tmp_path / "templates")


def test_a_letter_without_a_subject_stops_the_start(tmp_path: Path) -> None:
    words = Path(copytree(TEMPLATES, tmp_path / "templates")) / "zh-Hant" / "words.toml"
    words.write_text(words.read_text(encoding="utf-8").replace("reminder = ", "remembrance = "), encoding="utf-8")

    with pytest.raises(BadPolicy, match=r"words\.toml: no subject for \['reminder'\]"):
        phrasebook(PROMISES, tmp_path / "templates")


def test_a_template_cannot_reach_into_the_program(tmp_path: Path) -> None:
    copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates" / "en" / "refusal.txt").write_text("{{ reason.__class__.__mro__ }}", encoding="utf-8")
    book = phrasebook(PROMISES, tmp_path / "templates")

    with pytest.raises(Exception, match=r"unsafe|undefined"):
        book.tongue("en").write("refusal", reason="x")


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("not-a-secret\n", encoding="utf-8")
    for name, value in {
        "SMTP_HOST": "mail.example.com",
        "SMTP_PORT": "587",
        "SMTP_TLS": "starttls",
        "SMTP_USERNAME": "redress",
        "SMTP_PASSWORD_FILE": str(tmp_path / "password"),
        "FROM_ADDRESS": "help@wallet.example",
        "TEAM_MAIL_DOMAIN": "wallet.example",
    }.items():
        monkeypatch.setenv(f"NOTIFICATION_{name}", value)

    settings = NotificationSettings()

    assert settings.smtp() == SmtpSettings(
        host="mail.example.com",
        port=587,
        tls=TlsMode.STARTTLS,
        username="redress",
        password=SecretStr("not-a-secret"),
        from_address="help@wallet.example",
    )
    assert settings.smtp().domain == "wallet.example"
    assert settings.teams().address(Team("fees")) == "fees@wallet.example"
    assert "not-a-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"host": "mail.example.com", "username": "a", "password": "b"}, "in clear"),
        ({"tls": "tls", "username": "a"}, "go together"),
        ({"from_address": "a@b\r\nBcc: c@d"}, "from_address"),
        ({"port": 0}, "port"),
        ({"letter_timeout_s": 0}, "letter_timeout_s"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SmtpSettings.model_validate(values)
