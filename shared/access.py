"""Who logs in where: every service and the operator as a user of its own, over TLS where the address says so. ADR-0017."""

import ssl
from functools import cache
from pathlib import Path

from yarl import URL

from shared.settings import OPERATOR, HouseSettings, adapter_password, house_user
from shared.storage import Database, Login, connect

UNCHECKED = "no_verify_ssl"
"""What would make the broker's client believe any certificate. Not with us."""


def broker_url(settings: HouseSettings, part: str) -> URL:
    """The broker as `part`, a service or the operator, sees it. It holds a password: not for eyes."""
    return _broker(settings, house_user(part), settings.key_for(f"house/{house_user(part)}").hex())


def broker_url_of_adapter(settings: HouseSettings, name: str) -> URL:
    return _broker(settings, name, adapter_password(settings.secret_key.get_secret_value(), name))


def database_of(settings: HouseSettings, part: str) -> Database:
    """The one database of `part`; for the operator, the house's clock."""
    name = database_name(settings, part)
    login = Login(house_user(part), settings.key_for(f"house/{house_user(part)}").hex(), name) if settings.mongo_own_users else None
    return connect(settings.mongo_url.get_secret_value(), name, login=login, ca_file=settings.tls_ca_file)


def database_name(settings: HouseSettings, part: str) -> str:
    return f"{settings.database_prefix}_{'clock' if part == OPERATOR else part}"


def database_of_administrator(settings: HouseSettings) -> Database:
    url = settings.mongo_admin_url or settings.mongo_url
    return connect(url.get_secret_value(), settings.database_prefix, ca_file=settings.tls_ca_file)


@cache
def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Certificates and host names are always checked. Read once: a new authority needs a restart."""
    return ssl.create_default_context(cafile=ca_file)


def distrust(error: BaseException | None) -> str | None:
    """Why a certificate was refused, where that is what the failure was about; it may lie under others."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error.verify_message if error else None


def _broker(settings: HouseSettings, user: str, password: str) -> URL:
    url = URL(settings.amqp_url.get_secret_value()).with_user(user).with_password(password).without_query_params(UNCHECKED)
    return url.update_query(cafile=str(settings.tls_ca_file)) if url.scheme == "amqps" and settings.tls_ca_file else url
