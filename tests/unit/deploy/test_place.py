"""Where a command finds its house."""

import json
import os
from pathlib import Path

import pytest

from deploy.cli import place, wire
from deploy.problem import SetupError

BACKING = {"amqp_url": "amqp://kept/", "management_url": "http://kept", "mongo_url": "mongodb://kept/", "chosen": "native"}


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("REDRESS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REDRESS_ROOT", str(tmp_path))
    (tmp_path / ".redress").mkdir()
    return tmp_path


def keep(checkout: Path, name: str, content: object) -> None:
    (checkout / ".redress" / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def test_without_a_house_there_is_nothing_to_speak_to():
    with pytest.raises(SetupError, match=r"nothing runs here.*redress up"):
        place.settings()


def test_what_up_left_is_found(checkout: Path):
    keep(checkout, "backing.json", BACKING)
    keep(checkout, "secret.key", "the-secret\n")

    found = place.settings()

    assert found.amqp_url.get_secret_value() == "amqp://kept/"
    assert found.secret_key.get_secret_value() == "the-secret"
    assert not found.test_clock


def test_what_up_was_told_goes_before_what_it_found(checkout: Path):
    keep(checkout, "backing.json", BACKING)
    place.remember({"REDRESS_TEST_CLOCK": "1", "REDRESS_RETRY_DELAYS_MS": "[5, 6]", "REDRESS_AMQP_URL": "amqp://own/vhost", "HOME": "/"})

    found = place.settings()

    assert (found.test_clock, found.retry_delays_ms, found.amqp_url.get_secret_value()) == (True, (5, 6), "amqp://own/vhost")
    assert found.mongo_url.get_secret_value() == "mongodb://kept/"


def test_the_environment_goes_before_everything(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    keep(checkout, "backing.json", BACKING)
    place.remember({"REDRESS_DATABASE_PREFIX": "kept"})
    monkeypatch.setenv("REDRESS_MONGO_URL", "mongodb://given/")
    monkeypatch.setenv("REDRESS_DATABASE_PREFIX", "given")

    found = place.settings()

    assert found.mongo_url.get_secret_value() == "mongodb://given/"
    assert found.database_prefix == "given"


def test_a_secret_out_of_a_file_is_not_replaced_by_the_kept_one(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    keep(checkout, "backing.json", BACKING)
    keep(checkout, "secret.key", "kept")
    (checkout / "mounted").write_text("mounted\n", encoding="utf-8")
    monkeypatch.setenv("REDRESS_SECRET_KEY_FILE", str(checkout / "mounted"))

    assert place.settings().secret_key.get_secret_value() == "mounted"


def test_the_first_replica_answers_and_an_address_in_the_environment_wins(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    replicas = [(service, replica) for service in ("intake", "routing") for replica in (1, 2)]
    processes = [{"service": service, "replica": replica, "pid": 1, "port": 8000 + replica} for service, replica in replicas]
    keep(checkout, "run.json", {"processes": processes})
    monkeypatch.setenv("REDRESS_ROUTING_URL", "http://routing:8000")

    assert place.urls() == {"intake": "http://127.0.0.1:8001", "routing": "http://routing:8000"}


def test_a_relative_list_of_adapters_is_the_checkout_s(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    keep(checkout, "backing.json", BACKING)
    monkeypatch.chdir("/")

    assert place.settings().adapters_file == checkout / "deploy" / "adapters.toml"


def test_half_written_files_are_as_good_as_none(checkout: Path):
    keep(checkout, "backing.json", '{"amqp_')

    with pytest.raises(SetupError, match="nothing runs here"):
        place.settings()


def test_a_setting_that_cannot_be_read_is_a_sentence_that_does_not_show_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REDRESS_AMQP_URL", "amqp://redress:the/p4ss@broker/")

    with pytest.raises(SetupError, match=r"REDRESS_AMQP_URL: .*expected an address") as refused:
        place.settings()

    assert "p4ss" not in str(refused.value)


def test_nobody_operates_a_house_without_its_secret(checkout: Path):
    keep(checkout, "backing.json", BACKING)

    with pytest.raises(SetupError, match="REDRESS_SECRET_KEY is empty"):
        wire.as_operator(place.settings())
