"""Secrets stay where they are: in no command line, no log, no repr and no error, whether a service runs or cannot start."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr, ValidationError
from yarl import URL

from deploy import programs
from deploy.house import SERVICES
from deploy.management import management_of, seen_by_operator
from deploy.processes import ServiceProcess
from services.notification.settings import NotificationSettings, TlsMode
from shared.access import broker_url
from shared.settings import OPERATOR, HouseSettings, house_password, house_user, views_token
from shared.storage import Login
from tests.alone import started_alone
from tests.builders import an_inbound
from tests.house import RunningHouse, eventually
from tests.namespaces import Namespace

PARTS = (*SERVICES, OPERATOR)
MONGO = "the-mongo-password"


def passwords(namespace: Namespace) -> list[str]:
    """What must not be seen of a house: the secret, all that derives from it, and the administrator's password."""
    derived = [house_password(namespace.secret, house_user(one)) for one in PARTS]
    return [namespace.secret, views_token(namespace.secret), URL(namespace.amqp_url).password or "", *derived]


def shown(secrets: Iterable[str], text: str) -> list[str]:
    return [one for one in secrets if one in text]


def log_of(house: RunningHouse, process: ServiceProcess) -> str:
    return programs.log_of(house.root, process.name).read_text(encoding="utf-8")


async def test_a_running_house_shows_no_secret_in_its_command_lines_and_logs(house: RunningHouse) -> None:
    message = an_inbound("chat", source_id="hidden-1", thread_id="hidden-1")
    await house.publish(message)
    intake = house.running.of("intake")
    assert await eventually(lambda: asyncio.to_thread(log_of, house, intake), lambda seen: "message handled" in seen)

    for process in house.running.processes:
        line = "\0".join(psutil.Process(process.pid).cmdline())
        assert f"services.{process.service}.app" in line
        assert shown(passwords(house.namespace), line) == []
        assert shown(passwords(house.namespace), log_of(house, process)) == []


async def test_no_service_is_told_the_administrator_s_password(house: RunningHouse) -> None:
    administrator = URL(house.namespace.amqp_url).password or ""

    for process in house.running.processes:
        told = psutil.Process(process.pid).environ()
        assert house.namespace.secret in told["REDRESS_SECRET_KEY"]
        assert [name for name, value in told.items() if name.startswith("REDRESS_") and f":{administrator}@" in value] == []


async def test_a_service_takes_its_secret_out_of_a_file_and_tells_its_environment_nothing(namespace: Namespace, tmp_path: Path) -> None:
    """It gets as far as the broker, which does not know its password: nobody applied the topology for this secret."""
    secret = tmp_path / "secret"
    secret.write_text("out-of-a-mounted-file-0123456789\n", encoding="utf-8")
    environment = {name: value for name, value in namespace.environment.items() if name != "REDRESS_SECRET_KEY"}

    status, said = await started_alone("routing", environment | {"REDRESS_SECRET_KEY_FILE": str(secret)})

    assert status != 0
    assert "ACCESS_REFUSED" in said
    assert shown(["out-of-a-mounted-file", house_password("out-of-a-mounted-file-0123456789", "redress-routing")], said) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("REDRESS_AMQP_URL", "amqp://redress:the-p4ss:word@127.0.0.1:port/"),
        ("REDRESS_MONGO_URL", "mongodb://redress:p4ss@127.0.0.1,127.0.0.2:p4ss/?replicaSet=rs0"),
        ("REDRESS_RETRY_DELAYS_MS", "the-p4ss"),
    ],
)
async def test_a_setting_that_cannot_be_read_is_named_and_not_shown(namespace: Namespace, setting: str, value: str) -> None:
    """More of them in tests/unit/shared/test_settings.py."""
    status, said = await started_alone("routing", {**namespace.environment, setting: value})

    assert status != 0
    assert setting.removeprefix("REDRESS_").lower() in said.lower()
    assert shown(["p4ss", *passwords(namespace)], said) == []


async def test_a_broker_and_a_database_that_refuse_are_told_without_the_password(namespace: Namespace) -> None:
    refused = {
        "REDRESS_MONGO_URL": namespace.mongo_url.replace("mongodb://", f"mongodb://somebody:{MONGO}@"),
        "REDRESS_SECRET_KEY": "a-secret-that-the-broker-does-not-know",
    }

    for setting, value in refused.items():
        status, said = await started_alone("intake", {**namespace.environment, setting: value})
        assert status != 0
        assert "refused" in said.lower()
        assert shown([MONGO, refused["REDRESS_SECRET_KEY"], *passwords(namespace)], said) == []


def test_what_holds_an_address_or_a_password_does_not_show_it(namespace: Namespace) -> None:
    settings = HouseSettings.model_validate(told(namespace.environment) | {"mongo_admin_url": f"mongodb://root:{MONGO}@h/"})
    login = Login("redress-intake", MONGO, "redress_intake")
    mail = NotificationSettings(smtp_username="redress", smtp_password=SecretStr(MONGO), smtp_tls=TlsMode.TLS)
    held = [settings, management_of(settings), seen_by_operator(settings), login, mail, mail.smtp(), broker_url(settings, "intake").host]

    for one in held:
        assert shown([MONGO, *passwords(namespace)], f"{one!r} {one}") == []


def told(environment: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("REDRESS_").lower(): value for name, value in environment.items()}


def test_a_password_that_would_travel_in_clear_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "mail.example.com", "USERNAME": "redress", "PASSWORD": "the-p4ss", "TLS": "none"}.items():
        monkeypatch.setenv(f"NOTIFICATION_SMTP_{name}", value)

    with pytest.raises(ValidationError, match="travel in clear") as refused:
        NotificationSettings().smtp()

    assert "p4ss" not in f"{refused.value} {refused.value!r}"
