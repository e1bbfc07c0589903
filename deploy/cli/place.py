"""Where the house is that a command speaks to: told by the environment, else by what `redress up` left in `.redress/`."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from deploy.house import SERVICES
from deploy.management import NobodyAnswersError
from deploy.problem import SetupError
from deploy.processes import ServiceProcess
from shared.settings import HouseSettings

UP = "start everything with `redress up`."
HOUSE = "house.json"
ADDRESSES = ("REDRESS_AMQP_URL", "REDRESS_MANAGEMENT_URL", "REDRESS_MONGO_URL")
LADDER = "REDRESS_RETRY_DELAYS_MS"
DATABASE = ("REDRESS_MONGO_OWN_USERS", "REDRESS_MONGO_ADMIN_URL")
KEPT = (
    *ADDRESSES,
    LADDER,
    "REDRESS_TEST_CLOCK",
    "REDRESS_DATABASE_PREFIX",
    "REDRESS_ADAPTERS_FILE",
    "REDRESS_BODIES_URL",
    "REDRESS_TLS_CA_FILE",
    *DATABASE,
)
"""What `up` was told and later commands must know as well. The secret is not among them: `secret.key` has its own place."""


def root() -> Path:
    """The checkout, whose `.redress/` holds what runs natively; REDRESS_ROOT names another."""
    return Path(os.environ.get("REDRESS_ROOT") or Path(__file__).resolve().parents[2])


def settings() -> HouseSettings:
    """Raises where neither the environment nor a running house of this checkout says where to look."""
    kept = _kept_environment()
    if not _given("REDRESS_AMQP_URL") and "REDRESS_AMQP_URL" not in kept:
        raise NobodyAnswersError("nothing runs here.", cure=UP)
    told = {_field(name): json.loads(value) if name == LADDER else value for name, value in kept.items() if not _given(name)}
    try:
        return with_adapters_found(HouseSettings.model_validate(told))
    except ValidationError as error:
        wrong = "; ".join(f"REDRESS_{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors(include_input=False))
        raise SetupError(f"{wrong}.", cure="see the settings in docs/operations.md.") from None


def with_adapters_found(told: HouseSettings) -> HouseSettings:
    """A relative path means the checkout's, from wherever the command is called."""
    file, bodies = told.adapters_file, told.bodies_url
    found: dict[str, Any] = {} if file.is_absolute() or file.exists() else {"adapters_file": root() / file}
    if bodies.startswith("file:") and not bodies.startswith("file:/"):
        found["bodies_url"] = (root().resolve() / bodies.removeprefix("file:")).as_uri()
    return told.model_copy(update=found)


def urls() -> dict[str, str]:
    """Service → where its views are."""
    given = {service: os.environ[name] for service in SERVICES if (name := f"REDRESS_{service.upper()}_URL") in os.environ}
    recorded = {one.service: one.url for one in reversed(processes())}
    return recorded | given


def processes() -> list[ServiceProcess]:
    return [ServiceProcess(**one) for one in _kept("run.json").get("processes", ())]


def remember(told: Mapping[str, str]) -> None:
    """For the commands that come after `up`."""
    kept = {name: told[name] for name in KEPT if name in told}
    path = root() / ".redress" / HOUSE
    path.touch(mode=0o600)
    path.write_text(json.dumps(kept), encoding="utf-8")


def forget() -> None:
    (root() / ".redress" / HOUSE).unlink(missing_ok=True)


def _kept_environment() -> dict[str, str]:
    backing = _kept("backing.json")
    addresses = {name: backing[_field(name)] for name in ADDRESSES if _field(name) in backing}
    try:
        secret = {"REDRESS_SECRET_KEY": (root() / ".redress" / "secret.key").read_text(encoding="utf-8").strip()}
    except OSError:
        secret = {}
    return addresses | secret | _kept(HOUSE)


def _kept(name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((root() / ".redress" / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _field(name: str) -> str:
    return name.removeprefix("REDRESS_").lower()


def _given(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
