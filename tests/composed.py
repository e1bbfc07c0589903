"""docker-compose.yml as a project of its own: built, started, and gone afterwards."""

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.cli.views import Document, Views
from deploy.house import SERVICES
from deploy.ports import free_ports
from shared.settings import HouseSettings

CHECKOUT = Path(__file__).resolve().parents[1]
SECRET, PASSWORD = uuid.uuid4().hex * 2, uuid.uuid4().hex


@dataclass(frozen=True)
class Composed:
    """The whole product, as somebody on this machine reaches it."""

    project: str
    amqp_port: int
    management_port: int

    def compose(self, *arguments: str) -> str:
        told = {
            "REDRESS_SECRET_KEY": SECRET,
            "REDRESS_BROKER_PASSWORD": PASSWORD,
            "REDRESS_AMQP_PORT": str(self.amqp_port),
            "REDRESS_MANAGEMENT_PORT": str(self.management_port),
        }
        return docker("compose", "--project-name", self.project, *arguments, **told)

    def up(self, **replicas: int) -> None:
        scaled = [word for name, count in replicas.items() for word in ("--scale", f"{name}={count}")]
        self.compose("up", "--detach", "--build", "--wait", *scaled)

    def killed_and_started_again(self, service: str) -> None:
        """One of its containers, without a word of warning."""
        name = next(one["Name"] for one in self.containers() if one["Service"] == service)
        docker("kill", name)
        docker("start", name)

    def containers(self) -> list[Document]:
        """One object a line; an array in some versions of compose."""
        said = self.compose("ps", "--format", "json").strip()
        found: list[Document] = json.loads(said) if said.startswith("[") else [json.loads(line) for line in said.splitlines()]
        return found

    @property
    def settings(self) -> HouseSettings:
        told = {
            "amqp_url": f"amqp://redress:{PASSWORD}@127.0.0.1:{self.amqp_port}/",
            "management_url": f"http://redress:{PASSWORD}@127.0.0.1:{self.management_port}",
            "secret_key": SECRET,
            "adapters_file": CHECKOUT / "deploy" / "adapters.toml",
        }
        return HouseSettings.model_validate(told)

    def views(self) -> Views:
        """The engine gives a container that starts again other ports, so they are asked for each time."""
        return Views(self.settings, {name: f"http://{self.compose('port', name, '8000').strip()}" for name in SERVICES})


@contextmanager
def composed(**replicas: int) -> Iterator[Composed]:
    house = Composed(f"redress-test-{uuid.uuid4().hex[:8]}", *free_ports(2))
    try:
        house.up(**replicas)
        yield house
    finally:
        house.compose("down", "--volumes", "--timeout", "15")


def docker(*arguments: str, **told: str) -> str:
    done = subprocess.run(("docker", *arguments), cwd=CHECKOUT, env={**os.environ, **told}, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments[:5])}: {done.stderr[-2_000:]}"
    return done.stdout
