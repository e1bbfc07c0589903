"""RabbitMQ and MongoDB in containers that end with this process, whatever happens to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from testcontainers.community.rabbitmq import RabbitMqContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from deploy import mongo_node
from deploy.backing import Backing, Choice
from tests.backing import wanted_broker

DEFAULT_BROKER = "4.0"
USER = PASSWORD = "tests"
LOOPBACK_PORT = ("127.0.0.1",)


def rabbitmq_image() -> str:
    return f"rabbitmq:{wanted_broker() or DEFAULT_BROKER}-management"


@contextmanager
def in_containers() -> Iterator[Backing]:
    with _rabbitmq() as rabbitmq, _mongo() as mongo:
        mongo_url = f"mongodb://{_at(mongo, 27017)}/?directConnection=true"
        mongo_node.initiate(mongo_url, "127.0.0.1:27017")
        yield Backing(
            amqp_url=f"amqp://{USER}:{PASSWORD}@{_at(rabbitmq, 5672)}/",
            management_url=f"http://{USER}:{PASSWORD}@{_at(rabbitmq, 15672)}",
            mongo_url=mongo_url,
            chosen=str(Choice.DOCKER),
        )


def _rabbitmq() -> RabbitMqContainer:
    container = RabbitMqContainer(rabbitmq_image(), username=USER, password=PASSWORD)
    _on_loopback(container, 5672, 15672)
    return container


def _mongo() -> DockerContainer:
    container = DockerContainer("mongo:6.0").with_command("mongod --replSet rs0 --bind_ip_all --wiredTigerCacheSizeGB 0.5")
    _on_loopback(container, 27017)
    return container.waiting_for(LogMessageWaitStrategy("Waiting for connections"))


def _on_loopback(container: DockerContainer, *ports: int) -> None:
    container.ports.update(dict.fromkeys(ports, LOOPBACK_PORT))  # type: ignore[arg-type] # the engine takes an address with any port


def _at(container: DockerContainer, port: int) -> str:
    return f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}"
