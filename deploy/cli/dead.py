"""dead: what could not be handled."""

import asyncio
import time
from typing import Annotated

import typer

from deploy.cli import agent, house_time, output, place, views, wire
from deploy.cli.dead_bulk import Command, obeyed_by_all
from deploy.cli.dead_search import ParkedFor, Queue, Reason, Search, Service, Since, Until, search
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.house import SERVICES
from shared.contracts import DiscardDeadLetter, ReplayDeadLetter
from shared.dead_views import NEWEST_LETTERS

app = typer.Typer(help="What could not be handled: list, show, replay, discard.", no_args_is_help=True)
OBEYED_WITHIN_S = 10.0
POLL_EVERY_S = 0.05
COLUMNS = ("dead_id", "service", "queue", "reason", "attempts", "first_failed_at", "last_failed_at", "source_id", "number")
FROM_OUTSIDE = "intake"
Ids = Annotated[list[str] | None, typer.Argument(metavar="[DEAD_ID…]", help="Ids that `redress dead list` shows.")]
Rate = Annotated[float, typer.Option(min=0.1, help="Letters a second, at most.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say how many there are.")]


@app.command("list", epilog="Example: redress dead list --reason unreadable-message --since 2h --json")
def list_(  # noqa: PLR0913 - options of a command
    *,
    service: Service = None,
    reason: Reason = None,
    queue: Queue = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="How many of each service, newest first.")] = NEWEST_LETTERS,
    as_json: output.Json = False,
) -> None:
    """Dead letters that nobody replayed or discarded, newest first."""
    found, reader = search(place.settings(), service, reason=reason, queue=queue, since=since, until=until), views.here()
    if as_json and limit > NEWEST_LETTERS:
        output.print_lines(_line(one) for one in found.letters(reader, limit))
        return
    letters = sorted(map(_line, found.letters(reader, limit)), key=lambda one: str(one["last_failed_at"]), reverse=True)
    if len(letters) < (there := found.count(reader)):
        output.say(f"{len(letters)} of {there}: the newest {limit} of each service; --limit shows more")
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
        rows = [{"field": name, "value": _told(value)} for name, value in {**_line(letter), **letter}.items()]
        output.console().print(output.table(dead_id, rows, ("field", "value")))


def _told(value: object) -> object:
    """Errors and the audit, entry by entry, in words."""
    match value:
        case dict():
            return ", ".join(f"{name} {_told(one) if isinstance(one, dict) else output.cell(one)}" for name, one in value.items())
        case [dict(), *_]:
            return "; ".join(str(_told(one)) for one in value)
        case _:
            return value


@app.command(epilog="Example: redress dead replay --reason mail-server-away --service notification --since 2h --rate 50")
def replay(  # noqa: PLR0913 - options of a command
    dead_ids: Ids = None,
    *,
    service: Service = None,
    reason: Reason = None,
    queue: Queue = None,
    since: Since = None,
    until: Until = None,
    rate: Rate = 50.0,
    dry_run: DryRun = False,
    again: Annotated[bool, typer.Option("--again", help="With ids: also letters that were replayed before and did not come back.")] = False,
    by: agent.By = None,
    as_json: output.Json = False,
) -> None:
    """Put letters back into the queue they came from, once their cause is mended: those named, or all that are found."""
    who, repeated = agent.named(by), again and bool(dead_ids)

    def asked(one: views.Document) -> ReplayDeadLetter:
        return ReplayDeadLetter(service=one["service"], dead_id=one["_id"], by=who, again=repeated)

    if dead_ids:
        _no_filter(service, reason, queue, since, until)
        _command(dead_ids, asked, "replayed", as_json=as_json)
    found = _by_filter(service, reason, queue, since, until)
    _tell_dry_run(found, dry_run=dry_run, as_json=as_json)
    obeyed_by_all(found, asked, "replayed", rate, as_json=as_json)


@app.command(epilog='Example: redress dead discard 0f8b2c4e-5a0c-5d0e-8a52-3f0f1f1b8f1e --reason "a test of the hotline"')
def discard(  # noqa: PLR0913 - options of a command
    dead_ids: Ids = None,
    *,
    reason: Annotated[str, typer.Option(help="Kept with the letter, for whoever asks later.")],
    service: Service = None,
    parked_for: ParkedFor = None,
    queue: Queue = None,
    since: Since = None,
    until: Until = None,
    rate: Rate = 50.0,
    dry_run: DryRun = False,
    by: agent.By = None,
    as_json: output.Json = False,
) -> None:
    """Say that letters shall never be handled: those named, or all that are found. They stay on record, with who, when and why."""
    if len(reason.strip()) < 3:  # as the contract says
        raise BadInputError("--reason wants at least three letters")
    who = agent.named(by)

    def asked(one: views.Document) -> DiscardDeadLetter:
        return DiscardDeadLetter(service=one["service"], dead_id=one["_id"], by=who, reason=reason)

    if dead_ids:
        _no_filter(service, parked_for, queue, since, until)
        _command(dead_ids, asked, "discarded", as_json=as_json)
    found = _by_filter(service, parked_for, queue, since, until)
    _tell_dry_run(found, dry_run=dry_run, as_json=as_json)
    obeyed_by_all(found, asked, "discarded", rate, as_json=as_json)


def _by_filter(service: str | None, reason: str | None, queue: str | None, since: str | None, until: str | None) -> Search:
    if not any((service, reason, queue, since, until)):
        raise BadInputError("say which letters: their ids, or at least one of --service, --queue, --since, --until or their reason")
    return search(place.settings(), service, reason=reason, queue=queue, since=since, until=until)


def _no_filter(*given: str | None) -> None:
    if any(given):
        raise BadInputError("ids or a filter, not both")


def _tell_dry_run(found: Search, *, dry_run: bool, as_json: bool) -> None:
    if not dry_run:
        return
    matched = found.count(views.here())
    if as_json:
        output.print_json({"matched": matched})
    else:
        print(f"{matched} letters; nothing was done")
    raise typer.Exit


def _command(dead_ids: list[str], asked: Command, state: str, *, as_json: bool) -> None:
    """All are looked up before the first is commanded: an id that nobody knows does nothing to the others."""
    reader, settings = views.here(), place.settings()
    commands = [asked(_found(reader, one)) for one in dead_ids]
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
