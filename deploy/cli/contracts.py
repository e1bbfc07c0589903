"""contracts: the published form of every message."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import output
from deploy.cli.errors import BadInputError

app = typer.Typer(help="JSON Schemas and AsyncAPI 3 of every message.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keeps `export` a word of its own while it is the only one."""


@app.command(epilog="Example: redress contracts export schemas")
def export(directory: Annotated[Path, typer.Argument(metavar="DIR")], *, as_json: output.Json = False) -> None:
    """Write every contract into a directory, the same bytes each time."""
    from deploy import contracts  # noqa: PLC0415 - reads all services, which no other command needs

    try:
        written = contracts.export(directory)
    except OSError as error:
        raise BadInputError(f"{directory} cannot be written to: {error.strerror}") from None
    if as_json:
        output.print_lines({"file": str(one)} for one in written)
    else:
        print(f"{len(written)} files in {directory}")
