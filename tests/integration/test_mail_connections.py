"""Connections to a real mail server are used for many letters, and none of what happens to a connection costs or repeats a letter."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notification.senders import connections as ways
from services.notification.senders.connections import LETTERS_EACH, Connections
from services.notification.senders.letter import MailRefused
from services.notification.senders.mail import Letter, MailServerAway, send
from services.notification.settings import SmtpSettings
from shared.contracts import TeamNotice

LOOPBACK = "127.0.0.1"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
UNKNOWN = "nobody@example.com"


@dataclass
class Desk:
    """A mail server that knows which letter came over which connection, and how each connection ended."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    """What to say to the next ones; then yes."""
    connections: list["Line"] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    silent: bool = False
    """After its first letter, on every connection."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def opens(self, port: int = 0) -> None:
        self._server = await asyncio.get_running_loop().create_server(lambda: Line(self), LOOPBACK, port)

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    def closes(self) -> None:
        self._server.close()
        for one in self.connections:
            one.hang_up()

    async def handle_MAIL(self, server: "Line", _: Session, envelope: Envelope, address: str, __: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if self.silent and server.letters:
            self.asked.set()
            await server.gone.wait()
        envelope.mail_from = address
        return self._answer("MAIL")

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if address == UNKNOWN:
            return "550 5.1.1 unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: "Line", _: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        server.letters += 1
        answer = self._answer("DATA")
        if answer.startswith("250"):
            self.taken += envelope.rcpt_tos
        return answer

    async def handle_QUIT(self, server: "Line", _: Session, __: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        server.quit = True
        return "221 Bye"

    def _answer(self, command: str) -> str:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else "250 OK"

    @property
    def letters(self) -> list[int]:
        """Of each connection, in the order in which they came."""
        return [one.letters for one in self.connections]


class Line(SMTP):
    """One connection, as its server sees it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, hostname=LOOPBACK)
        self.letters = 0
        self.quit = False
        self.gone = asyncio.Event()
        desk.connections.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.gone.set()
        super().connection_lost(error)

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    await desk.opens()
    yield desk
    desk.closes()


@pytest.fixture
async def connections(desk: Desk) -> AsyncIterator[Connections]:
    connections = Connections(SmtpSettings(host=LOOPBACK, port=desk.port, connect_timeout_s=20, letter_timeout_s=20))
    yield connections
    await connections.close()


def to(address: str = "payments@example.com") -> Letter:
    return Letter(TeamNotice(notice_id="c:team-warning:1", to=address, subject="Due", text="Soon."), NOW)


async def test_fifty_letters_one_after_the_other_go_over_one_connection(desk: Desk, connections: Connections) -> None:
    for _ in range(50):
        await send(to(), connections)

    assert desk.letters == [50]
    assert len(desk.taken) == 50


async def test_letters_side_by_side_share_no_connection_and_the_next_ones_open_none(desk: Desk, connections: Connections) -> None:
    for _ in range(3):
        await asyncio.gather(*(send(to(), connections) for _ in range(16)))

    assert desk.letters == [3] * 16


async def test_a_connection_that_carried_its_share_carries_no_more(desk: Desk, connections: Connections) -> None:
    for _ in range(LETTERS_EACH + 1):
        await send(to(), connections)

    assert desk.letters == [LETTERS_EACH, 1]


async def test_where_the_server_hung_up_on_an_idle_connection_the_letter_leaves_once_over_a_new_one(
    desk: Desk, connections: Connections
) -> None:
    await send(to("first@example.com"), connections)
    desk.connections[0].hang_up()

    await send(to("second@example.com"), connections)

    assert desk.letters == [1, 1]
    assert desk.taken == ["first@example.com", "second@example.com"]


@pytest.mark.parametrize("answer", ["421 4.7.0 too many letters", "451 4.3.0 not on this connection", "530 5.7.0 who are you"])
async def test_a_connection_on_which_the_server_wants_no_more_is_replaced(desk: Desk, connections: Connections, answer: str) -> None:
    await send(to("first@example.com"), connections)
    desk.answers["MAIL"] = [answer]

    await send(to("second@example.com"), connections)

    assert desk.letters == [1, 1]
    assert desk.taken == ["first@example.com", "second@example.com"]


async def test_a_server_that_wants_no_letter_on_any_connection_is_away(desk: Desk, connections: Connections) -> None:
    await send(to(), connections)
    desk.answers["MAIL"] = ["451 4.3.0 later"] * 2

    with pytest.raises(MailServerAway):
        await send(to(), connections)

    assert desk.letters == [1, 0]


async def test_a_connection_that_answers_no_more_is_replaced(desk: Desk) -> None:
    connections = Connections(SmtpSettings(host=LOOPBACK, port=desk.port, connect_timeout_s=0.5, letter_timeout_s=20))
    await asyncio.gather(send(to(), connections), send(to(), connections))
    desk.silent = True

    await send(to("second@example.com"), connections)
    await connections.close()

    assert sorted(desk.letters) == [1, 1, 1]
    assert desk.taken[2:] == ["second@example.com"]


async def test_a_server_that_was_restarted_in_between_gets_the_letter_once(desk: Desk, connections: Connections) -> None:
    await send(to("first@example.com"), connections)
    port = desk.port
    desk.closes()
    with pytest.raises(MailServerAway):
        await send(to("early@example.com"), connections)
    await desk.opens(port)

    await send(to("second@example.com"), connections)

    assert desk.letters == [1, 1]
    assert desk.taken == ["first@example.com", "second@example.com"]


@pytest.mark.parametrize(("refused", "answers"), [(UNKNOWN, []), ("spam@example.com", ["554 5.7.1 spam"])])
async def test_after_a_refused_letter_a_good_one_goes_over_the_same_connection(
    desk: Desk, connections: Connections, refused: str, answers: list[str]
) -> None:
    desk.answers["DATA"] = answers
    with pytest.raises(MailRefused):
        await send(to(refused), connections)

    await send(to("good@example.com"), connections)

    assert len(desk.connections) == 1
    assert desk.taken == ["good@example.com"]


async def test_a_server_that_closes_with_its_refusal_gets_the_next_letter_on_a_new_connection(desk: Desk, connections: Connections) -> None:
    desk.answers["DATA"] = ["421 4.3.2 shutting down"]
    with pytest.raises(MailServerAway):
        await send(to(), connections)

    await send(to("good@example.com"), connections)

    assert desk.letters == [1, 1]
    assert desk.taken == ["good@example.com"]


async def test_a_letter_that_is_cut_short_leaves_no_connection_behind(desk: Desk, connections: Connections) -> None:
    await send(to("first@example.com"), connections)
    desk.silent = True
    cut_short = asyncio.create_task(send(to("cut@example.com"), connections))
    await desk.asked.wait()
    cut_short.cancel()

    with pytest.raises(asyncio.CancelledError):
        await cut_short

    await desk.connections[0].gone.wait()
    assert desk.taken == ["first@example.com"]


async def test_the_end_says_quit_on_every_connection(desk: Desk, connections: Connections) -> None:
    keeping = asyncio.create_task(connections.keep())
    await asyncio.gather(*(send(to(), connections) for _ in range(4)))

    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping

    assert [one.quit for one in desk.connections] == [True] * 4


async def test_a_letter_under_way_at_the_end_is_not_cut_short(desk: Desk, connections: Connections) -> None:
    async with connections.envelope() as envelope:
        await connections.close()
        await envelope.rcpt("late@example.com")
        await envelope.data(b"Subject: Due\r\n\r\nSoon.\r\n")

    await desk.connections[0].gone.wait()
    assert desk.taken == ["late@example.com"]


async def test_what_was_idle_for_long_is_said_goodbye_to(desk: Desk, connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "LOOK_EVERY_S", 0.01)
    keeping = asyncio.create_task(connections.keep())
    await send(to(), connections)
    monkeypatch.setattr(ways, "IDLE_FOR_S", 0.0)

    await desk.connections[0].gone.wait()
    keeping.cancel()

    assert desk.connections[0].quit
