"""Certificates of broker, management API and database: whom we believe, and the sentence where we do not."""

import ssl
from pathlib import Path

from deploy.problem import SetupError
from shared import access
from shared.errors import DatabaseAway, DatabaseRefused


def trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return access.trust(ca_file)
    except (OSError, ssl.SSLError):
        raise SetupError(f"REDRESS_TLS_CA_FILE={ca_file} is no file of certificates.", cure="name a file in PEM form.") from None


def refused_certificate(whose: str, error: BaseException) -> SetupError | None:
    """Where that is what the failure was about."""
    if (why := access.distrust(error)) is None:
        return None
    cure = "set REDRESS_TLS_CA_FILE to the authority that signed it, and use the host name that stands in it."
    return SetupError(f"the certificate of {whose} is refused: {why}.", cure=cure)


def refused_database(error: DatabaseAway) -> SetupError | None:
    """Where it is there, and either does not want the other."""
    if not isinstance(error, DatabaseRefused):
        return None
    cure = "see REDRESS_TLS_CA_FILE and the host's name; where users log in, REDRESS_MONGO_ADMIN_URL and `redress topology apply`."
    return SetupError(f"{error}.", cure=cure)
