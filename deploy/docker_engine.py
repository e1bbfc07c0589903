"""Backing services where a Docker engine answers: compose brings them up, loopback only."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from deploy import mongo_node, programs, rabbitmq_node
from deploy.addresses import Addresses
from deploy.problem import SetupError
from deploy.waiting import until

COMPOSE_FILE = Path(__file__).with_name("backing.compose.yaml")
IMAGES = ("rabbitmq:4.0-management", "mongo:6.0")
LOG = "docker"


def engine_answers() -> bool:
    return shutil.which("docker") is not None and _docker("info", "--format", "{{.ServerVersion}}").returncode == 0


def missing_image() -> str | None:
    """The first image that is neither here nor to be had."""
    for image in IMAGES:
        if _docker("image", "inspect", image).returncode != 0 and _docker("pull", "--quiet", image).returncode != 0:
            return image
    return None


def start(root: Path) -> Addresses:
    password = rabbitmq_node.kept_word(programs.place(root) / "docker-password")
    _compose(root, "up", "--detach", "--quiet-pull")
    user = f"{rabbitmq_node.USER}:{password}"
    amqp_url = f"amqp://{user}@{_address(root, 'rabbitmq', 5672)}/"
    management_url = f"http://{user}@{_address(root, 'rabbitmq', 15672)}"
    # One member, reached through a mapped port: its own address within the container is of no use to us.
    mongo_url = f"mongodb://{_address(root, 'mongo', 27017)}/?directConnection=true"
    until(lambda: mongo_node.listens(mongo_url), "MongoDB in Docker", root=root, program=LOG, within_s=60)
    mongo_node.initiate(mongo_url, "127.0.0.1:27017")
    until(lambda: mongo_node.is_primary(mongo_url), "MongoDB's replica set in Docker", root=root, program=LOG, within_s=60)
    until(lambda: rabbitmq_node.manages(management_url), "RabbitMQ in Docker", root=root, program=LOG, within_s=60)
    return Addresses(amqp_url, management_url, mongo_url)


def stop(root: Path) -> None:
    _compose(root, "down", "--timeout", "10")


def _address(root: Path, service: str, port: int) -> str:
    return _compose(root, "port", service, str(port)).strip()


def _compose(root: Path, *arguments: str) -> str:
    project = f"redress-{sha256(str(programs.place(root)).encode()).hexdigest()[:8]}"
    password = rabbitmq_node.kept_word(programs.place(root) / "docker-password")
    done = _docker("compose", "--file", str(COMPOSE_FILE), "--project-name", project, *arguments, REDRESS_BACKING_PASSWORD=password)
    with programs.log_of(root, LOG).open("a", encoding="utf-8") as log:
        log.write(done.stderr)
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise SetupError(f"docker compose failed: {said}", cure="see that `docker compose version` works, or say BACKING=native.")
    return done.stdout


def _docker(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(("docker", *arguments), env={**os.environ, **env}, text=True, capture_output=True, check=False)
