"""The backing services that tests and demo stand on."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import httpx2
import psutil
import pytest
from pymongo import MongoClient

from deploy import programs
from deploy.backing import Backing, works
from deploy.problem import SetupError
from tests.backing import provided, wanted_broker
from tests.namespaces import Namespace, namespace_in


def test_broker_and_database_take_writes(backing: Backing) -> None:
    assert works(backing)


async def test_a_message_comes_back_from_the_virtual_host_of_the_test(namespace: Namespace) -> None:
    connection = await aio_pika.connect(namespace.amqp_url)
    async with connection, connection.channel() as channel:
        queue = await channel.declare_queue("complaints", durable=True, arguments={"x-queue-type": "quorum"})
        await channel.default_exchange.publish(aio_pika.Message(b"hello", delivery_mode=2), routing_key=queue.name)

        received = await queue.get(timeout=5)

    assert received is not None
    assert received.body == b"hello"


@pytest.mark.skipif(not wanted_broker(), reason="any version will do: BROKER asks for one")
def test_the_broker_has_the_version_that_was_asked_for(backing: Backing) -> None:
    version: str = httpx2.get(f"{backing.management_url}/api/overview").json()["rabbitmq_version"]

    assert f"{version}.".startswith(f"{wanted_broker()}.")


def test_a_version_of_the_broker_can_be_had_in_containers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER", "4.3")

    with pytest.raises(SetupError, match=r"BROKER=4\.3 .* Cure: say BACKING=docker"):
        provided("native")


def test_a_test_leaves_no_database_behind(backing: Backing) -> None:
    with MongoClient[dict[str, object]](backing.mongo_url) as client:
        with namespace_in(backing) as mine:
            client[f"{mine.prefix}_intake"]["complaint"].insert_one({"number": 1})
            assert any(name.startswith(mine.prefix) for name in client.list_database_names())

        assert not any(name.startswith(mine.prefix) for name in client.list_database_names())


def test_the_services_answer_on_the_loopback_alone(backing: Backing) -> None:
    elsewhere = [address.address for addresses in psutil.net_if_addrs().values() for address in addresses if _is_outside(address)]

    for url in (backing.amqp_url, backing.management_url, backing.mongo_url):
        assert not [address for address in elsewhere if _answers(address, urlsplit(url).port or 0)]


def test_a_process_of_somebody_else_is_never_taken_for_ours(tmp_path: Path) -> None:
    (programs.place(tmp_path) / "run").mkdir()
    (programs.place(tmp_path) / "run" / "mongod.pid").write_text("1", encoding="utf-8")

    assert programs.running(tmp_path, "mongod") is None
    assert programs.end(tmp_path, ["mongod"], patience_s=1) == []


def _is_outside(address: object) -> bool:
    return getattr(address, "family", None) == socket.AF_INET and not str(getattr(address, "address", "")).startswith("127.")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.3):
            return True
    except OSError:
        return False
