"""up, down, status: the whole house of this checkout."""

import os
from typing import Annotated

import typer

from deploy import backing, processes
from deploy.cli import place, views
from deploy.cli.depths import depths
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.cli.output import Json, console, print_json, say, table
from deploy.house import SERVICES
from shared.topology import control_queue

app = typer.Typer()
Replicas = Annotated[list[str] | None, typer.Option("--replicas", help="NAME=N, for each service that shall run more than once.")]


@app.command(epilog="Example: redress up --replicas routing=3")
def up(replicas: Replicas = None) -> None:
    """Start the broker, the database and all services."""
    started = backing.start(place.root(), os.environ.get("BACKING") or None)
    running = processes.start_services(place.root(), started, replicas=_counts(replicas or []), extra_env={})
    place.remember(os.environ)
    for one in running.processes:
        say(f"{one.name} is ready at {one.url}")


@app.command(epilog="Example: redress down")
def down() -> None:
    """Stop all services, and the broker and database that `up` started."""
    killed = processes.stop_services(place.root())
    backing.stop(place.root())
    place.forget()
    if killed:
        raise typer.Exit(BAD_ANSWER)


@app.command(epilog="Example: redress status --json")
def status(*, as_json: Json = False) -> None:
    """Health of every service, depth and consumers of every queue. Exit status 1 where a service is not ready."""
    found = _status()
    if as_json:
        print_json(found)
    else:
        console().print(table("services", found["services"], ("name", "ready", "replicas", "reason")))
        console().print(table("queues", found["queues"], ("name", "messages", "consumers")))
    raise typer.Exit(0 if found["ok"] else BAD_ANSWER)


def _status() -> views.Document:
    queues = depths(place.settings())
    consumers = {one["name"]: one["consumers"] for one in queues}
    reader = views.here()
    services = [_service(reader, name, consumers.get(control_queue(name), 0)) for name in SERVICES]
    return {"ok": all(one["ready"] for one in services), "services": services, "queues": queues}


def _service(reader: views.Views, name: str, consumers: int) -> views.Document:
    """Every replica consumes its service's control queue, so the broker knows how many there are, wherever they run."""
    told = reader.ready(name)
    counted = sum(one.service == name for one in place.processes()) or consumers
    reason = {"reason": told["reason"]} if told.get("reason") else {}
    return {"name": name, "ready": bool(told["ready"]), "replicas": counted, **reason}


def _counts(given: list[str]) -> dict[str, int]:
    counts = {}
    for one in given:
        name, _, number = one.partition("=")
        service = name.replace("-", "_")
        if service not in SERVICES or not number.isdigit() or not 1 <= int(number) <= 64:
            raise BadInputError(f"--replicas wants NAME=N with a name of {', '.join(SERVICES)} and N from 1 to 64, not {one!r}")
        counts[service] = int(number)
    return counts
