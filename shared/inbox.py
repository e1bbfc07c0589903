"""Which messages a service listens to, and what it does on each. A service's `handlers.py` fills one `Inbox`; read that first."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, TypeVar, get_type_hints

from pydantic import ValidationError

from shared.contracts import INBOUND, Message
from shared.decision import Reaction
from shared.envelope import Delivery, Envelope
from shared.errors import UnknownMessage, UnreadableMessage

Handler = TypeVar("Handler", bound=Callable[..., Reaction])


MOST_FAULTS = 100
"""Of one message, that are named each."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One durable queue, its binding, and the handler behind it."""

    queue: str
    exchange: str
    binding: str
    contract: type[Message]
    handler: Callable[..., Reaction]
    wants: tuple[type, ...]
    """The facts the handler asks for by type, after the message."""

    def decode(self, body: bytes) -> Message:
        try:
            return self.contract.model_validate_json(body)
        except ValidationError as error:
            raise UnreadableMessage(f"{self.contract.key} expected; wrong at {self._wrong_at(error)}") from None

    def _wrong_at(self, error: ValidationError) -> str:
        """A list of everything that is wrong may be a thousand times as large as the body."""
        if error.error_count() > MOST_FAULTS:
            return f"{error.error_count()} places"
        places = {place_of(self.contract, one["loc"]) + ": " + one["type"] for one in error.errors(include_input=False)}
        return "; ".join(sorted(places))[:500]


def place_of(contract: type[Message], steps: Sequence[int | str]) -> str:
    """Dotted; a name that no contract knows was chosen by the sender, perhaps by a customer, and stays out."""
    known = names_in(contract)
    return ".".join(str(step) if isinstance(step, int) or step in known else "?" for step in steps)


@cache
def names_in(contract: type[Message]) -> frozenset[str]:
    """Of every field, nested ones too."""
    schema = contract.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", {}))


@dataclass
class Inbox:
    """All that one service hears and says. `emits` is the promise the contract tests hold it to."""

    service: str
    emits: Sequence[type[Message]] = ()
    subscriptions: list[Subscription] = field(default_factory=list)

    def on(self, contract: type[Message], *, queue: str | None = None, binding: str | None = None) -> Callable[[Handler], Handler]:
        """Listen to `contract` on a queue of its own, `<service>.<event>` unless said otherwise."""

        def register(handler: Handler) -> Handler:
            hints = get_type_hints(handler)
            parameters = list(inspect.signature(handler).parameters)[1:]
            self.subscriptions.append(
                Subscription(
                    queue=queue or f"{self.service.replace('_', '-')}.{queue_name(contract)}",
                    exchange=contract.exchange,
                    binding=binding or contract.key,
                    contract=contract,
                    handler=handler,
                    wants=tuple(hints[name] for name in parameters),
                )
            )
            return handler

        return register

    @property
    def inbound(self) -> frozenset[str]:
        """The queues of what comes from outside."""
        return frozenset(one.queue for one in self.subscriptions if one.exchange == INBOUND)

    def by_queue(self) -> Mapping[str, Sequence[Subscription]]:
        """Most queues carry one kind of message; commands to one service come through one, in the order in which they were given."""
        queues = dict.fromkeys(one.queue for one in self.subscriptions)
        return {queue: [one for one in self.subscriptions if one.queue == queue] for queue in queues}


def queue_name(contract: type[Message]) -> str:
    """`complaint.registered.v1` → `complaint-registered`."""
    return contract.key.rpartition(".")[0].replace(".", "-")


@dataclass(frozen=True)
class Handlers:
    """An inbox with its facts at hand: turns a delivery into a reaction."""

    inbox: Inbox
    facts: Mapping[type, Any]

    @cached_property
    def _by_queue(self) -> Mapping[str, Sequence[Subscription]]:
        return self.inbox.by_queue()

    def read(self, delivery: Delivery) -> tuple[Subscription, Message]:
        subscription = self._behind(delivery.envelope)
        return subscription, subscription.decode(delivery.content)

    def _behind(self, envelope: Envelope) -> Subscription:
        """Where the queue carries one kind of message, whatever it calls itself; its sender may not know our types."""
        choice = self._by_queue.get(envelope.queue, ())
        if len(choice) == 1:
            return choice[0]
        for one in choice:
            if one.contract.key == envelope.type:
                return one
        raise UnknownMessage(f"{self.inbox.service} has no handler for queue {envelope.queue!r}, or none there for this type")

    def react(self, subscription: Subscription, message: Message, envelope: Envelope) -> Reaction:
        wanted = (envelope if kind is Envelope else self.facts[kind] for kind in subscription.wants)
        return subscription.handler(message, *wanted)
