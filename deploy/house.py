"""Who lives here: the services, the adapters that may speak to them, and what all of them need at the broker."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from deploy.problem import SetupError
from shared.aggregate import AnyAggregate
from shared.contracts import OUTBOUND, Part
from shared.contracts.vocabulary import AdapterName, Channel
from shared.inbox import Inbox
from shared.settings import HouseSettings
from shared.storage import Index
from shared.topology import Adapter, Binding, Topology, of_house

SERVICES = ("intake", "routing", "sla_watchdog", "notification")
TEAM_MAIL = Binding(OUTBOUND, "notification.team-mail", "team.mail")


class Listed(Part):
    """An entry of adapters.toml, as far as the broker is concerned."""

    name: AdapterName
    channel: Channel


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


def adapters_in(file: Path) -> tuple[Adapter, ...]:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("adapter", [])
        listed = TypeAdapter(tuple[Listed, ...]).validate_python(entries)
    except OSError:
        raise SetupError(f"the list of adapters {file} cannot be read.", cure="set REDRESS_ADAPTERS_FILE to it.") from None
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SetupError(f"{file} is no list of adapters: {error}", cure="each [[adapter]] needs a name and a channel.") from None
    return tuple(Adapter(one.name, one.channel) for one in listed)


def sent_by_us(adapters: Sequence[Adapter]) -> Mapping[str, Sequence[Binding]]:
    """Queues that a service's own senders read: e-mail, to customers and to teams."""
    mail = [Binding(OUTBOUND, one.outbound_queue, f"{one.channel}.{one.name}") for one in adapters if one.channel == Channel.EMAIL]
    return {"notification": [TEAM_MAIL, *mail]}


def topology_of(settings: HouseSettings, services: Sequence[str] = SERVICES) -> Topology:
    adapters = adapters_in(settings.adapters_file)
    return of_house([inbox_of(one) for one in services], adapters, settings.retry_delays_ms, sent_by_us(adapters))
