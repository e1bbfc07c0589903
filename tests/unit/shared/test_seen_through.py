"""A memory that only spares work: what is not in it takes the longer way to the same end."""

from datetime import UTC, datetime

from shared.envelope import Delivery, Envelope
from shared.record import Cause
from shared.seen_through import SeenThrough
from shared.task import End, Task

AT = datetime(2026, 11, 22, tzinfo=UTC)


def a_task(name: str, end: End | None = None) -> Task:
    envelope = Envelope("intake.app", name, "inbound.app.v1", "app.app-cn", "app-cn", AT, cause_id=name)
    return Task(Cause.of(envelope), Delivery(envelope, b"{}"), end=end, what="registered")


def recognised(memory: SeenThrough, *names: str) -> list[str]:
    tasks = [a_task(name) for name in names]
    memory.recognise(tasks, dict.fromkeys(names, "complaint"))
    return [task.cause.id for task in tasks if task.end is End.DUPLICATE]


def test_only_what_was_done_is_remembered():
    memory = SeenThrough()

    memory.remember([a_task(end.value, end) for end in End])

    assert recognised(memory, *End) == ["done", "duplicate"]


def test_what_carried_an_early_message_that_failed_is_not_through():
    memory, failed = SeenThrough(), a_task("early", End.RETRY)
    failed.carrier = "a"

    memory.remember([a_task("a", End.DONE), a_task("b", End.DONE), failed])

    assert recognised(memory, "a", "b") == ["b"]


def test_the_oldest_is_forgotten_first():
    memory = SeenThrough(at_most=2)

    memory.remember([a_task(name, End.DONE) for name in "abc"])

    assert recognised(memory, "a", "b", "c") == ["b", "c"]


def test_what_the_ledger_does_not_know_is_new_whatever_is_remembered():
    memory, task = SeenThrough(), a_task("a")
    memory.remember([a_task("a", End.DONE)])

    memory.recognise([task], {})

    assert task.end is None
