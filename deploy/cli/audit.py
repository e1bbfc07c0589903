"""audit: who did what, and whether anything was changed behind the records' back."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import house_time, output, place, views
from deploy.cli.audit_export import BadExportError, Export
from deploy.cli.audit_walk import Walk, missing_from
from deploy.cli.complaints import complaint_of
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.house import SERVICES

app = typer.Typer(help="The audit trail: show one complaint's, verify all, export the heads for safe keeping.", no_args_is_help=True)
STEPS = ("at", "service", "what", "who", "type", "caused_by", "events")
BROKEN = ("service", "aggregate", "id", "at_sequence", "reason")


@app.command(epilog="Example: redress audit show RD-7K3MQ-2XV9H-5")
def show(
    which: Annotated[str, typer.Argument(metavar="NUMBER|SOURCE_ID|COMPLAINT_ID")],
    *,
    as_json: output.Json = False,
) -> None:
    """Who did what to one complaint, when, and caused by what, in all services."""
    steps = trail_of(views.here(), which)
    if as_json:
        output.print_lines(steps)
    else:
        rows = [{**one, "events": [event["type"] for event in one["events"]]} for one in steps]
        output.console().print(output.table("audit trail", rows, STEPS))


@app.command(epilog="Example: redress audit verify --against /safe/audit.jsonl")
def verify(
    *,
    service: Annotated[str | None, typer.Option(help="Only this service's chains.")] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME|SPAN", help="Only what changed since: 2d, or 2026-11-22T10:00+08:00.")] = None,
    against: Annotated[Path | None, typer.Option(metavar="FILE", help="An export: is everything in it still there, unchanged?")] = None,
    as_json: output.Json = False,
) -> None:
    """Recompute every hash of every chain. Exit status 1 where anything was changed behind its back."""
    reader = views.here()
    walk = Walk(reader, _services(service), _since(since))
    for _ in walk.heads():
        pass
    broken = [*walk.broken, *(_against(reader, against, walk.services) if against else ())]
    _tell(_result(walk, broken), as_json=as_json)


@app.command(epilog="Example: redress audit export /safe/audit.jsonl")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Appended to, or made; keep it where this house cannot write.")],
    *,
    as_json: output.Json = False,
) -> None:
    """Append the heads of all chains that changed since the last export. Chains that are broken stay out, and exit status is 1."""
    reader, begun = views.here(), asyncio.run(house_time.now(place.settings()))
    try:
        with Export.to_append(file) as book:
            walk = Walk(reader, SERVICES, book.since)
            added = book.append(walk.heads())
            book.end(begun)
    except (OSError, BadExportError) as error:
        raise BadInputError(f"{file}: {error}") from None
    _tell({**_result(walk, walk.broken), "added": added, "last": book.last}, as_json=as_json)


def trail_of(reader: views.Views, which: str) -> list[views.Document]:
    """In the order of time. A source's id may look like a complaint's, so that is tried first."""
    steps = _records(reader, which) or _records(reader, str(complaint_of(reader, which)["complaint_id"]))
    by_event = {event["id"]: f"{one['service']}: {one['what']}" for one in steps for event in one["events"]}
    told = [{**one, "caused_by": by_event.get(one["cause"])} for one in steps]
    return sorted(told, key=lambda one: (str(one["at"]), SERVICES.index(one["service"]), one["sequence"]))


def _records(reader: views.Views, key: str) -> list[views.Document]:
    return [{"service": one, **step} for one in SERVICES for step in reader.many(one, "audit/records", complaint_id=key)]


def _against(reader: views.Views, file: Path, services: Sequence[str]) -> list[views.Document]:
    """A changed export is an answer too, and a bad one."""
    try:
        with Export.to_read(file) as book:
            broken = list(missing_from(reader, (one for one in book.heads() if one["service"] in services)))
            output.say(f"{file}: {book.lines:,} lines; the last one is {book.last}")
            return broken
    except BadExportError as error:
        return [
            {"service": "export", "aggregate": file.name, "id": f"line {error.line}", "at_sequence": error.line, "reason": "export-changed"}
        ]
    except OSError as error:
        raise BadInputError(f"{file} cannot be read: {error.strerror}") from None


def _result(walk: Walk, broken: list[views.Document]) -> views.Document:
    return {"ok": not broken, "chains": walk.chains, "records": walk.records, "broken": broken}


def _tell(found: views.Document, *, as_json: bool) -> None:
    if as_json:
        output.print_json(found)
    else:
        verdict = "nothing was changed behind its back" if found["ok"] else f"{len(found['broken'])} BROKEN"
        output.say(f"{found['chains']:,} chains, {found['records']:,} records: {verdict}")
        if "last" in found:
            output.say(f"{found['added']:,} heads added; the last line is {found['last']}")
        if found["broken"]:
            output.console().print(output.table("broken", found["broken"], BROKEN))
    raise typer.Exit(0 if found["ok"] else BAD_ANSWER)


def _services(only: str | None) -> tuple[str, ...]:
    if only is not None and only not in SERVICES:
        raise BadInputError(f"no service is called {only!r}; there is {', '.join(SERVICES)}")
    return (only,) if only else SERVICES


def _since(given: str | None) -> datetime | None:
    return house_time.moment(given, asyncio.run(house_time.now(place.settings()))) if given is not None else None
