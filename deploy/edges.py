"""Who should have heard what from whom: every pair of neighbours, with the message between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from deploy.house import SERVICES, inbox_of, listed_adapters, sent_by_us
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

    def hears(self, type_: str, sender: str) -> bool:
        """Whether a message ends here that its reader knows under this type, and from this sender where it came from outside."""
        if self.delivers:
            # Told by the reports on it; where it is parked, by its own id.
            return (
                sender == f"delivery.{self.queue.rpartition('.')[2]}"
                if type_ == DeliveryReported.key
                else type_ in emitted_by(self.told_by)
            )
        if self.of == ADAPTERS:
            # By its routing key, which the broker vouches for; the type is what the adapter likes to write.
            return sender.startswith(f"{CHANNEL_OF[self.event]}.")
        return type_ == self.event

    def told_as(self, type_: str, ids: Sequence[str]) -> Sequence[str]:
        """The ids under which they were told. Of a notice `delivery.<adapter>/<notice>:<state>` reports."""
        if self.delivers and type_ == DeliveryReported.key:
            return [one.partition("/")[2].rpartition(":")[0] for one in ids]
        return ids

    @property
    def delivers(self) -> bool:
        """A notice leaves the house here."""
        return self.of != ADAPTERS and self.event not in emitted_by(self.told_by)


@cache
def emitted_by(service: str) -> frozenset[str]:
    return frozenset(one.key for one in inbox_of(service).emits)


def edges_of(settings: HouseSettings, resent_to: Sequence[str] = ()) -> list[Edge]:
    """`resent_to`: adapters whose reports shall tell what they delivered. Nobody else can say it, so nobody is asked by default."""
    listed = listed_adapters(settings.adapters_file)
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
