"""dead: what could not be handled."""

import asyncio
import time
from typing import Annotated

import typer

from deploy.cli import answering, house_time, output, place, views, wire
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.house import SERVICES
from shared.contracts import DiscardDeadLetter, ReplayDeadLetter
from shared.dead_views import NEWEST_LETTERS

app = typer.Typer(help="What could not be handled: list, show, replay, discard.", no_args_is_help=True)
OBEYED_WITHIN_S = 10.0
POLL_EVERY_S = 0.05
COLUMNS = ("dead_id", "service", "queue", "reason", "attempts", "first_failed_at", "last_failed_at", "source_id", "number")
FROM_OUTSIDE = "intake"
Ids = Annotated[list[str], typer.Argument(metavar="DEAD_ID…", help="Ids that `redress dead list` shows.")]


@app.command("list", epilog="Example: redress dead list --json")
def list_(
    *,
    service: Annotated[str | None, typer.Option(help="Only of this service.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of each service, newest first.")] = NEWEST_LETTERS,
    as_json: output.Json = False,
) -> None:
    """Dead letters that nobody replayed or discarded, newest first."""
    reader = views.here()
    found = {name: reader.many(name, "dead", limit=str(limit)) for name in _services(service)}
    for cut in [name for name, letters in found.items() if len(letters) >= limit]:
        output.say(f"{cut} shows its newest {limit}; --limit shows more")
    letters = [_line(one) for of_service in found.values() for one in of_service]
    letters.sort(key=lambda one: str(one["last_failed_at"]), reverse=True)
    if as_json:
        output.print_lines(letters)
    else:
        output.console().print(output.table("dead letters", letters, COLUMNS))


@app.command(epilog="Example: redress dead show 0f8b2c4e-5a0c-5d0e-8a52-3f0f1f1b8f1e")
def show(dead_id: Annotated[str, typer.Argument(metavar="DEAD_ID")], *, as_json: output.Json = False) -> None:
    """Everything known of one dead letter except its body, which stays sealed."""
    letter = _found(views.here(), dead_id)
    if as_json:
        output.print_json({**_line(letter), **letter})
    else:
        rows = [{"field": name, "value": value} for name, value in {**_line(letter), **letter}.items()]
        output.console().print(output.table(dead_id, rows, ("field", "value")))


@app.command(epilog="Example: redress dead replay 0f8b2c4e-5a0c-5d0e-8a52-3f0f1f1b8f1e")
def replay(dead_ids: Ids, *, by: answering.By = None, as_json: output.Json = False) -> None:
    """Put letters back into the queue they came from, once their cause is mended."""
    reader = views.here()
    commands = [ReplayDeadLetter(service=_found(reader, one)["service"], dead_id=one, by=answering.agent(by)) for one in dead_ids]
    _command(reader, commands, "replayed", as_json=as_json)


@app.command(epilog='Example: redress dead discard 0f8b2c4e-5a0c-5d0e-8a52-3f0f1f1b8f1e --reason "a test of the hotline"')
def discard(
    dead_ids: Ids,
    *,
    reason: Annotated[str, typer.Option(help="Kept with the letter, for whoever asks later.")],
    by: answering.By = None,
    as_json: output.Json = False,
) -> None:
    """Say that letters shall never be handled. They stay on record."""
    if len(reason.strip()) < 3:  # as the contract says
        raise BadInputError("--reason wants at least three letters")
    reader = views.here()
    who = answering.agent(by)
    commands = [DiscardDeadLetter(service=_found(reader, one)["service"], dead_id=one, by=who, reason=reason) for one in dead_ids]
    _command(reader, commands, "discarded", as_json=as_json)


def _command(reader: views.Views, commands: list[ReplayDeadLetter] | list[DiscardDeadLetter], state: str, *, as_json: bool) -> None:
    settings = place.settings()
    at = asyncio.run(house_time.now(settings))
    for command in commands:
        asyncio.run(wire.say(settings, command, at))
    results = [_obeyed(reader, one.dead_id, state) for one in commands]
    for one in results:
        if as_json:
            output.print_json(one)
        else:
            print(f"{one['dead_id']}: {one['state']}")
    raise typer.Exit(0 if all(one["state"] == state for one in results) else BAD_ANSWER)


def _obeyed(reader: views.Views, dead_id: str, state: str) -> views.Document:
    """A replayed letter may be dead again at once: then it is open with an audit that says so."""
    deadline = time.monotonic() + OBEYED_WITHIN_S
    while True:
        letter = _found(reader, dead_id)
        obeyed = any(one["what"] == state for one in letter.get("audit", ()))
        if obeyed or time.monotonic() > deadline:
            return {"dead_id": dead_id, "service": letter["service"], "state": state if obeyed else letter["state"]}
        time.sleep(POLL_EVERY_S)


def _found(reader: views.Views, dead_id: str) -> views.Document:
    for service in SERVICES:
        if letter := reader.one(service, "dead", dead_id=dead_id):
            return letter
    raise BadInputError(f"no service has a dead letter {dead_id!r}")


def _line(letter: views.Document) -> views.Document:
    """`source_id` is what the adapter called it; only intake's letters come from outside."""
    outside = {"source_id": letter.get("message_id")} if letter.get("service") == FROM_OUTSIDE else {}
    line = {"dead_id": letter.get("_id"), **letter, **outside}
    return {name: line[name] for name in COLUMNS if line.get(name) is not None}


def _services(only: str | None) -> tuple[str, ...]:
    if only is not None and only not in SERVICES:
        raise BadInputError(f"no service is called {only!r}; there is {', '.join(SERVICES)}")
    return (only,) if only else SERVICES
