"""How commands speak: JSON lines for programs, rich tables for people. Messages go to standard error, results to standard output."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic_core import to_json
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="For programs: JSON in UTF-8, lists one object a line, no colours.")]
Row = Mapping[str, Any]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Signs that terminals act on, and those that turn the direction of writing."""
WIDTH_WITHOUT_TERMINAL = 180
NEVER_CUT = ("number", "dead_id", "name")


def print_json(value: Any) -> None:  # noqa: ANN401 - anything JSON
    sys.stdout.buffer.write(to_json(value) + b"\n")
    sys.stdout.flush()


def print_lines(rows: Iterable[Row]) -> None:
    for row in rows:
        print_json(row)


class _Careful(Console):
    """What somebody wrote shall be read, not obeyed: nothing of it moves the cursor, clears the screen or turns the line around."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(OBEYED.sub("", segment.text), segment.style)


def console(*, record: bool = False) -> Console:
    """As wide as the terminal; where there is none, wide enough that nothing is cut."""
    wide = _Careful(record=record)
    return wide if wide.is_terminal else _Careful(record=record, width=WIDTH_WITHOUT_TERMINAL)


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def table(title: str, rows: Iterable[Row], columns: Sequence[str]) -> Table:
    shown = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        shown.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in NEVER_CUT)
    for row in rows:
        shown.add_row(*[cell(row.get(column)) for column in columns])
    return shown


def cell(value: object) -> str:
    """Times in UTC to the minute, lists with commas, nothing as a dash."""
    match value:
        case None | "" | [] | ():
            return "–"
        case bool():
            return "yes" if value else "no"
        case str() if TIME.fullmatch(value):
            return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M}"
        case list() | tuple():
            return ", ".join(cell(one) for one in value)
        case _:
            return str(value)
