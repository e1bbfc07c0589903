"""What notification is told by its environment, prefix `NOTIFICATION_`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.notification.phrasebook import PROMISES, TEMPLATES, Phrasebook
from services.notification.promises import MailAddress, MailDomain, Teams, load_teams
from services.notification.required import checked_phrasebook
from shared.settings import ServiceSettings

TEAMS = Path(__file__).parent / "teams.toml"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class TlsMode(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmtpSettings(BaseModel):
    """The mail server and how we appear to it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: Port = 1025
    username: str | None = None
    password: SecretStr | None = None
    tls: TlsMode = TlsMode.NONE
    ca_file: Path | None = None
    from_address: MailAddress = "complaints@redress.example.com"
    connect_timeout_s: Seconds = 10.0
    letter_timeout_s: Seconds = 30.0

    @model_validator(mode="after")
    def _password_never_in_clear(self) -> Self:
        if self.password and self.tls is TlsMode.NONE and self.host not in LOOPBACK:
            raise ValueError("a password needs tls 'starttls' or 'tls': without it, it would travel in clear")
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together: give both or neither")
        return self

    @property
    def domain(self) -> str:
        """The domain of our Message-IDs, and our name in the greeting."""
        return self.from_address.rpartition("@")[2]


class NotificationSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOTIFICATION_", extra="ignore", frozen=True)

    refusal_kept_days: int = Field(default=90, ge=1, le=36_500)
    """How long it is known to whom a refusal was told."""

    smtp_host: str = "127.0.0.1"
    smtp_port: Port = 1025
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: TlsMode = TlsMode.NONE
    smtp_ca_file: Path | None = Field(default=None, description="who vouches for the mail server; otherwise whom this machine trusts")
    smtp_connect_timeout_s: Seconds = 10.0
    smtp_letter_timeout_s: Seconds = 30.0
    from_address: MailAddress = "complaints@redress.example.com"
    team_mail_domain: MailDomain | None = Field(default=None, description="replaces the domain of the teams file")
    promises_path: Path = PROMISES
    templates_path: Path = TEMPLATES
    teams_path: Path = TEAMS

    def smtp(self) -> SmtpSettings:
        return SmtpSettings(
            host=self.smtp_host,
            port=self.smtp_port,
            username=self.smtp_username,
            password=self.smtp_password,
            tls=self.smtp_tls,
            ca_file=self.smtp_ca_file,
            from_address=self.from_address,
            connect_timeout_s=self.smtp_connect_timeout_s,
            letter_timeout_s=self.smtp_letter_timeout_s,
        )

    def teams(self) -> Teams:
        return load_teams(self.teams_path, self.team_mail_domain)

    def phrasebook(self) -> Phrasebook:
        return checked_phrasebook(self.promises_path, self.templates_path)
