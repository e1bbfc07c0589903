"""What the broker gave up on is filed as it stood in the queue where it failed, so that a replay leads back there."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.clock import Clock
from shared.control import Control
from shared.dead import DeadLetters, Failure
from shared.envelope import ROUTING_KEY, SENDER, Delivery
from shared.errors import slug_of
from shared.reconcile import Memory
from shared.task import End, Task
from shared.work import Work
from tests.unit.shared.deliveries import AT, a_delivery

WORK_QUEUE = "intake.chat"
DEATH = {"queue": WORK_QUEUE, "reason": "delivery_limit", "exchange": "redress.inbound", "routing-keys": ["chat.webchat"], "count": 1}
WAITED = {
    "queue": "redress.retry.1000ms",
    "reason": "expired",
    "exchange": "redress.retry.1000ms",
    "routing-keys": [WORK_QUEUE],
    "count": 1,
}


AS_THE_BROKER_SAYS = {"x-first-death-queue": WORK_QUEUE, "x-death": [DEATH]}


class Letters(DeadLetters):
    """Notes what is filed; the database has tests of its own."""

    def __init__(self, steps: list[str]) -> None:
        self.filed: list[Failure] = []
        self.steps = steps

    async def file(self, failures: Sequence[Failure], at: datetime) -> None:
        assert at == AT
        self.steps.append("filed")
        self.filed += failures


class WritePath(Work):
    """Notes what is asked of it."""

    def __init__(self, steps: list[str]) -> None:
        self.steps = steps

    async def keep(self, deliveries: Sequence[Delivery]) -> Mapping[str, str]:
        self.steps += [f"kept {one.envelope.cause_id}" for one in deliveries]
        return {}


class Records(Memory):
    """Notes whose events are published once more."""

    def __init__(self, steps: list[str]) -> None:
        super().__init__(WritePath(steps))
        self.steps = steps

    async def publish_what_they_caused(self, cause_ids: Sequence[str]) -> None:
        self.steps += [f"published {one}" for one in cause_ids]


class Noon(Clock):
    def __init__(self) -> None:
        pass

    def now(self) -> datetime:
        return AT


def given_up(**headers: object) -> Delivery:
    """As it lies in the service's queue of dead letters."""
    return a_delivery("chat-0001", b"{}", headers=headers, queue="intake.dead", routing_key="intake.dead", cause_id="chat-0001")


def filed(delivery: Delivery) -> tuple[Failure, Task, list[str]]:
    steps: list[str] = []
    letters = Letters(steps)
    (task,) = asyncio.run(Control(letters, Noon(), Records(steps), frozenset({WORK_QUEUE})).file_given_up([delivery]))
    (failure,) = letters.filed
    return failure, task, steps


def test_a_message_that_killed_its_worker_is_filed_with_a_reason_and_acknowledged():
    failure, task, _ = filed(given_up(**AS_THE_BROKER_SAYS))

    assert (slug_of(failure.error), failure.delivery.body) == ("delivered-too-often", b"{}")
    assert (task.end, task.what) == (End.DONE, "filed")


def test_what_it_already_caused_is_published_and_its_bytes_are_kept_before_it_is_filed():
    _, _, steps = filed(given_up(**AS_THE_BROKER_SAYS))

    assert steps == ["kept chat.webchat/chat-0001", "published chat.webchat/chat-0001", "filed"]


def test_it_is_filed_as_it_stood_in_the_queue_where_it_failed():
    failure, _, _ = filed(given_up(**AS_THE_BROKER_SAYS))

    envelope = failure.delivery.envelope
    assert (envelope.queue, envelope.routing_key, envelope.sender) == (WORK_QUEUE, "chat.webchat", "webchat")


def test_after_a_wait_on_the_ladder_it_is_still_the_work_queue_that_it_failed_in():
    """The broker names the lane first, for the message died there first, of age. A replay into a lane would lead nowhere."""
    deaths = [DEATH | {"exchange": "redress.return", "routing-keys": [WORK_QUEUE]}, WAITED]
    headers = {"x-first-death-queue": "redress.retry.1000ms", "x-death": deaths, SENDER: "webchat", ROUTING_KEY: "chat.webchat"}

    failure, _, _ = filed(given_up(**headers))

    envelope = failure.delivery.envelope
    assert (envelope.queue, envelope.routing_key, envelope.cause_id) == (WORK_QUEUE, "chat.webchat", "chat.webchat/chat-0001")


def test_it_has_the_id_by_which_intake_knows_it():
    """Else its arrival stays pending for ever, and one adapter's letter replaces another's with the same id."""
    failure, _, _ = filed(given_up(**AS_THE_BROKER_SAYS))

    assert failure.delivery.envelope.cause_id == "chat.webchat/chat-0001"


def test_what_the_broker_says_nothing_about_stays_where_it_was_found():
    failure, _, _ = filed(given_up())

    assert (failure.delivery.envelope.queue, failure.delivery.envelope.routing_key) == ("intake.dead", "intake.dead")
