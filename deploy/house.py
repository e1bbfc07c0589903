"""Who lives here: the services, the adapters that may speak to them, and what all of them need at the broker."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from deploy import rights
from deploy.problem import SetupError
from shared.adapters import adapters_in
from shared.aggregate import AnyAggregate
from shared.contracts import (
    OUTBOUND,
    WALLET,
    AccountActionReported,
    DeliveryReported,
    ExecuteAccountAction,
    ExecuteRemedy,
    LedgerAnswered,
    LookUpLedger,
    Message,
    RemedyReported,
)
from shared.contracts.vocabulary import Channel
from shared.inbox import Inbox
from shared.policy import BadPolicy
from shared.settings import HouseSettings
from shared.storage import Index
from shared.topology import WALLET_REQUESTS, Adapter, Binding, Room, Topology, control_queue, dead_queue, ladder_exchanges, of_house

SERVICES = ("intake", "routing", "casework", "sla_watchdog", "notification")
SAID_BY_SENDERS: Mapping[str, Sequence[type[Message]]] = {"notification": [DeliveryReported]}
"""Beside what rules emit: our own mail sender reports like every adapter does."""
TEAM_MAIL = Binding(OUTBOUND, "notification.team-mail", "team.mail")
HEARD_BY_WALLET: Sequence[type[Message]] = (LookUpLedger, ExecuteRemedy, ExecuteAccountAction)
SAID_BY_WALLET: Sequence[type[Message]] = (LedgerAnswered, RemedyReported, AccountActionReported)


def inbox_of(service: str) -> Inbox:
    inbox: Inbox = import_module(f"services.{service}.handlers").inbox
    return inbox


def aggregates_of(service: str) -> Sequence[AnyAggregate]:
    aggregates: Sequence[AnyAggregate] = import_module(f"services.{service}.store").AGGREGATES
    return aggregates


def indexes_beside(service: str) -> Mapping[str, Sequence[Index]]:
    """Of collections that hold no aggregate, such as intake's arrivals."""
    beside: Mapping[str, Sequence[Index]] = getattr(import_module(f"services.{service}.store"), "COLLECTION_INDEXES", {})
    return beside


def listed_adapters(file: Path) -> tuple[Adapter, ...]:
    try:
        entries = adapters_in(file).by_name.values()
    except BadPolicy as error:
        raise SetupError(f"{error}.", cure="mend the list of adapters, or set REDRESS_ADAPTERS_FILE to the right one.") from None
    return tuple(Adapter(one.name, one.channel) for one in entries)


def notices_for(adapter: Adapter) -> Binding:
    return Binding(OUTBOUND, adapter.outbound_queue, f"{adapter.channel}.{adapter.name}")


def sent_by_us(listed: Sequence[Adapter]) -> Mapping[str, Sequence[Binding]]:
    """Queues that a service's own senders read: e-mail, to customers and to teams."""
    mail = [notices_for(one) for one in listed if one.channel == Channel.EMAIL]
    return {"notification": [TEAM_MAIL, *mail]}


def topology_of(settings: HouseSettings, services: Sequence[str] = SERVICES) -> Topology:
    listed = listed_adapters(settings.adapters_file)
    room = Room(settings.inbound_max_messages, settings.inbound_max_bytes)
    outside = [*(Binding(WALLET, WALLET_REQUESTS, one.key) for one in HEARD_BY_WALLET), *(notices_for(one) for one in listed)]
    return of_house([inbox_of(one) for one in services], outside, settings.retry_delays_ms, sent_by_us(listed), inbound_room=room)


def users_of(settings: HouseSettings, services: Sequence[str] = SERVICES) -> list[rights.User]:
    """Everybody who may log in to the broker: each service, the operator, the wallet, each adapter."""
    listed = listed_adapters(settings.adapters_file)
    ladder = ladder_exchanges(settings.retry_delays_ms)
    return [
        *(rights.service(one, said_by(one), _read_by(one, listed), ladder) for one in services),
        rights.operator(),
        rights.wallet(SAID_BY_WALLET, WALLET_REQUESTS),
        *(rights.adapter(one) for one in listed),
    ]


def said_by(service: str) -> Sequence[type[Message]]:
    return [*inbox_of(service).emits, *SAID_BY_SENDERS.get(service, ())]


def _read_by(service: str, listed: Sequence[Adapter]) -> Sequence[str]:
    own = [one.queue for one in inbox_of(service).subscriptions]
    sent = [one.queue for one in sent_by_us(listed).get(service, ())]
    return list(dict.fromkeys([*own, *sent, control_queue(service), dead_queue(service)]))
