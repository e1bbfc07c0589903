"""Who should have heard what from whom: every pair of neighbours, with the message between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from deploy.house import SERVICES, adapters_in, inbox_of, sent_by_us
from shared.contracts import EVENTS, INBOUND_BY_CHANNEL, DeliveryReported
from shared.settings import HouseSettings
from shared.topology import Binding

ADAPTERS = "adapters"
MAIL = "mail"
CHANNEL_OF = {contract.key: channel for channel, contract in INBOUND_BY_CHANNEL.items()}


@dataclass(frozen=True, slots=True)
class Edge:
    """`of` and `to` as people call them; `told_by` and `heard_by` are the services whose records tell."""

    of: str
    to: str
    event: str
    """The message's type; of notices the routing key, which says who delivers them."""
    told_by: str
    heard_by: str
    queue: str

    def tells(self, type_: str, key: str) -> bool:
        return key == self.event if self.delivers else type_ == self.event

    def heard_as(self, type_: str, message_id: str) -> str | None:
        """The id under which it was told, or None where another edge told it."""
        if self.delivers:
            return self._delivered(type_, message_id)
        if self.of == ADAPTERS:
            # By its routing key, which the broker vouches for; the type is what the adapter likes to write.
            return message_id if message_id.startswith(f"{CHANNEL_OF[self.event]}.") else None
        return message_id if type_ == self.event else None

    @property
    def delivers(self) -> bool:
        """A notice leaves the house here."""
        return self.of != ADAPTERS and self.event not in emitted_by(self.told_by)

    def _delivered(self, type_: str, message_id: str) -> str | None:
        """Told by the report on it, `delivery.<adapter>/<notice>:<state>`; where it is parked, by its own id."""
        if type_ != DeliveryReported.key:
            return message_id if type_ in emitted_by(self.told_by) else None
        key, _, report = message_id.partition("/")
        return report.rpartition(":")[0] if key == f"delivery.{self.queue.rpartition('.')[2]}" else None


@cache
def emitted_by(service: str) -> frozenset[str]:
    return frozenset(one.key for one in inbox_of(service).emits)


def edges_of(settings: HouseSettings, resent_to: Sequence[str] = ()) -> list[Edge]:
    """`resent_to`: adapters whose reports shall tell what they delivered. Nobody else can say it, so nobody is asked by default."""
    listed = adapters_in(settings.adapters_file)
    delivered = [("notification", MAIL, binding) for binding in sent_by_us(listed)["notification"]]
    delivered += [
        ("notification", one.name, Binding("", one.outbound_queue, f"{one.channel}.{one.name}")) for one in listed if one.name in resent_to
    ]
    return [
        *(edge for service in SERVICES for edge in _heard_by(service)),
        *(Edge(service, to, binding.key, service, service, binding.queue) for service, to, binding in delivered),
    ]


def _heard_by(service: str) -> Iterator[Edge]:
    for one in inbox_of(service).subscriptions:
        key = one.contract.key
        if key in CHANNEL_OF:
            yield Edge(ADAPTERS, service, key, service, service, one.queue)
        if one.exchange == EVENTS:
            yield from (Edge(teller, service, key, teller, service, one.queue) for teller in SERVICES if key in emitted_by(teller))
