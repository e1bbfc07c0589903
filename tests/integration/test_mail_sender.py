"""Letters over a real SMTP conversation: taken, refused, put off, cut off."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from services.notification.senders.connections import Connections
from services.notification.senders.letter import MailRefused, message_id
from services.notification.senders.mail import Letter, MailServerAway, send
from services.notification.settings import SmtpSettings, TlsMode
from shared.contracts import OutboundNotice, Recipient, TeamNotice
from shared.contracts.vocabulary import Channel, ComplaintNumber, NoticeKind

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
NUMBER = ComplaintNumber("RD-7K3MQ-2XV9H-5")
NOTICE_ID = "0b8d4a52-6a3e-5d0c-9a1b-111111111111:receipt:1"
LOOPBACK = "127.0.0.1"


@dataclass
class Desk:
    """A mail server that answers the recipient or the letter as it was told to, and keeps what it took."""

    at_recipient: str = "250 OK"
    at_letter: str = "250 OK"
    at_sender: str = "250 OK"
    hangs_up: bool = False
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if self.hangs_up and server.transport is not None:
            server.transport.close()
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_MAIL(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if self.at_sender.startswith("250"):
            envelope.mail_from = address
        return self.at_sender

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.at_letter.startswith("250"):
            self.taken.append(envelope)
        return self.at_letter

    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(envelope.content, policy=default) for envelope in self.taken if isinstance(envelope.content, bytes)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def smtp(desk: Desk) -> AsyncIterator[SmtpSettings]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(desk, hostname=LOOPBACK), LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    yield SmtpSettings(host=LOOPBACK, port=port, connect_timeout_s=5, letter_timeout_s=5)
    server.close()


@pytest.fixture
async def connections(smtp: SmtpSettings) -> AsyncIterator[Connections]:
    connections = Connections(smtp)
    yield connections
    await connections.close()


def a_letter(to: str = "lilei@example.com") -> Letter:
    notice = OutboundNotice(
        notice_id=NOTICE_ID,
        number=NUMBER,
        kind=NoticeKind.RECEIPT,
        channel=Channel.EMAIL,
        adapter="mail-cn",
        to=Recipient(email=to),
        in_reply_to="<first@example.com>",
        language="zh-Hans",
        subject=f"Re: 退款 [{NUMBER}]",
        text="您好\n.\n我们已收到您的投诉。",
    )
    return Letter(notice, NOW)


async def test_a_letter_arrives_whole_at_its_one_recipient(desk: Desk, connections: Connections) -> None:
    await send(a_letter(), connections)

    (letter,) = desk.letters()
    assert (desk.taken[0].mail_from, desk.taken[0].rcpt_tos) == (connections.smtp.from_address, ["lilei@example.com"])
    assert letter["Message-ID"] == message_id(NOTICE_ID, connections.smtp.domain)
    assert letter["In-Reply-To"] == "<first@example.com>"
    assert letter["Subject"] == f"Re: 退款 [{NUMBER}]"
    assert letter.get_content().replace("\r\n", "\n") == "您好\n.\n我们已收到您的投诉。\n"


async def test_a_letter_sent_twice_has_the_same_message_id(desk: Desk, connections: Connections) -> None:
    for _ in range(2):
        await send(a_letter(), connections)

    assert [letter["Message-ID"] for letter in desk.letters()] == [message_id(NOTICE_ID, connections.smtp.domain)] * 2


async def test_a_notice_to_a_team_goes_the_same_way(desk: Desk, connections: Connections) -> None:
    await send(Letter(TeamNotice(notice_id="c:team-warning:1", to="payments@example.com", subject=NUMBER, text="Due."), NOW), connections)

    assert desk.taken[0].rcpt_tos == ["payments@example.com"]


async def test_many_letters_go_out_at_once(desk: Desk, connections: Connections) -> None:
    await asyncio.gather(*(send(a_letter(f"customer{n}@example.com"), connections) for n in range(20)))

    assert {envelope.rcpt_tos[0] for envelope in desk.taken} == {f"customer{n}@example.com" for n in range(20)}


@pytest.mark.parametrize(
    "answers",
    [
        {"at_recipient": "550 5.1.1 <lilei@example.com> unknown"},
        {"at_recipient": "553 5.1.3 lilei@example.com: no"},
        {"at_letter": "554 5.7.1 spam"},
    ],
)
async def test_what_the_server_will_never_take_is_refused_without_repeating_the_address(
    desk: Desk, connections: Connections, answers: dict[str, Any]
) -> None:
    for name, answer in answers.items():
        setattr(desk, name, answer)

    with pytest.raises(MailRefused) as refused:
        await send(a_letter(), connections)

    assert refused.value.slug == "mail-refused"
    assert desk.taken == []
    assert next(iter(answers.values())).split()[0] in str(refused.value)
    assert "lilei" not in str(refused.value)


@pytest.mark.parametrize(
    "answers",
    [
        {"at_recipient": "451 4.7.1 greylisted"},
        {"at_letter": "452 4.3.1 disk full"},
        {"at_sender": "530 5.7.0 authentication required"},
        {"hangs_up": True},
    ],
)
async def test_what_passes_is_tried_again_later_and_then_arrives(desk: Desk, connections: Connections, answers: dict[str, Any]) -> None:
    for name, answer in answers.items():
        setattr(desk, name, answer)
    with pytest.raises(MailServerAway) as away:
        await send(a_letter(), connections)
    assert away.value.slug == "mail-server-away"
    assert desk.taken == []

    desk.at_sender, desk.at_recipient, desk.at_letter, desk.hangs_up = "250 OK", "250 OK", "250 OK", False
    await send(a_letter(), connections)

    assert len(desk.taken) == 1


async def test_a_server_that_is_not_there_is_away(unused_tcp_port: int) -> None:
    with pytest.raises(MailServerAway):
        await send(a_letter(), Connections(SmtpSettings(host=LOOPBACK, port=unused_tcp_port, connect_timeout_s=2)))


async def test_a_server_that_never_greets_is_away_once_the_time_is_up() -> None:
    release = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(silent, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    try:
        with pytest.raises(MailServerAway):
            await send(a_letter(), Connections(SmtpSettings(host=LOOPBACK, port=port, connect_timeout_s=5, letter_timeout_s=0.3)))
    finally:
        release.set()
        server.close()


async def test_a_server_without_the_tls_we_ask_for_gets_neither_password_nor_letter(desk: Desk, smtp: SmtpSettings) -> None:
    wary = smtp.model_copy(update={"tls": TlsMode.STARTTLS, "username": "redress", "password": SecretStr("not-for-the-clear")})

    with pytest.raises(MailServerAway):
        await send(a_letter(), Connections(wary))

    assert desk.taken == []


async def test_an_address_that_no_server_could_take_is_refused_before_any_connection(unused_tcp_port: int) -> None:
    with pytest.raises(MailRefused):
        await send(a_letter("a@b.example, c@d.example"), Connections(SmtpSettings(host=LOOPBACK, port=unused_tcp_port)))
