"""The kill switch around a consumer whose handler stands on something that is away for a while."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.broker import Source
from shared.consumer import Consumer
from shared.dead import DeadLetters, Failure
from shared.envelope import ATTEMPT, Delivery, Outgoing
from shared.errors import BrokerAway, ContendedWrite, UnreadableMessage
from shared.failing import Bound, Probes
from shared.ladder import Ladder
from shared.record import Cause
from shared.switch import Switch
from shared.task import End, Task
from shared.telemetry import Metrics
from tests.house import eventually
from tests.unit.shared.test_consumer import Channel, Message, Now

AT_ONCE, IN_AN_HOUR = Probes(0.0, 0.0), Probes(3_600.0, 3_600.0)
BOUND = Bound(messages=200, window_s=60.0, least=4, share=0.5)


class Letters(DeadLetters):
    def __init__(self) -> None:
        self.filed: list[str] = []

    async def file(self, failures: Sequence[Failure], _: datetime) -> None:
        self.filed += [one.delivery.envelope.message_id for one in failures]


@dataclass
class Bench:
    """A consumer with what it did: batches it tried, moves up the ladder, letters, acknowledgements."""

    fails: Callable[["Bench", str], Exception | None]
    probes: Probes = AT_ONCE
    channel: Channel = field(default_factory=Channel)
    tried: list[list[str]] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    letters: Letters = field(default_factory=Letters)
    metrics: Metrics = field(default_factory=Metrics)
    paused: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        switch = Switch("q", self.metrics, BOUND, self.probes)
        source = Source("q", "house", from_outside=False)
        self.consumer = Consumer(
            source, self.handle, self.publish, self.letters, Ladder((1, 1)), Now(), self.metrics, 8, switch  # type: ignore[arg-type]
        )  # fmt: skip

    async def handle(self, deliveries: Sequence[Delivery]) -> list[Task]:
        self.tried.append([one.envelope.message_id for one in deliveries])
        self.paused.append(self.consumer.paused_for)
        tasks = [Task(Cause.of(one.envelope), one) for one in deliveries]
        for task in tasks:
            error = self.fails(self, task.cause.id)
            if error:
                task.fails(error)
            else:
                task.ends(End.DONE, "done")
        return tasks

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        self.moved += [one.message_id for one in messages]
        self.attempts += [int(one.headers.get(ATTEMPT, 0)) for one in messages]

    async def works_off(self, *names: str) -> None:
        self.take(*names)
        running = asyncio.create_task(self.consumer.run())
        await asyncio.wait_for(self.acknowledged(len(names)), 5)
        running.cancel()

    def take(self, *names: str) -> None:
        for name in names:
            self.consumer.receive(Message(self.channel, 1 + len(self.names), message_id=name))  # type: ignore[arg-type]
            self.names.append(name)

    names: list[str] = field(default_factory=list)

    async def acknowledged(self, count: int) -> None:
        async def seen() -> bool:
            return count in self.channel.acknowledged

        await eventually(seen)

    async def is_paused(self) -> bool:
        return self.consumer.paused_for is not None

    def sample(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, {"queue": "q", **labels})


def until_probes(number: int) -> Callable[[Bench, str], Exception | None]:
    """Everything fails until so many probes were made after the first batch."""
    return lambda bench, _: ContendedWrite("away, says the test") if len(bench.tried) <= number else None


async def test_while_most_messages_fail_none_is_moved_and_the_consumer_probes_one_after_the_other():
    bench = Bench(until_probes(3))

    await bench.works_off(*"abcde")

    assert bench.tried == [list("abcde"), ["a"], ["b"], ["c"], list("abcde")]
    assert (bench.moved, bench.letters.filed, bench.channel.acknowledged) == ([], [], [5])


async def test_it_says_that_it_is_paused_and_then_that_it_is_not():
    bench = Bench(until_probes(2))

    await bench.works_off(*"abcde")

    assert bench.paused == [None, "failing", "failing", "failing"]
    assert (bench.consumer.paused_for, bench.sample("redress_paused")) == (None, 0)
    assert bench.sample("redress_pauses_total", reason="failing") == 1


async def test_a_few_failures_climb_the_ladder_as_ever():
    bench = Bench(lambda _, name: ContendedWrite("again") if name in "abc" else None)

    await bench.works_off(*"abcdefgh")

    assert (bench.moved, bench.sample("redress_pauses_total", reason="failing")) == (list("abc"), None)


async def test_poison_stops_nobody():
    bench = Bench(lambda _, name: UnreadableMessage("no") if name < "h" else None)

    await bench.works_off(*"abcdefgh")

    assert (bench.letters.filed, bench.sample("redress_pauses_total", reason="failing")) == (list("abcdefg"), None)


async def test_messages_that_always_fail_do_not_hold_up_the_others_for_ever():
    """One probe succeeds: what was held goes on, and those that fail again climb the ladder."""
    bench = Bench(lambda _, name: ContendedWrite("always") if name < "f" else None)

    await bench.works_off(*"abcdefgh")

    assert bench.tried == [list("abcdefgh"), ["a"], ["b"], ["c"], ["d"], ["e"], ["f"], list("abcdefgh")]
    assert (bench.moved, bench.channel.acknowledged) == (list("abcde"), [8])


async def test_a_message_that_came_since_may_be_the_one_that_succeeds():
    def fails(bench: Bench, name: str) -> Exception | None:
        if len(bench.tried) == 2:
            bench.take("new")
        return None if name == "new" else ContendedWrite("always")

    bench = Bench(fails)

    bench.take(*"abcd")
    running = asyncio.create_task(bench.consumer.run())
    await asyncio.wait_for(bench.acknowledged(5), 5)
    running.cancel()

    assert bench.tried[-2:] == [["new"], [*"abcd", "new"]]
    assert (bench.moved, bench.channel.acknowledged) == (list("abcd"), [5])


async def test_who_fails_when_all_at_hand_were_probed_gives_its_place_to_the_next_of_the_queue():
    """Else so many messages as a consumer may hold could fail for ever and keep all others out."""

    def fails(bench: Bench, name: str) -> Exception | None:
        if bench.moved and "new" not in bench.names:
            bench.take("new")
        return None if name == "new" else ContendedWrite("always")

    bench = Bench(fails)

    bench.take(*"abcd")
    running = asyncio.create_task(bench.consumer.run())
    await bench.acknowledged(5)
    running.cancel()

    assert bench.tried == [list("abcd"), *(list(one) for one in "abcdabcd"), ["new"], ["new"]]
    assert (bench.moved, bench.attempts, bench.channel.alone) == (list("abcd"), [0] * 4, [1, 2, 3, 4])
    assert bench.letters.filed == []


async def test_an_absent_broker_pauses_too_and_its_batch_is_tried_as_a_whole():
    def fails(bench: Bench, _: str) -> Exception | None:
        if len(bench.tried) < 3:
            raise BrokerAway("no confirm")
        return None

    bench = Bench(fails)

    await bench.works_off(*"ab")

    assert (bench.tried, bench.moved) == ([["a", "b"]] * 3, [])
    assert bench.paused == [None, "broker-away", "broker-away"]


async def test_while_it_probes_nothing_of_a_closed_channel_is_tried():
    def fails(bench: Bench, _: str) -> Exception | None:
        bench.channel.is_closed = len(bench.tried) >= 2
        return ContendedWrite("away")

    bench = Bench(fails)

    bench.take(*"abcd")
    running = asyncio.create_task(bench.consumer.run())
    await asyncio.wait_for(bench.consumer.drained(), 5)
    running.cancel()

    assert (bench.tried[:2], bench.channel.acknowledged) == ([list("abcd"), ["a"]], [])


async def test_a_paused_consumer_is_drained_at_once_for_what_it_holds_goes_back_to_the_broker():
    bench = Bench(until_probes(1_000_000), IN_AN_HOUR)
    bench.take(*"abcd")
    running = asyncio.create_task(bench.consumer.run())
    await eventually(bench.is_paused)

    await asyncio.wait_for(bench.consumer.drained(), 5)

    running.cancel()
    assert bench.channel.acknowledged == []
