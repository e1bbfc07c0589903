"""Declares what the house needs at the broker and in the database, before any service starts; says what differs."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from deploy import broker_items, database_users, indexes
from deploy.house import SERVICES, topology_of, users_of
from deploy.items import Difference, How, Item, compare
from deploy.management import management_of
from deploy.problem import SetupError
from shared.settings import HouseSettings

T = TypeVar("T")


def apply(settings: HouseSettings, services: Sequence[str] = SERVICES) -> list[Difference]:
    """Make it so, as often as you like. Returns what was changed; what nobody wants is left alone, it may hold messages."""
    changes = [one for one in _broker_diff(settings, services) if one.how is not How.EXTRA]
    _refuse_to_change_what_holds_messages(changes)
    wanted = [Item(one.kind, one.name, one.wanted or {}) for one in changes]
    broker_items.make(management_of(settings), wanted, _secret(settings))
    unknown = [one for one in _users_diff(settings, services) if one.how is not How.EXTRA]
    if unknown:
        _finished(database_users.make(settings, [one.name for one in unknown]))
    unbuilt = [one for one in _index_diff(settings, services) if one.how is not How.EXTRA]
    if unbuilt:
        _finished(indexes.build(settings, services))
    return changes + unknown + unbuilt


def diff(settings: HouseSettings, services: Sequence[str] = SERVICES) -> list[Difference]:
    return _broker_diff(settings, services) + _users_diff(settings, services) + _index_diff(settings, services)


def _broker_diff(settings: HouseSettings, services: Sequence[str]) -> list[Difference]:
    users = users_of(settings, services)
    wanted = broker_items.desired(topology_of(settings, services), users)
    return compare(wanted, broker_items.found(management_of(settings), users, services, _secret(settings)))


def _users_diff(settings: HouseSettings, services: Sequence[str]) -> list[Difference]:
    wanted = database_users.desired(settings, services)
    return compare(wanted, _finished(database_users.found(settings, services))) if wanted else []


def _index_diff(settings: HouseSettings, services: Sequence[str]) -> list[Difference]:
    return compare(indexes.desired(settings, services), _finished(indexes.found(settings, services)))


def _refuse_to_change_what_holds_messages(changes: Sequence[Difference]) -> None:
    fixed = [one for one in changes if one.how is How.DIFFERENT and one.kind in ("exchange", "queue")]
    if fixed:
        names = ", ".join(f"{one.kind} {one.name}" for one in fixed)
        cure = "stop the services, empty and delete it, then run `redress topology apply` again."
        raise SetupError(f"{names}: exists with other arguments, which RabbitMQ cannot change.", cure=cure)


def _secret(settings: HouseSettings) -> str:
    secret = settings.secret_key.get_secret_value()
    if not secret:
        raise SetupError("REDRESS_SECRET_KEY is empty.", cure="set it, or REDRESS_SECRET_KEY_FILE, to the deployment's secret.")
    return secret


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own, so that callers with and without a running event loop are the same."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
