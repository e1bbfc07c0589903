"""A house for the demonstration: a virtual host and databases of its own, in test mode, gone afterwards."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit
from uuid import uuid4

from deploy import backing, processes, programs
from deploy.backing import Backing
from deploy.cli import place
from deploy.cli.errors import BadInputError
from deploy.cli.interruption import uninterrupted
from deploy.cli.mailbox import Mailbox, mailbox
from deploy.cli.views import Views
from deploy.house import SERVICES, users_of
from deploy.management import Management
from deploy.problem import SetupError
from deploy.rights import is_hash_of, password_of
from shared.settings import HouseSettings
from shared.storage import connect

NAME = "redress-demo"


@dataclass(frozen=True)
class DemoHouse:
    settings: HouseSettings
    views: Views
    mail: Mailbox


@contextmanager
def demo_house(*, keep: bool) -> Iterator[DemoHouse]:
    """While it is open everything runs, and other commands find it like any house. Interrupted, nothing is kept."""
    _refuse_beside_another()
    name = f"{NAME}-{uuid4().hex[:8]}"
    try:
        started = backing.start(place.root(), os.environ.get("BACKING") or None)
        _refuse_among_strangers(started)
        with mailbox() as box, _open(started, name, box, keep=keep) as house:
            yield house
    except KeyboardInterrupt:
        with uninterrupted():
            backing.stop(place.root())
        raise


@contextmanager
def _open(started: Backing, name: str, box: Mailbox, *, keep: bool) -> Iterator[DemoHouse]:
    try:
        ours = _made(started, name)
        told = _environment(ours, name)
        running = processes.start_services(place.root(), ours, replicas={}, extra_env={**told, **box.environment})
        place.remember(told)
        settings = _settings(ours, name)
        yield DemoHouse(settings, Views(settings, {one.service: one.url for one in running.processes}), box)
    except KeyboardInterrupt:
        keep = False
        raise
    finally:
        if not keep:
            with uninterrupted():
                _end(started, name)


def _refuse_beside_another() -> None:
    if any(programs.running(place.root(), one.name) for one in place.processes()):
        raise BadInputError("a house runs here already, and the demonstration needs an empty one; say `redress down` first")


def _refuse_among_strangers(started: Backing) -> None:
    """Users of a broker belong to all its houses: with another secret we would lock their services and adapters out."""
    if started.chosen != backing.Choice.ENV:
        return
    listed = {one.name for one in users_of(place.with_adapters_found(HouseSettings()))}
    users = [one for one in Management(started.management_url, "/").get("users") if one["name"] in listed]
    secret = processes.secret(place.root())
    if not all(is_hash_of(one["password_hash"], password_of(secret, one["name"])) for one in users):
        cure = "set REDRESS_SECRET_KEY to that house's secret, or unset REDRESS_AMQP_URL and REDRESS_MONGO_URL."
        raise SetupError("the broker serves a house with another secret.", cure=cure)


def _environment(ours: Backing, name: str) -> dict[str, str]:
    return {"REDRESS_TEST_CLOCK": "1", "REDRESS_DATABASE_PREFIX": name, "REDRESS_AMQP_URL": ours.amqp_url}


def _settings(ours: Backing, name: str) -> HouseSettings:
    told = {"amqp_url": ours.amqp_url, "management_url": ours.management_url, "mongo_url": ours.mongo_url, "database_prefix": name}
    settings = HouseSettings.model_validate({**told, "secret_key": processes.secret(place.root()), "test_clock": True})
    return place.with_adapters_found(settings)


def _made(started: Backing, name: str) -> Backing:
    broker = Management(started.management_url, name)
    user = urlsplit(started.amqp_url).username or "guest"
    broker.put({}, "vhosts", name)
    broker.put({"configure": ".*", "write": ".*", "read": ".*"}, "permissions", name, user)
    return replace(started, amqp_url=urlsplit(started.amqp_url)._replace(path=f"/{quote(name)}").geturl())


def _end(started: Backing, name: str) -> None:
    """Whatever of it fails, the programs do not stay behind."""
    try:
        processes.stop_services(place.root())
        place.forget()
        broker = Management(started.management_url, name)
        if any(one["name"] == name for one in broker.get("vhosts")):
            broker.delete("vhosts", name)
        asyncio.run(_drop_databases(started, name))
    finally:
        backing.stop(place.root())


async def _drop_databases(started: Backing, name: str) -> None:
    for part in (*SERVICES, "clock"):
        database = connect(started.mongo_url, f"{name}_{part}")
        await database.drop()
        await database.close()
