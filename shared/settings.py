"""What every service is told by its environment, and the keys that derive from the one deployment secret."""

import hmac
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.contracts.vocabulary import HOUSE
from shared.failing import Bound, Probes

SCHEMES = frozenset({"amqp", "amqps", "http", "https", "mongodb", "mongodb+srv"})
OPERATOR = "operator"
"""Who gives the command `redress`, as a user."""
WALLETS = "wallet"
"""The wallet's own systems, as a user."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads `NAME_FILE` for every setting NAME, so that secrets can be mounted instead of passed."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401, ARG002 - the base class's
        name = f"{self.config.get('env_prefix', '')}{field_name}_file".upper()
        path = os.environ.get(name)
        return (Path(path).read_text(encoding="utf-8").strip() if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = ((name, field, self.get_field_value(field, name)[0]) for name, field in self.settings_cls.model_fields.items())
        return {
            name: self.prepare_field_value(name, field, value, self.field_is_complex(field))
            for name, field, value in found
            if value is not None
        }


class FromEnvironment(BaseSettings):
    """What cannot be read is named, and never shown: it may be a secret that stands in the wrong place."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env is read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - SecretFiles takes its place
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls)


class HouseSettings(FromEnvironment):
    """What all processes of one deployment share, prefix `REDRESS_`."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore")

    amqp_url: SecretStr = SecretStr("amqp://127.0.0.1:5672/")
    """Where the broker is. Services and operators log in as themselves (`shared/access.py`); a user in it is the administrator."""
    management_url: SecretStr | None = None
    mongo_url: SecretStr = SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0")
    mongo_own_users: bool = False
    """Each service logs in to the database as itself; otherwise as whoever `mongo_url` says."""
    mongo_admin_url: SecretStr | None = None
    """Who makes these users; only `redress topology` needs it."""
    tls_ca_file: Path | None = None
    """Who vouches for broker, management API and database; otherwise whom this machine trusts."""
    database_prefix: str = "redress"
    secret_key: SecretStr = SecretStr("")
    test_clock: bool = False
    adapters_file: Path = Path("deploy/adapters.toml")
    batch_size: int = 128
    prefetch_count: int = 64
    retry_delays_ms: tuple[int, ...] = (1_000, 5_000, 30_000, 120_000, 600_000)
    inbound_max_messages: int = 1_000_000
    inbound_max_bytes: int = 2 * 1024**3
    bodies_url: str = "file:.redress/bodies"
    body_limit_bytes: int = 64 * 1024**2
    failing_messages: int = 200
    failing_window_s: float = 60.0
    failing_least: int = 20
    failing_share: float = 0.5
    probe_first_s: float = 1.0
    probe_longest_s: float = 30.0

    @property
    def bound(self) -> Bound:
        return Bound(self.failing_messages, self.failing_window_s, self.failing_least, self.failing_share)

    @property
    def probes(self) -> Probes:
        return Probes(self.probe_first_s, self.probe_longest_s)

    @field_validator("amqp_url", "management_url", "mongo_url", "mongo_admin_url")
    @classmethod
    def _can_be_read(cls, address: SecretStr | None) -> SecretStr | None:
        """Said here, because those who connect would show what they cannot read."""
        with suppress(ValueError):
            if address is None or not address.get_secret_value() or _is_address(address.get_secret_value()):
                return address
        raise ValueError("expected an address such as amqp://host:5672/, with whatever is special in a password as %XX")

    def key_for(self, purpose: str) -> bytes:
        secret = self.secret_key.get_secret_value()
        if not secret:
            raise ValueError("REDRESS_SECRET_KEY is empty: set it, or REDRESS_SECRET_KEY_FILE, to the deployment's secret")
        return derived_key(secret, purpose)


class ServiceSettings(FromEnvironment):
    """Base of each service's own settings; the subclass sets its prefix."""


def _is_address(text: str) -> bool:
    """Scheme and host, and nothing after the host that only a password could mean. Several hosts are the database's affair.

    A port that is none raises `ValueError`.
    """
    parts = urlsplit(text)
    if "," not in parts.netloc and parts.port == 0:
        return False
    user, _, hosts = parts.netloc.rpartition("@")
    rest = parts.path + parts.query + user
    return parts.scheme in SCHEMES and bool(hosts) and "@" not in rest and not parts.fragment


def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose. The secret is random and long, so one HMAC is a sound derivation (RFC 5869, expand)."""
    return hmac.new(secret.encode(), b"redress/" + purpose.encode(), sha256).digest()


def views_token(secret: str) -> str:
    return derived_key(secret, "views").hex()


def adapter_password(secret: str, adapter: str) -> str:
    return derived_key(secret, f"adapter/{adapter}").hex()


def house_user(part: str) -> str:
    """The user of a service or of the operator, at the broker and in the database. No adapter may be called so."""
    return HOUSE + part.replace("_", "-")


def house_password(secret: str, user: str) -> str:
    return derived_key(secret, f"house/{user}").hex()
