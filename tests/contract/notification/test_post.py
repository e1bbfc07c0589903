"""A letter goes out once, whatever is away and whoever else tries: a real mail server, a real record."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notification.app import describe
from services.notification.senders.connections import Connections
from services.notification.senders.post import LEASE_GRACE, Post
from services.notification.settings import SmtpSettings
from shared.contracts import DeliveryReported, TeamNotice
from shared.envelope import Delivery
from shared.envelope import Envelope as Properties
from shared.errors import BrokerAway
from shared.task import End, Task
from tests.under_test import ServiceUnderTest

LOOPBACK = "127.0.0.1"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LETTER_TIMEOUT_S = 20.0


@dataclass
class Desk:
    """A mail server that counts what it took. While it is shut it keeps a letter's sender waiting for the answer."""

    answer: str = "250 OK"
    came: int = 0
    taken: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    farewells: int = 0

    async def handle_QUIT(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
        self.farewells += 1
        return "221 Bye"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.came += 1
        self.busy.set()
        await self.open.wait()
        if self.answer.startswith("250"):
            self.taken += envelope.rcpt_tos
        return self.answer


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open.set()
    return desk


@pytest.fixture
async def smtp(desk: Desk) -> AsyncIterator[SmtpSettings]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(desk, hostname=LOOPBACK), LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    yield SmtpSettings(host=LOOPBACK, port=port, connect_timeout_s=5, letter_timeout_s=LETTER_TIMEOUT_S)
    server.close()


@pytest.fixture
async def connections(smtp: SmtpSettings) -> AsyncIterator[Connections]:
    connections = Connections(smtp)
    yield connections
    await connections.close()


def to(team: str) -> Delivery:
    notice = TeamNotice(notice_id=f"c:team-{team}:1", to=f"{team}@example.com", subject="a subject", text="Due.")
    properties = Properties(
        queue="notification.team-mail", message_id=notice.notice_id, cause_id=notice.notice_id, type=notice.key,
        routing_key=notice.routing_key, sender="notification", at=NOW,
    )  # fmt: skip
    return Delivery(properties, notice.model_dump_json().encode())


async def until_done(post: Post, *deliveries: Delivery) -> list[Task]:
    """As the consumer does it: again and again while the broker is away."""
    while True:
        try:
            return await post.handle(deliveries)
        except BrokerAway:
            continue


async def state_of(notification: ServiceUnderTest, delivery: Delivery) -> str:
    found = await notification.stored(delivery.envelope.message_id, "letters")
    assert found is not None
    return str(found["state"])


async def test_a_letter_goes_out_once_however_long_the_broker_is_away(
    notification: ServiceUnderTest, desk: Desk, connections: Connections
) -> None:
    notification.outbox.away_for = 5
    letters = [to("payments"), to("security")]

    tasks = await until_done(Post(notification.house, connections), *letters)

    assert sorted(desk.taken) == ["payments@example.com", "security@example.com"]
    assert [one.end for one in tasks] == [End.DONE, End.DONE]
    assert {one.state for one in notification.emitted(DeliveryReported)} == {"delivered"}
    assert [await state_of(notification, one) for one in letters] == ["sent", "sent"]


async def test_a_worker_that_died_before_its_report_leaves_only_the_report_to_the_next(
    notification: ServiceUnderTest, desk: Desk, connections: Connections
) -> None:
    notification.outbox.away_for = 1
    with pytest.raises(BrokerAway):
        await Post(notification.house, connections).handle([to("payments")])
    assert await state_of(notification, to("payments")) == "taken"
    notification.passes(timedelta(days=1))

    (task,) = await Post(notification.house, connections).handle([to("payments")])

    (report,) = notification.emitted(DeliveryReported)
    assert (task.what, desk.taken) == ("sent-before", ["payments@example.com"])
    assert report.at < notification.house.clock.now() - timedelta(hours=23)


async def test_a_letter_that_comes_again_is_only_reported_again(
    notification: ServiceUnderTest, desk: Desk, connections: Connections
) -> None:
    post = Post(notification.house, connections)

    tasks = [*await post.handle([to("payments")]), *await post.handle([to("payments")])]

    assert [one.what for one in tasks] == ["sent", "sent-before"]
    assert desk.taken == ["payments@example.com"]
    assert len({one.message_id for one in notification.outbox.published}) == 1


async def test_two_replicas_cannot_send_one_letter_at_once(notification: ServiceUnderTest, desk: Desk, connections: Connections) -> None:
    desk.open.clear()
    first = asyncio.create_task(Post(notification.house, connections).handle([to("payments")]))
    await desk.busy.wait()

    (second,) = await Post(notification.house, connections).handle([to("payments")])
    desk.open.set()
    (task,) = await first

    assert (second.end, second.what) == (End.RETRY, "letter-under-way")
    assert (task.end, desk.taken) == (End.DONE, ["payments@example.com"])


async def test_a_claim_whose_worker_died_is_taken_over_once_its_time_is_up(
    notification: ServiceUnderTest, desk: Desk, connections: Connections
) -> None:
    desk.open.clear()
    dying = asyncio.create_task(Post(notification.house, connections).handle([to("payments")]))
    await desk.busy.wait()
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    desk.open.set()

    notification.passes(timedelta(seconds=LETTER_TIMEOUT_S))
    (early,) = await Post(notification.house, connections).handle([to("payments")])
    notification.passes(LEASE_GRACE)
    (late,) = await Post(notification.house, connections).handle([to("payments")])

    assert (early.what, late.what) == ("letter-under-way", "sent")
    assert await state_of(notification, to("payments")) == "sent"


@pytest.mark.parametrize(("answer", "end"), [("452 4.3.1 disk full", End.RETRY), ("554 5.7.1 spam", End.DEAD)])
async def test_after_a_failed_try_the_next_one_waits_for_no_lease(
    notification: ServiceUnderTest, desk: Desk, connections: Connections, answer: str, end: End
) -> None:
    desk.answer = answer
    (failed,) = await Post(notification.house, connections).handle([to("payments")])
    desk.answer = "250 OK"

    (again,) = await Post(notification.house, connections).handle([to("payments")])

    assert (failed.end, again.what) == (end, "sent")
    assert (desk.came, desk.taken) == (2, ["payments@example.com"])


async def test_the_service_s_queues_of_letters_share_their_connections_and_its_end_says_quit(
    notification: ServiceUnderTest, desk: Desk, smtp: SmtpSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATION_SMTP_HOST", smtp.host)
    monkeypatch.setenv("NOTIFICATION_SMTP_PORT", str(smtp.port))
    service = describe()
    chores = [asyncio.create_task(one(notification.house)) for one in service.chores]

    for number, sender in enumerate(service.senders):
        await sender.handle(notification.house)([to(f"team-{number}")])
    for one in chores:
        one.cancel()
    await asyncio.gather(*chores, return_exceptions=True)

    assert len(desk.taken) == len(service.senders) > 1
    assert desk.farewells == 1
