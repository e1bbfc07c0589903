"""A corner of the shared broker and database for one test: its own virtual host, its own databases, gone afterwards."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx2
from pymongo import MongoClient

from deploy.backing import Backing, environment

# One for all tests: passwords of the adapters derive from it, and users of the broker belong to all virtual hosts.
SECRET = "a-secret-for-tests-only-0123456789"


@dataclass(frozen=True, slots=True)
class Namespace:
    amqp_url: str
    management_url: str
    mongo_url: str
    prefix: str
    vhost: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        """What a service or a command needs to work here."""
        backing = Backing(self.amqp_url, self.management_url, self.mongo_url, "env")
        return environment(backing) | {
            "REDRESS_DATABASE_PREFIX": self.prefix,
            "REDRESS_SECRET_KEY": self.secret,
            "REDRESS_TEST_CLOCK": "1",
        }


@contextmanager
def namespace_in(backing: Backing) -> Iterator[Namespace]:
    name = f"test-{uuid.uuid4().hex[:10]}"
    amqp_url = urlsplit(backing.amqp_url)._replace(path=f"/{name}").geturl()
    _make_vhost(backing, name)
    try:
        yield Namespace(amqp_url, backing.management_url, backing.mongo_url, name, name, SECRET)
    finally:
        _manage(backing, "DELETE", f"vhosts/{name}")
        _drop_databases(backing, name)


def _make_vhost(backing: Backing, name: str) -> None:
    user = quote(urlsplit(backing.amqp_url).username or "guest", safe="")
    _manage(backing, "PUT", f"vhosts/{name}")
    _manage(backing, "PUT", f"permissions/{name}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})


def _manage(backing: Backing, method: str, path: str, body: dict[str, str] | None = None) -> None:
    httpx2.request(method, f"{backing.management_url}/api/{path}", json=body or {}, timeout=30).raise_for_status()


def _drop_databases(backing: Backing, prefix: str) -> None:
    with MongoClient[dict[str, object]](backing.mongo_url) as client:
        for database in client.list_database_names():
            if database.startswith(prefix):
                client.drop_database(database)
