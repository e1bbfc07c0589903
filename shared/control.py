"""What an operator asks of a service, and what the broker hands back after its delivery limit."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError

from shared.clock import Clock
from shared.contracts import DiscardDeadLetter, ReplayDeadLetter
from shared.dead import DeadLetters, Failure
from shared.envelope import ROUTING_KEY, Delivery
from shared.errors import DeliveredTooOften, UnreadableMessage
from shared.record import Cause
from shared.task import End, Task, failures_of


class Control:
    def __init__(self, dead: DeadLetters, clock: Clock) -> None:
        self._dead = dead
        self._clock = clock

    async def obey(self, deliveries: Sequence[Delivery]) -> list[Task]:
        tasks = [Task(Cause.of(one.envelope), one) for one in deliveries]
        for task, delivery in zip(tasks, deliveries, strict=True):
            with failures_of(task):
                task.ends(End.DONE, await self._command(delivery))
        return tasks

    async def _command(self, delivery: Delivery) -> str:
        try:
            if delivery.envelope.type == ReplayDeadLetter.key:
                return await self._dead.replay(ReplayDeadLetter.model_validate_json(delivery.body), self._clock.now())
            if delivery.envelope.type == DiscardDeadLetter.key:
                return await self._dead.discard(DiscardDeadLetter.model_validate_json(delivery.body), self._clock.now())
        except ValidationError as error:
            raise UnreadableMessage(f"a command was expected, {error.error_count()} fields are wrong") from None
        raise UnreadableMessage(f"no command is called {delivery.envelope.type!r}")

    async def file_given_up(self, deliveries: Sequence[Delivery]) -> list[Task]:
        """A worker died on each of these `delivery-limit` times."""
        error = DeliveredTooOften("the broker reached its delivery limit")
        await self._dead.file([Failure(_of_its_queue(one), error) for one in deliveries], self._clock.now())
        tasks = [Task(Cause.of(one.envelope), one) for one in deliveries]
        for task in tasks:
            task.ends(End.DONE, "filed")
        return tasks


def _of_its_queue(delivery: Delivery) -> Delivery:
    """As it stood in the queue where it failed, which the broker tells in `x-first-death-queue`."""
    headers = delivery.envelope.headers
    queue = str(headers.get("x-first-death-queue", delivery.envelope.queue))
    first = (headers.get("x-death") or [{}])[0]
    keys = first.get("routing-keys") or [delivery.envelope.routing_key]
    routing_key = str(headers.get(ROUTING_KEY, keys[0]))
    envelope = replace(delivery.envelope, queue=queue, routing_key=routing_key)
    return Delivery(envelope, delivery.body)
