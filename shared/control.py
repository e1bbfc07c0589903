"""What an operator asks of a service, and what the broker hands back after its delivery limit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from shared.clock import Clock
from shared.contracts import DiscardDeadLetter, PublishAgain, ReplayDeadLetter
from shared.dead import DeadLetters, Failure
from shared.dead_views import shown
from shared.envelope import ROUTING_KEY, Delivery
from shared.errors import DeliveredTooOften, UnreadableMessage
from shared.reconcile import Memory
from shared.record import Cause
from shared.task import End, Task, failures_of


class Control:
    """Before a message is given up for good, what it already caused is published again: its worker may have died in between."""

    def __init__(self, dead: DeadLetters, clock: Clock, memory: Memory, inbound: frozenset[str]) -> None:
        self._dead = dead
        self._clock = clock
        self._memory = memory
        self._inbound = inbound

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
                return await self._discard(DiscardDeadLetter.model_validate_json(delivery.body))
            if delivery.envelope.type == PublishAgain.key:
                return await self._memory.publish_again(PublishAgain.model_validate_json(delivery.body))
        except ValidationError as error:
            raise UnreadableMessage(f"a command was expected, {error.error_count()} fields are wrong") from None
        raise UnreadableMessage(f"no command is called {delivery.envelope.type!r}")

    async def _discard(self, command: DiscardDeadLetter) -> str:
        letter = await shown(self._dead, command.dead_id)
        if letter is not None:
            await self._memory.publish_what_they_caused([letter["cause_id"]])
        return await self._dead.discard(command, self._clock.now())

    async def file_given_up(self, deliveries: Sequence[Delivery]) -> list[Task]:
        """A worker died on each of these `delivery-limit` times."""
        given_up = [self._of_its_queue(one) for one in deliveries]
        await self._memory.work.keep([one for one in given_up if one.envelope.queue in self._inbound])
        await self._memory.publish_what_they_caused([one.envelope.cause_id for one in given_up])
        error = DeliveredTooOften("the broker reached its delivery limit")
        await self._dead.file([Failure(one, error) for one in given_up], self._clock.now())
        tasks = [Task(Cause.of(one.envelope), one) for one in given_up]
        for task in tasks:
            task.ends(End.DONE, "filed")
        return tasks

    def _of_its_queue(self, delivery: Delivery) -> Delivery:
        """As it stood in the queue where it failed: the newest entry of `x-death`. The first one may be a lane of the retry ladder."""
        envelope = delivery.envelope
        newest: Mapping[str, Any] = next(iter(envelope.headers.get("x-death") or ()), {})
        queue = str(newest.get("queue", envelope.queue))
        routing_key = str(envelope.headers.get(ROUTING_KEY, _first_key(envelope.headers) or envelope.routing_key))
        cause_id = f"{routing_key}/{envelope.message_id}" if queue in self._inbound else envelope.message_id
        return Delivery(replace(envelope, queue=queue, routing_key=routing_key, cause_id=cause_id, redelivered=True), delivery.body)


def _first_key(headers: Any) -> str | None:  # noqa: ANN401 - whatever the broker wrote
    deaths = headers.get("x-death") or [{}]
    keys = deaths[-1].get("routing-keys") or [None]
    return str(keys[0]) if keys[0] else None
