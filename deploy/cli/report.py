"""report: what all complaints together say, as a table, JSON, CSV or a chart. Nobody is named in it."""

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import house_time, output, report_chart, views
from deploy.cli.errors import BadInputError
from services.casework.learning.reports import About, By

app = typer.Typer()
A_DAY = timedelta(days=1)
WITHIN_S = 600.0
"""The stages of a million complaints are counted in a minute or two."""
PAYEES = ("payee", "currency", "amount", "remedies", "complaints")

Since = Annotated[str | None, typer.Option("--from", metavar="DATE", help="A day in UTC, or a moment with its zone.")]
Until = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The same; a day is meant whole.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", dir_okay=False, help="Writes a table for spreadsheets there.")]
Svg = Annotated[Path | None, typer.Option("--svg", metavar="FILE", dir_okay=False, help="Draws a chart there.")]


@app.command(epilog="Example: redress report satisfaction --from 2026-11-01 --to 2026-11-30 --by team --svg satisfaction.svg")
def report(  # noqa: PLR0913 - options of a command
    about: Annotated[About, typer.Argument(help="What to report on.")],
    *,
    since: Since = None,
    until: Until = None,
    by: Annotated[By | None, typer.Option(help="A line for each of these; otherwise for all together.")] = None,
    above: Annotated[int | None, typer.Option(min=0, metavar="UNITS", help="With remedies: accounts that were given so much.")] = None,
    csv_file: Csv = None,
    svg_file: Svg = None,
    as_json: output.Json = False,
) -> None:
    """Of the complaints that were registered in a span of time, as they stand now; docs/reports.md explains every column."""
    if above is not None and about is not About.REMEDIES:
        raise BadInputError("--above belongs to remedies")
    span = {name: moment for name, moment in (("from", begin_of(since)), ("to", end_of(until))) if moment}
    reader = views.here(WITHIN_S)
    found = reader.one("casework", "report", about=about, **({"by": by} if by else {}), **span) or {}
    if above is not None:
        found["payees"] = reader.many("casework", "payees", above=str(above), **span)
    if csv_file:
        _write(csv_file, as_csv(found["columns"], found["rows"]))
    if svg_file:
        _write(svg_file, report_chart.drawn(found))
    if as_json:
        output.print_json(found)
    elif not (csv_file or svg_file):
        _show(found)


def as_csv(columns: Iterable[str], rows: Iterable[views.Document]) -> str:
    """RFC 4180, as a spreadsheet reads it; what is not known is an empty cell."""
    written = StringIO(newline="")
    lines = csv.DictWriter(written, list(columns), extrasaction="ignore")
    lines.writeheader()
    lines.writerows(rows)
    return written.getvalue()


def _show(found: views.Document) -> None:
    columns = [one for one in found["columns"] if one != "group" or found["by"]]
    rows = [{(found["by"] if name == "group" else name): value for name, value in one.items()} for one in found["rows"]]
    shown = [found["by"] if one == "group" else one for one in columns]
    output.console().print(output.table(f"{found['about']}, of {found['complaints']} complaints", rows, shown))
    if "payees" in found:
        output.console().print(output.table("accounts, under the names by which they are counted", found["payees"], PAYEES))


def _write(file: Path, text: str) -> None:
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        raise BadInputError(f"{file} cannot be written: {error.strerror}.") from None
    output.say(f"{file} written")


def begin_of(given: str | None) -> str | None:
    return _moment(given, timedelta(0)) if given else None


def end_of(given: str | None) -> str | None:
    return _moment(given, A_DAY) if given else None


def _moment(given: str, and_then: timedelta) -> str:
    """A day begins at midnight UTC, and ends `and_then` later."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return house_time.zoned(given, "2026-11-22 or ").isoformat()
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) + and_then).isoformat()
