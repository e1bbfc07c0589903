"""The consumer between queue and write path: what it does when something fails that nobody thought of."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.broker import Source
from shared.consumer import Consumer
from shared.envelope import BODY, Delivery
from shared.failing import Bound, Probes
from shared.ladder import Ladder
from shared.record import Cause
from shared.switch import Switch
from shared.task import End, Task
from shared.telemetry import Metrics

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Channel:
    acknowledged: list[int] = field(default_factory=list)
    """Up to which tag."""
    alone: list[int] = field(default_factory=list)
    is_closed: bool = False

    async def basic_ack(self, tag: int, *, multiple: bool) -> None:
        (self.acknowledged if multiple else self.alone).append(tag)


@dataclass
class Message:
    """What the consumer reads of an incoming message."""

    channel: Channel
    delivery_tag: int
    body: bytes = b"{}"
    message_id: str = "m"
    type: str = "t"
    routing_key: str = "k"
    user_id: str = "u"
    correlation_id: str = ""
    redelivered: bool = False
    headers: dict[str, Any] = field(default_factory=dict)


class NoLetters:
    """A store that breaks in a way nobody thought of."""

    async def file(self, failures: Sequence[object], _: datetime) -> None:
        if failures:
            raise ValueError("no letter can be filed")


class Now:
    def now(self) -> datetime:
        return NOW


async def nothing(_: Sequence[object]) -> None:
    return


async def all_done(deliveries: Sequence[Delivery]) -> list[Task]:
    tasks = [Task(Cause.of(one.envelope), one) for one in deliveries]
    for task in tasks:
        task.ends(End.DONE, "done")
    return tasks


async def worked_off(handle: Any, messages: Sequence[Message]) -> Consumer:
    source, metrics = Source("q", "house", from_outside=False), Metrics()
    switch = Switch("q", metrics, Bound(), Probes(0.0, 0.0))
    consumer = Consumer(source, handle, nothing, NoLetters(), Ladder((1,)), Now(), metrics, 8, switch)  # type: ignore[arg-type]
    for message in messages:
        consumer.receive(message)  # type: ignore[arg-type]
    running = asyncio.create_task(consumer.run())
    await asyncio.wait_for(consumer.drained(), 5)
    running.cancel()
    return consumer


async def test_a_failure_nobody_thought_of_holds_the_batch_and_tries_again():
    channel, tries = Channel(), []

    async def handle(deliveries: Sequence[Delivery]) -> list[Task]:
        tries.append([one.envelope.redelivered for one in deliveries])
        tasks = await all_done(deliveries)
        if len(tries) == 1:
            tasks[0].fails(ValueError("to the dead letters"))
            tasks[0].end = End.DEAD
        return tasks

    consumer = await worked_off(handle, [Message(channel, 1), Message(channel, 2, message_id="n")])

    assert tries == [[False, False], [True, True]]
    assert (channel.acknowledged, consumer.paused_for) == ([2], None)


async def test_messages_of_a_closed_channel_are_left_to_the_broker():
    closed, open_ = Channel(is_closed=True), Channel()

    await worked_off(all_done, [Message(closed, 1), Message(open_, 7)])

    assert (closed.acknowledged, open_.acknowledged) == ([], [7])


async def test_a_large_message_ends_its_batch_so_that_one_body_is_held_at_a_time():
    sizes: list[int] = []

    async def handle(deliveries: Sequence[Delivery]) -> list[Task]:
        sizes.append(len(deliveries))
        return await all_done(deliveries)

    large = {BODY: "{}"}
    await worked_off(handle, [Message(Channel(), tag, headers=large if tag in (2, 3) else {}) for tag in range(1, 6)])

    assert sizes == [2, 1, 2]


async def test_what_was_delivered_and_not_acknowledged_is_at_hand_and_would_be_given_back():
    consumer = await worked_off(all_done, [Message(Channel(), 1), Message(Channel(), 2, message_id="n")])
    before = consumer.at_hand
    consumer.receive(Message(Channel(), 3, message_id="o"))  # type: ignore[arg-type]

    assert (before, consumer.at_hand) == (0, 1)
