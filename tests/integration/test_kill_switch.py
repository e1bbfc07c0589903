"""What a handler stands on fails for a while: the consumer pauses, burns no attempt, says so, and goes on by itself."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.contracts import Inbound
from tests.builders import an_inbound
from tests.builders.inbound import an_email
from tests.house import FAST_LADDER, RunningHouse, a_house, eventually
from tests.namespaces import Namespace

LOOPBACK = "127.0.0.1"
QUEUE = "outbound.email.mail-cn"
LETTERS = 30
QUICK = {"REDRESS_FAILING_LEAST": "5", "REDRESS_PROBE_FIRST_S": "0.2", "REDRESS_PROBE_LONGEST_S": "1.0"}


class Desk:
    """A mail server that takes every letter; slowly, where it is told to."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.asked.set()
        await self.may_answer.wait()
        self.taken += envelope.rcpt_tos
        return "250 OK"


async def opened(desk: Desk, port: int) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(lambda: SMTP(desk, hostname=LOOPBACK), LOOPBACK, port)


@pytest.fixture
async def house(
    namespace: Namespace, tmp_path_factory: pytest.TempPathFactory, unused_tcp_port: int
) -> AsyncIterator[tuple[RunningHouse, int]]:
    settings = {**FAST_LADDER, **QUICK, "NOTIFICATION_SMTP_HOST": LOOPBACK, "NOTIFICATION_SMTP_PORT": str(unused_tcp_port)}
    with a_house(namespace, tmp_path_factory.mktemp("switch"), settings) as running:
        yield running, unused_tcp_port
        await running.close()


async def written_to(house: RunningHouse, count: int) -> set[str]:
    """So many customers write by e-mail; each gets a letter at an address of its own."""
    addresses = {f"{uuid4().hex}@example.com" for _ in range(count)}
    messages: list[Inbound] = [an_inbound("email", raw=_mail_of(one), sender={"email": one}) for one in addresses]
    await house.publish_all(messages)
    return addresses


def _mail_of(address: str) -> bytes:
    return an_email(message_id=f"<{uuid4().hex}@example.com>").replace(b"lilei@example.com", address.encode())


async def sample(house: RunningHouse, name: str) -> float:
    found = [line for line in (await house.metrics("notification")).splitlines() if line.startswith(name)]
    return sum(float(line.rpartition(" ")[2]) for line in found)


async def test_while_the_mail_server_is_away_letters_wait_and_then_all_leave_by_themselves(house: tuple[RunningHouse, int]):
    running, port = house
    addresses = await written_to(running, LETTERS)

    await eventually(lambda: sample(running, f'redress_paused{{queue="{QUEUE}"}}'))
    assert not await running.ready("notification")
    moved = await sample(running, f'redress_messages_total{{end="retry",queue="{QUEUE}"}}')
    desk = Desk()
    server = await opened(desk, port)

    async def taken() -> set[str]:
        return set(desk.taken)

    assert await eventually(taken, lambda seen: seen >= addresses) >= addresses
    assert sorted(desk.taken) == sorted(addresses)
    assert await eventually(lambda: running.ready("notification"))
    assert await sample(running, f'redress_messages_total{{end="retry",queue="{QUEUE}"}}') == moved <= LETTERS // 2
    assert await running.view("notification", "/dead") == []
    assert await sample(running, f'redress_pauses_total{{queue="{QUEUE}",reason="failing"}}') >= 1
    server.close()


async def test_a_stop_lets_a_conversation_with_the_mail_server_end_and_the_letter_leaves_once(house: tuple[RunningHouse, int]):
    running, port = house
    desk = Desk()
    desk.may_answer.clear()
    server = await opened(desk, port)
    addresses = await written_to(running, 1)
    await asyncio.wait_for(desk.asked.wait(), 30)

    stopping = asyncio.create_task(running.stop("notification"))
    await eventually(lambda: running.ready("notification"), lambda seen: not seen)
    desk.may_answer.set()

    assert await asyncio.wait_for(stopping, 10) == 0
    await running.restart("notification")
    notices = await eventually(lambda: states(running, addresses), lambda seen: seen == ["delivered"])
    assert (notices, desk.taken) == (["delivered"], [*addresses])
    server.close()


async def states(house: RunningHouse, addresses: set[str]) -> list[str]:
    """Of the receipts of everybody who wrote."""
    complaints = await house.view("intake", "/complaints") or []
    notices = [one for each in complaints for one in await house.view("notification", "/notices", complaint_id=each["complaint_id"]) or []]
    return [str(one["state"]) for one in notices][: len(addresses)]
