"""Names of everything at the broker, and what exists there for a given house. `deploy/topology.py` makes it so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts import COMMANDS, CONTROL, EVENTS, INBOUND, OUTBOUND, WALLET
from shared.inbox import Inbox

UNROUTABLE = "redress.unroutable"
"""Alternate exchange of all others, and its queue: what nobody listens to lands here and alarms."""

RETURN = "redress.return"
"""A message published with a queue's name goes back into that queue (retry ladder, replay). A topic exchange, like the lanes of
the ladder: RabbitMQ checks the keys of no other kind, and a service shall reach its own queues alone."""

DEAD = "redress.dead"
"""Direct exchange: what the broker gave up (delivery limit) goes to `<service>.dead`."""

WALLET_REQUESTS = "wallet.requests"
"""The queue that the wallet's own systems read."""

DELIVERY_LIMIT = 20
KEPT: Mapping[str, Any] = {"delivery-limit": 1_000_000}
"""Where nothing stands behind a queue: RabbitMQ 4 would drop a message after 20 deliveries unless told otherwise."""

JITTER_LANES = (1.0, 1.3)
"""Each step of the retry ladder has lanes of these lengths, so that a crowd that failed together does not return together."""


@dataclass(frozen=True, slots=True)
class Exchange:
    name: str
    kind: str = "topic"
    alternate: str | None = UNROUTABLE


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    policy: Mapping[str, Any] = field(default_factory=dict)
    """What the operator policy of the same name sets; code itself only says quorum."""


@dataclass(frozen=True, slots=True)
class Binding:
    exchange: str
    queue: str
    key: str


@dataclass(frozen=True, slots=True)
class Adapter:
    """A program that speaks for one channel; listed in deploy/adapters.toml."""

    name: str
    channel: str

    @property
    def outbound_queue(self) -> str:
        return outbound_queue(self.channel, self.name)


@dataclass(frozen=True, slots=True)
class Room:
    """What a queue holds, at most, of what comes from outside. It refuses more, and the adapter holds it back (docs/adapters.md)."""

    messages: int
    bytes: int

    @property
    def policy(self) -> Mapping[str, int]:
        return {"max-length": self.messages, "max-length-bytes": self.bytes}


@dataclass(frozen=True, slots=True)
class Topology:
    exchanges: Sequence[Exchange]
    queues: Sequence[Queue]
    bindings: Sequence[Binding]


def outbound_queue(channel: str, adapter: str) -> str:
    return f"outbound.{channel}.{adapter}"


def dead_queue(service: str) -> str:
    return f"{service.replace('_', '-')}.dead"


def control_queue(service: str) -> str:
    return f"{service.replace('_', '-')}.control"


def retry_exchange(delay_ms: int, lane: int) -> str:
    return f"redress.retry.{round(delay_ms * JITTER_LANES[lane])}ms"


def work_queue(name: str, service: str, room: Room | None = None) -> Queue:
    """Never drops, never loops: refuses when full, and after `DELIVERY_LIMIT` crashes hands the message to the dead letters."""
    return Queue(
        name,
        {
            "dead-letter-exchange": DEAD,
            "dead-letter-routing-key": dead_queue(service),
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",
            "delivery-limit": DELIVERY_LIMIT,
            **(room.policy if room else {}),
        },
    )


def _retry(delays_ms: Iterable[int]) -> list[tuple[Exchange, Queue]]:
    return [
        (
            Exchange(retry_exchange(delay, lane), alternate=None),
            Queue(
                retry_exchange(delay, lane),
                {
                    "message-ttl": round(delay * JITTER_LANES[lane]),
                    "dead-letter-exchange": RETURN,
                    "dead-letter-strategy": "at-least-once",
                    "overflow": "reject-publish",
                },
            ),
        )
        for delay in delays_ms
        for lane in range(len(JITTER_LANES))
    ]


def ladder_exchanges(delays_ms: Iterable[int]) -> list[str]:
    return [one.name for one, _ in _retry(delays_ms)]


def of_house(
    inboxes: Sequence[Inbox],
    outside: Sequence[Binding],
    retry_delays_ms: Sequence[int],
    own_queues: Mapping[str, Sequence[Binding]],
    *,
    inbound_room: Room | None = None,
) -> Topology:
    """Everything the house needs. `outside`: queues that others read, adapters and the wallet; `own_queues`: service → bindings of queues
    that no inbox handles (senders).
    """
    ladder = _retry(retry_delays_ms)
    exchanges = [Exchange(name) for name in (INBOUND, EVENTS, COMMANDS, OUTBOUND, WALLET)]
    exchanges += [Exchange(UNROUTABLE, "fanout", None), Exchange(RETURN), Exchange(DEAD, "direct"), *(one for one, _ in ladder)]
    queues = [Queue(UNROUTABLE, KEPT), *(one for _, one in ladder)]
    bindings = [Binding(UNROUTABLE, UNROUTABLE, ""), *(Binding(one.name, queue.name, "#") for one, queue in ladder)]
    for inbox in inboxes:
        work = [Binding(one.exchange, one.queue, one.binding) for one in inbox.subscriptions]
        work += [Binding(COMMANDS, control_queue(inbox.service), f"{command.key}.{inbox.service}") for command in CONTROL]
        work += own_queues.get(inbox.service, ())
        room = {one.queue: inbound_room for one in work if one.exchange == INBOUND}
        names = list(dict.fromkeys(one.queue for one in work))
        queues += [*(work_queue(name, inbox.service, room.get(name)) for name in names), Queue(dead_queue(inbox.service), KEPT)]
        bindings += [
            *work,
            *(Binding(RETURN, name, name) for name in [*names, dead_queue(inbox.service)]),
            Binding(DEAD, dead_queue(inbox.service), dead_queue(inbox.service)),
        ]
    others = [one for one in outside if one.queue not in {queue.name for queue in queues}]
    for name in dict.fromkeys(one.queue for one in others):
        queues.append(Queue(name, KEPT))
        bindings.append(Binding(RETURN, name, name))
    bindings += others
    return Topology(exchanges, queues, bindings)
