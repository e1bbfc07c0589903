"""up, down, status: the whole house of this checkout."""

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from deploy import backing, processes
from deploy.cli import mailbox, place, views
from deploy.cli.depths import depths
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.cli.output import Json, console, print_json, say, table
from deploy.house import SERVICES
from deploy.management import NobodyAnswersError
from shared.topology import UNROUTABLE, WALLET_REQUESTS, control_queue, dead_queue

app = typer.Typer()
Replicas = Annotated[list[str] | None, typer.Option("--replicas", help="NAME=N, for each service that shall run more than once.")]


@app.command(epilog="Example: redress up --replicas routing=3")
def up(replicas: Replicas = None) -> None:
    """Start the broker, the database and all services."""
    counts = _counts(replicas or [])
    before = _broker_that_works()
    started = backing.start(place.root(), os.environ.get("BACKING") or None)
    try:
        running = processes.start_services(place.root(), started, replicas=counts, extra_env={})
    except BaseException:
        if started.chosen != backing.Choice.ENV and started.amqp_url != before:
            backing.stop(place.root())
        raise
    place.remember(os.environ)
    for one in running.processes:
        say(f"{one.name} is ready at {one.url}")
    if (lacking := mailbox.hint(os.environ)) is not None:
        say(lacking)


@app.command(epilog="Example: redress down")
def down() -> None:
    """Stop all services, and the broker and database that `up` started."""
    killed = processes.stop_services(place.root())
    backing.stop(place.root())
    place.forget()
    say("everything that was started here is stopped")
    if killed:
        raise typer.Exit(BAD_ANSWER)


@app.command(epilog="Example: redress status --json")
def status(*, as_json: Json = False) -> None:
    """Health of every service, depth and consumers of every queue, and what alarms. Exit status 1 where something does, or is not ready."""
    found = _status()
    if as_json:
        print_json(found)
    else:
        console().print(table("services", found["services"], ("name", "ready", "replicas", "reason")))
        console().print(table("queues", found["queues"], ("name", "messages", "consumers")))
        for alarm in found["alarms"]:
            print(f"alarm: {alarm}")
    raise typer.Exit(0 if found["ok"] else BAD_ANSWER)


def _status() -> views.Document:
    queues = depths(place.settings())
    consumers = {one["name"]: one["consumers"] for one in queues}
    reader = views.here()
    services = [_service(reader, name, consumers.get(control_queue(name), 0)) for name in SERVICES]
    alarms = alarms_of(queues)
    return {"ok": all(one["ready"] for one in services) and not alarms, "services": services, "queues": queues, "alarms": alarms}


def alarms_of(queues: Sequence[views.Document]) -> list[str]:
    """Queues that are empty while all is well, and requests to a wallet that reads none."""
    given_up = {dead_queue(name): f"given up by the broker, not yet filed by {name}" for name in SERVICES}
    told = {UNROUTABLE: "that nobody listens to: see `redress topology diff`", **given_up}
    full = [(one["name"], one["messages"]) for one in queues if one["name"] in told and one["messages"]]
    unread = [
        (one["name"], one["messages"]) for one in queues if one["name"] == WALLET_REQUESTS and one["messages"] and not one["consumers"]
    ]
    told[WALLET_REQUESTS] = "and the wallet reads none: start its program, or `redress simulate-wallet` to try things out"
    return [f"{name} holds {count} message{'s' if count > 1 else ''} {told[name]}" for name, count in (*full, *unread)]


def _is_unread(queue: views.Document) -> bool:
    return bool(queue["name"] == WALLET_REQUESTS and queue["messages"] and not queue["consumers"])


def _service(reader: views.Views, name: str, consumers: int) -> views.Document:
    """Every replica consumes its service's control queue, so the broker knows how many there are, wherever they run."""
    told = reader.ready(name)
    counted = sum(one.service == name for one in place.processes()) or consumers
    reason = {"reason": told["reason"]} if told.get("reason") else {}
    return {"name": name, "ready": bool(told["ready"]), "replicas": counted, **reason}


def _broker_that_works() -> str | None:
    """Where the backing services of this checkout answer already: what this command did not start, it does not stop."""
    try:
        told = place.settings()
    except NobodyAnswersError:
        return None
    amqp_url, management_url = told.amqp_url.get_secret_value(), told.management_url
    kept = backing.Backing(amqp_url, management_url.get_secret_value() if management_url else "", told.mongo_url.get_secret_value(), "")
    return amqp_url if backing.works(kept) else None


def _counts(given: list[str]) -> dict[str, int]:
    counts = {}
    for one in given:
        name, _, number = one.partition("=")
        service = name.replace("-", "_")
        if service not in SERVICES or not number.isdigit() or not 1 <= int(number) <= 64:
            raise BadInputError(f"--replicas wants NAME=N with a name of {', '.join(SERVICES)} and N from 1 to 64, not {one!r}")
        counts[service] = int(number)
    return counts
