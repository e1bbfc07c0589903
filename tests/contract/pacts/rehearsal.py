"""A service's real handlers and rules, played in memory, so that it says what it really would."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from services.sla_watchdog.handlers import on_time_passing
from shared.contracts import DeliveryReported, Inbound, Message
from shared.decision import Create, Decision, Lookup, Nothing, Owned, Reaction, Recall, Transition
from shared.envelope import Delivery, Envelope
from shared.house import Service
from shared.inbox import Handlers
from shared.record import Cause, outgoing
from tests.builders import REGISTERED_AT

AT = REGISTERED_AT


@dataclass
class Rehearsal:
    """What the service holds and has said so far. One decision after the other, no broker, no database."""

    name: str
    held: dict[str, Any] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    said: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        service: Service = import_module(f"services.{self.name}.app").describe()
        self.handlers = Handlers(service.inbox, service.facts)

    def understand(self, contract: type[Message], body: bytes, adapter: str = "") -> Reaction:
        """As a delivery of the queue that this contract comes through: decoded by the subscription, answered by the handler."""
        subscription = next(one for one in self.handlers.inbox.subscriptions if one.contract is contract)
        delivery = Delivery(_envelope(subscription.queue, subscription.decode(body), adapter), body)
        found, message = self.handlers.read(delivery)
        return self.handlers.react(found, message, delivery.envelope)

    def hears(self, *messages: Message) -> "Rehearsal":
        for message in messages:
            self._settle(self.understand(type(message), message.model_dump_json(exclude_none=True).encode(), _adapter_of(message)))
        return self

    def reaches(self, moment: datetime) -> "Rehearsal":
        for key, state in list(self.held.items()):
            self._keep(key, on_time_passing(state, moment))
        return self

    def _settle(self, reaction: Reaction) -> None:
        match reaction:
            case Create(key=key, decision=decision, claims=claims, granted=granted):
                taken = next((one for one in claims if one.name in self.owners), None)
                if taken:
                    self._settle(taken.taken(self.owners[taken.name]))
                    return
                self.owners |= {one.name: key for one in claims}
                if granted:
                    self._settle(granted())
                else:
                    self._keep(key, decision)
            case Recall(names=names, then=recalled):
                self._settle(recalled({name: Owned(self.owners[name], AT) for name in names if name in self.owners}))
            case Transition(key=key, decide=decide):
                self._keep(key, decide(self.held[key]))
            case Lookup(name=name, then=then):
                self._settle(then(self.owners.get(name)))
            case Nothing():
                return

    def _keep(self, key: str, decision: Decision[Any]) -> None:
        self.held[key] = decision.state
        self.said += decision.emit


def as_sent(service: str, message: Message) -> tuple[bytes, str]:
    """Body and type as the write path stores and publishes them."""
    sent = outgoing(service, message.subject_id, 1, Cause("cause", "", "", AT), [message])[0]
    return sent.body, sent.type


def first(said: Sequence[Message], contract: type[Message]) -> Message:
    return next(one for one in said if isinstance(one, contract))


def _adapter_of(message: Message) -> str:
    """Of a report, the one that carries what the builders' complaints are answered with."""
    if isinstance(message, DeliveryReported):
        return "webchat"
    return message.adapter if isinstance(message, Inbound) else ""


def _envelope(queue: str, message: Message, adapter: str) -> Envelope:
    key = f"delivery.{adapter}" if isinstance(message, DeliveryReported) else message.routing_key
    return Envelope(
        queue=queue, message_id=message.fixed_id or "m-1", type=message.key, routing_key=key, sender=adapter, at=AT, cause_id="m-1"
    )
