"""Settings: secrets by value or by file, a key of its own for each purpose, and none of them shown."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from shared.settings import OPERATOR, HouseSettings, adapter_password, derived_key, house_password, house_user, views_token


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("REDRESS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text("from-the-file\n", encoding="utf-8")
    return file


def secret_of(settings: HouseSettings) -> str:
    return settings.secret_key.get_secret_value()


def test_a_secret_comes_from_its_file_without_the_line_end(monkeypatch: pytest.MonkeyPatch, secret_file: Path):
    monkeypatch.setenv("REDRESS_SECRET_KEY_FILE", str(secret_file))

    assert secret_of(HouseSettings()) == "from-the-file"


def test_any_setting_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    url = tmp_path / "amqp"
    url.write_text("amqp://intake:p4ss@broker:5672/house\n", encoding="utf-8")
    monkeypatch.setenv("REDRESS_AMQP_URL_FILE", str(url))

    assert HouseSettings().amqp_url.get_secret_value() == "amqp://intake:p4ss@broker:5672/house"


def test_the_value_in_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, secret_file: Path):
    monkeypatch.setenv("REDRESS_SECRET_KEY_FILE", str(secret_file))
    monkeypatch.setenv("REDRESS_SECRET_KEY", "by-value")

    assert secret_of(HouseSettings()) == "by-value"


def test_what_a_program_passes_goes_before_both(monkeypatch: pytest.MonkeyPatch, secret_file: Path):
    monkeypatch.setenv("REDRESS_SECRET_KEY_FILE", str(secret_file))

    assert secret_of(HouseSettings(secret_key=SecretStr("passed"))) == "passed"


def test_without_a_secret_no_key_is_made():
    with pytest.raises(ValueError, match="REDRESS_SECRET_KEY_FILE"):
        HouseSettings().key_for("seal")


def test_keys_that_were_used_stay():
    """Should one change, nothing sealed opens and no adapter gets in."""
    assert derived_key("s", "views").hex() == "151536b25c66c303ba1e18da68a273d08b3e34218b2b8f8524456b2375634f9f"
    assert adapter_password("s", "webchat") == "1584b3b57b5463f9eeaeee36f5ec8cf484020a91d95c6f367187afac1a528848"


def test_every_purpose_secret_and_adapter_has_a_key_of_its_own():
    house, other = (HouseSettings(secret_key=SecretStr(name)) for name in ("one", "other"))
    keys = [each.key_for(purpose).hex() for each in (house, other) for purpose in ("seal", "numbers", "identities")]
    keys += [views_token("one"), views_token("other"), adapter_password("one", "webchat"), adapter_password("one", "webchat-uk")]

    assert len(set(keys)) == len(keys)
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)


def test_no_secret_is_shown_by_settings():
    settings = HouseSettings(
        secret_key=SecretStr("hidden-1"),
        amqp_url=SecretStr("amqp://u:hidden-2@h/"),
        mongo_url=SecretStr("mongodb://u:hidden-3@h/"),
        management_url=SecretStr("http://u:hidden-4@h/"),
    )

    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "hidden" not in shown


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("AMQP_URL", "amqp://redress:the-p4ss:word@127.0.0.1:port/"),
        ("AMQP_URL", "amqp://redress:the/p4ss@127.0.0.1:5672/"),
        ("AMQP_URL", "amqp://redress:the#p4ss@127.0.0.1:5672/"),
        ("AMQP_URL", "amqp://redress:1?p4ss@127.0.0.1:5672/"),
        ("AMQP_URL", "amqp://redress:[p4ss@127.0.0.1:5672/"),
        ("AMQP_URL", "the-p4ss"),
        ("MANAGEMENT_URL", "p4ss@localhost:15672"),
        ("MONGO_URL", "mongodb://redress:the/p4ss@127.0.0.1:27017/"),
        ("MONGO_ADMIN_URL", "mongodb://redress:the@p4ss@127.0.0.1:27017/"),
        ("BATCH_SIZE", "the-p4ss"),
        ("TEST_CLOCK", "the-p4ss"),
    ],
)
def test_what_cannot_be_read_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, setting: str, value: str):
    monkeypatch.setenv(f"REDRESS_{setting}", value)

    with pytest.raises(ValidationError, match=setting.lower()) as refused:
        HouseSettings()

    assert "p4ss" not in f"{refused.value} {refused.value!r}"


@pytest.mark.parametrize(
    "address",
    [
        "amqps://broker.example.com/house",
        "amqp://u:p%2Fss@127.0.0.1:5672/",
        "mongodb://a:27017,b:27018/?replicaSet=rs0&tls=true",
        "amqp://[::1]:5672/",
    ],
)
def test_an_address_as_it_should_be_is_taken(address: str):
    assert HouseSettings(amqp_url=SecretStr(address)).amqp_url.get_secret_value() == address


def test_services_and_the_operator_have_users_that_no_adapter_may_have():
    users = [house_user(one) for one in ("intake", "sla_watchdog", OPERATOR)]

    assert users == ["redress-intake", "redress-sla-watchdog", "redress-operator"]
    assert house_password("one", "redress-intake") != house_password("other", "redress-intake")
    assert house_password("one", "redress-intake") != adapter_password("one", "redress-intake")
