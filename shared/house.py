"""What a process of a service stands on, and how a service describes itself. Nothing here runs."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.aggregate import AnyAggregate
from shared.clock import Clock
from shared.consumer import Handle
from shared.envelope import Publish
from shared.eraser import Beside, Eraser, nothing_beside
from shared.inbox import Handlers, Inbox
from shared.keeper import Keeper
from shared.outliving import Outliving
from shared.sealing import Sealer
from shared.settings import HouseSettings
from shared.storage import Database
from shared.sweep import Fire
from shared.views import Query
from shared.work import Work


@dataclass(frozen=True)
class House:
    """What one process of a service stands on. Tests build it with a publisher of their own."""

    settings: HouseSettings
    database: Database
    clock: Clock
    sealer: Sealer
    publish: Publish


@dataclass(frozen=True)
class Sender:
    """A queue whose messages leave the system: handled one by one, side by side, outside every batch."""

    queue: str
    handle: Callable[[House], Handle]
    at_once: int = 16


@dataclass(frozen=True)
class Service:
    """A service's description of itself; `build_service` runs it."""

    inbox: Inbox
    aggregates: Sequence[AnyAggregate]
    facts: Mapping[type, Any] = field(default_factory=dict)
    views: Mapping[str, Callable[[Database, Query], Awaitable[Any]]] = field(default_factory=dict)
    """Path → what is read from the service's own database."""
    fire: Fire | None = None
    """What time does to the first aggregate."""
    keeper: Callable[[House], Keeper] | None = None
    senders: Sequence[Sender] = ()
    chores: Sequence[Callable[[House], Coroutine[Any, Any, None]]] = ()
    """What goes on beside the messages, for as long as the process runs."""
    erases_beside: Callable[[House], Beside] | None = None
    """What else goes when a complaint of the first aggregate is erased."""
    kept: Mapping[type, timedelta] = field(default_factory=dict)
    """State of an aggregate that belongs to no complaint → how long what is personal in it is kept."""


def work_of(service: Service, house: House) -> Work:
    keeper = service.keeper(house) if service.keeper else None
    return Work(
        Handlers(service.inbox, service.facts), service.aggregates, house.database, house.clock, house.sealer, house.publish, keeper
    )


def eraser_of(service: Service, house: House) -> Eraser:
    beside = service.erases_beside(house) if service.erases_beside else nothing_beside
    return Eraser(house.database, service.aggregates, house.clock, beside)


def outliving_of(service: Service, work: Work, clock: Clock) -> list[Outliving]:
    return [Outliving(work, one, service.kept[one.of], clock) for one in service.aggregates if one.of in service.kept]


def clock_of(settings: HouseSettings, database: Database) -> Clock:
    offsets = Database(database.client, f"{settings.database_prefix}_clock").collection("test") if settings.test_clock else None
    return Clock(database, offsets)
