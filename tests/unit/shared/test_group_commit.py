"""Several queues share one batch, and each gets back what is its own."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from shared.envelope import Delivery, Envelope
from shared.errors import DatabaseAway
from shared.group_commit import GroupCommit
from shared.record import Cause
from shared.task import Task

AT = datetime(2026, 11, 22, tzinfo=UTC)


def deliveries(queue: str, count: int) -> list[Delivery]:
    return [Delivery(Envelope(queue, f"{queue}-{number}", "t", "k", "u", AT), b"{}") for number in range(count)]


def tasks_of(batch: Sequence[Delivery]) -> list[Task]:
    return [Task(Cause.of(one.envelope), one) for one in batch]


async def brought(group: GroupCommit, *shares: Sequence[Delivery]) -> list[list[Task] | BaseException]:
    running = asyncio.create_task(group.run())
    try:
        return await asyncio.gather(*[group.handle(share) for share in shares], return_exceptions=True)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_what_two_queues_have_waiting_is_one_batch_and_each_gets_its_own_back():
    batches: list[int] = []

    async def handle(batch: Sequence[Delivery]) -> list[Task]:
        batches.append(len(batch))
        return tasks_of(batch)

    back = await brought(GroupCommit(handle, 8), deliveries("intake.chat", 3), deliveries("intake.email", 2))

    assert batches == [5]
    assert [[task.cause.id for task in one] for one in back if isinstance(one, list)] == [
        ["intake.chat-0", "intake.chat-1", "intake.chat-2"],
        ["intake.email-0", "intake.email-1"],
    ]


async def test_a_full_batch_leaves_the_rest_to_the_next_one():
    batches: list[int] = []

    async def handle(batch: Sequence[Delivery]) -> list[Task]:
        batches.append(len(batch))
        return tasks_of(batch)

    await brought(GroupCommit(handle, 4), *[deliveries(f"q{number}", 4) for number in range(3)])

    assert batches == [4, 4, 4]


@pytest.mark.parametrize("carrier", ["a", "b"])
async def test_what_was_folded_in_goes_along_with_the_message_that_carried_it(carrier: str):
    """Its end must be durable before that one is acknowledged: else nothing would bring it up again."""

    async def handle(batch: Sequence[Delivery]) -> list[Task]:
        return [*tasks_of(batch), Task(Cause("early", "t", "u", AT), carrier=f"{carrier}-0")]

    back = await brought(GroupCommit(handle, 8), deliveries("a", 1), deliveries("b", 1))

    with_it = [part for part in back if isinstance(part, list) and len(part) == 2]
    assert [[task.cause.id for task in part] for part in with_it] == [[f"{carrier}-0", "early"]]


async def test_a_batch_that_fails_fails_for_all_who_brought_it_and_the_next_one_goes_on():
    async def handle(batch: Sequence[Delivery]) -> list[Task]:
        if batch[0].envelope.queue == "a":
            raise DatabaseAway("away, says the test")
        return tasks_of(batch)

    back = await brought(GroupCommit(handle, 2), deliveries("a", 1), deliveries("b", 1), deliveries("c", 1))

    assert [isinstance(one, DatabaseAway) for one in back] == [True, True, False]


async def test_who_gave_up_waiting_does_not_keep_the_others_from_theirs():
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def handle(batch: Sequence[Delivery]) -> list[Task]:
        begun.set()
        await go_on.wait()
        return tasks_of(batch)

    group = GroupCommit(handle, 8)
    running = asyncio.create_task(group.run())
    first, second = (asyncio.create_task(group.handle(deliveries(name, 1))) for name in "ab")
    await begun.wait()
    first.cancel()
    go_on.set()

    assert [task.cause.id for task in await second] == ["b-0"]
    with pytest.raises(asyncio.CancelledError):
        await first
    running.cancel()
