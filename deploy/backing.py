"""RabbitMQ and MongoDB, found in this order: the environment, a Docker engine, native programs that we start ourselves."""

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from deploy import docker_engine, local, mongo_node, ports, programs, rabbitmq_node
from deploy.addresses import Addresses
from deploy.management import management_beside
from deploy.problem import SetupError


class Choice(StrEnum):
    ENV = "env"
    DOCKER = "docker"
    NATIVE = "native"


@dataclass(frozen=True)
class Backing:
    amqp_url: str = field(repr=False)
    management_url: str = field(repr=False)
    mongo_url: str = field(repr=False)
    chosen: str


def start(root: Path, choice: str | None) -> Backing:
    """Reuse what runs already. The choice, or the order where there is none, is said on standard error."""
    chosen = choose(choice)
    if chosen is Choice.ENV:
        return _said(from_environment())
    kept = _kept(root)
    if kept is not None and kept.chosen == chosen and works(kept):
        return _said(kept)
    stop(root)
    addresses = docker_engine.start(root) if chosen is Choice.DOCKER else local.start(root)
    backing = _with(addresses, chosen)
    _keep(root, backing)
    return _said(backing)


def stop(root: Path) -> None:
    """End what we started here, and what a crashed run left. Services out of the environment are not ours to end."""
    kept = _kept(root)
    if kept is not None and kept.chosen == Choice.DOCKER:
        docker_engine.stop(root)
    local.stop(root)
    _file(root).unlink(missing_ok=True)


def environment(backing: Backing) -> dict[str, str]:
    return {
        "REDRESS_AMQP_URL": backing.amqp_url,
        "REDRESS_MANAGEMENT_URL": backing.management_url,
        "REDRESS_MONGO_URL": backing.mongo_url,
    }


def choose(choice: str | None) -> Choice:
    """`choice` (env, docker, native) forces one; otherwise the first that is there."""
    if choice:
        return _forced(choice)
    if os.environ.get("REDRESS_AMQP_URL") or os.environ.get("REDRESS_MONGO_URL"):
        return Choice.ENV
    if not docker_engine.engine_answers():
        return Choice.NATIVE
    missing = docker_engine.missing_image()
    if missing is None:
        return Choice.DOCKER
    say(f"a Docker engine answers, but the image {missing} cannot be had; going on without Docker")
    return Choice.NATIVE


def from_environment() -> Backing:
    amqp_url, mongo_url = os.environ.get("REDRESS_AMQP_URL", ""), os.environ.get("REDRESS_MONGO_URL", "")
    if not amqp_url or not mongo_url:
        missing = "REDRESS_MONGO_URL" if amqp_url else "REDRESS_AMQP_URL"
        raise SetupError(f"{missing} is not set.", cure="set both REDRESS_AMQP_URL and REDRESS_MONGO_URL, or neither.")
    management_url = os.environ.get("REDRESS_MANAGEMENT_URL") or management_beside(amqp_url)
    backing = Backing(amqp_url, management_url, mongo_url, str(Choice.ENV))
    broker = urlsplit(amqp_url)
    if not ports.answers(broker.hostname or "", broker.port or (5671 if broker.scheme == "amqps" else 5672)):
        raise SetupError(f"nobody answers at REDRESS_AMQP_URL ({broker.hostname}).", cure="start that broker, or unset the variable.")
    if not rabbitmq_node.manages(management_url):
        found = f"RabbitMQ's management API does not answer at {urlsplit(management_url).hostname}."
        raise SetupError(found, cure="run `rabbitmq-plugins enable rabbitmq_management` there, or set REDRESS_MANAGEMENT_URL.")
    if not mongo_node.is_primary(mongo_url):
        found = "no MongoDB that takes writes answers at REDRESS_MONGO_URL."
        raise SetupError(found, cure="start it as a replica set (`mongod --replSet rs0`, `rs.initiate()`), or unset the variable.")
    return backing


def works(backing: Backing) -> bool:
    return rabbitmq_node.manages(backing.management_url) and mongo_node.is_primary(backing.mongo_url)


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _said(backing: Backing) -> Backing:
    how = {Choice.ENV: "from the environment", Choice.DOCKER: "in Docker", Choice.NATIVE: "as native programs"}[Choice(backing.chosen)]
    say(f"backing services: RabbitMQ and MongoDB {how}")
    return backing


def _forced(choice: str) -> Choice:
    try:
        chosen = Choice(choice)
    except ValueError:
        raise SetupError(f"BACKING={choice!r} is unknown.", cure="say BACKING=env, BACKING=docker or BACKING=native.") from None
    if chosen is Choice.DOCKER and not docker_engine.engine_answers():
        raise SetupError("no Docker engine answers.", cure="start it (`docker info` must work), or say BACKING=native.")
    if chosen is Choice.DOCKER and (missing := docker_engine.missing_image()) is not None:
        raise SetupError(f"the image {missing} cannot be had.", cure=f"run `docker pull {missing}`, or say BACKING=native.")
    return chosen


def _with(addresses: Addresses, chosen: Choice) -> Backing:
    return Backing(addresses.amqp_url, addresses.management_url, addresses.mongo_url, str(chosen))


def _kept(root: Path) -> Backing | None:
    try:
        return Backing(**json.loads(_file(root).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _keep(root: Path, backing: Backing) -> None:
    path = _file(root)
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(backing)), encoding="utf-8")


def _file(root: Path) -> Path:
    return programs.place(root) / "backing.json"
