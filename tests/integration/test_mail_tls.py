"""Mail by TLS, from the first byte or after STARTTLS: to a server whose certificate we believe, and to no other."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from deploy.certificate import Certificate
from services.notification.senders.connections import Connections
from services.notification.senders.mail import Letter, MailServerAway, send
from services.notification.settings import SmtpSettings, TlsMode
from shared.contracts import TeamNotice
from tests.certificates import HOST, certificate_for

LETTER = Letter(
    TeamNotice(notice_id="c:team-warning:1", to="payments@example.com", subject="Due", text="Soon."), datetime(2026, 11, 22, tzinfo=UTC)
)
PASSWORD = "for-the-mail-server-alone"


@dataclass
class Desk:
    """Keeps what it took, whether it came by TLS, and which passwords it saw."""

    by_tls: list[bool] = field(default_factory=list)
    passwords: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, _: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert server.transport is not None
        self.by_tls.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def admit(self, _: SMTP, __: Session, ___: Envelope, mechanism: str, login: Any) -> AuthResult:
        assert isinstance(login, LoginPassword), mechanism
        self.passwords.append(login.password)
        return AuthResult(success=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_for(HOST, tmp_path_factory.mktemp("mail"))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(params=[TlsMode.TLS, TlsMode.STARTTLS])
def smtp(request: pytest.FixtureRequest, desk: Desk, certificate: Certificate, unused_tcp_port: int) -> Iterator[SmtpSettings]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.chain, certificate.key)
    rest: dict[str, Any] = {"ssl_context": context} if request.param is TlsMode.TLS else {"tls_context": context, "require_starttls": True}
    controller = Controller(
        desk,
        hostname="127.0.0.1",
        port=unused_tcp_port,
        authenticator=desk.admit,
        auth_require_tls=request.param is TlsMode.STARTTLS,
        **rest,
    )
    controller.start()
    yield SmtpSettings(
        host=HOST, port=unused_tcp_port, tls=request.param, ca_file=certificate.authority, username="redress", password=SecretStr(PASSWORD)
    )
    controller.stop()


async def test_a_letter_and_its_password_go_by_tls(desk: Desk, smtp: SmtpSettings) -> None:
    await send(LETTER, Connections(smtp))

    assert desk.by_tls == [True]
    assert desk.passwords == [PASSWORD.encode()]


async def test_the_letters_of_one_connection_share_one_handshake_and_one_login(desk: Desk, smtp: SmtpSettings) -> None:
    connections = Connections(smtp)

    for _ in range(3):
        await send(LETTER, connections)
    await connections.close()

    assert desk.by_tls == [True] * 3
    assert desk.passwords == [PASSWORD.encode()]


async def test_a_server_of_an_authority_that_nobody_knows_gets_neither_password_nor_letter(
    desk: Desk, smtp: SmtpSettings, tmp_path: Path
) -> None:
    stranger = certificate_for(HOST, tmp_path / "stranger").authority

    with pytest.raises(MailServerAway, match="the mail server's certificate is refused: "):
        await send(LETTER, Connections(smtp.model_copy(update={"ca_file": stranger})))

    assert (desk.by_tls, desk.passwords) == ([], [])


async def test_this_machine_s_own_authorities_do_not_know_it_either(desk: Desk, smtp: SmtpSettings) -> None:
    with pytest.raises(MailServerAway, match="the mail server's certificate is refused: "):
        await send(LETTER, Connections(smtp.model_copy(update={"ca_file": None})))

    assert (desk.by_tls, desk.passwords) == ([], [])


async def test_a_server_under_another_name_gets_neither_password_nor_letter(desk: Desk, smtp: SmtpSettings) -> None:
    with pytest.raises(MailServerAway, match=r"certificate is refused: .*127\.0\.0\.1"):
        await send(LETTER, Connections(smtp.model_copy(update={"host": "127.0.0.1"})))

    assert (desk.by_tls, desk.passwords) == ([], [])
