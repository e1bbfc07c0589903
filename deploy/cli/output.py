"""How commands speak: JSON lines for programs, rich tables for people. Messages go to standard error, results to standard output."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic_core import to_json
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Column, Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="For programs: JSON in UTF-8, lists one object a line, no colours.")]
Row = Mapping[str, Any]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Signs that terminals act on, and those that turn the direction of writing."""
WIDTH_WITHOUT_TERMINAL = 180
WIDEST = 10_000
NOTHING = "–"
NEVER_CUT = ("number", "dead_id", "name")
LONGEST_WORD = 24
"""Only columns with longer cells are folded."""


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


class _Fitting(Table):
    """A table; where words would have to be broken to fit it into the width, each row as a line of its own."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.__rich_measure__(console, options.update_width(WIDEST)).minimum <= options.max_width:
            yield from super().__rich_console__(console, options)
            return
        yield Text.assemble((str(self.title), "italic"))
        yield self._row_by_row()
        if self.caption:
            yield Text.assemble((str(self.caption), "dim"))

    def _row_by_row(self) -> Table:
        lines = Table.grid(Column(style="bold"), Column(), padding=(0, 2, 0, 0))
        headers = [str(column.header) for column in self.columns]
        for first, *others in zip(*(column.cells for column in self.columns), strict=True):
            said = [f"{header} {value}" for header, value in zip(headers[1:], others, strict=True) if str(value) != NOTHING]
            named = str(first) if any(map(str.isalpha, str(first))) else f"{headers[0]} {first}"
            lines.add_row(Text(named), Text(", ".join(said)))
        return lines


def table(title: str, rows: Iterable[Row], columns: Sequence[str]) -> Table:
    shown = _Fitting(title=Text(title), title_justify="left", header_style="bold", expand=False)
    cells = [[cell(row.get(column)) for column in columns] for row in rows]
    for number, column in enumerate(columns):
        is_short = max((len(row[number]) for row in cells), default=0) <= LONGEST_WORD
        shown.add_column(column.replace("_", " "), overflow="fold", no_wrap=is_short or column in NEVER_CUT)
    for row in cells:
        shown.add_row(*map(Text, row))  # a string would be read as markup
    return shown


def cell(value: object) -> str:
    """Times in UTC to the minute, lists with commas, nothing as a dash."""
    match value:
        case None | "" | [] | ():
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case str() if TIME.fullmatch(value):
            return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M}"
        case list() | tuple():
            return ", ".join(cell(one) for one in value)
        case _:
            return str(value)
