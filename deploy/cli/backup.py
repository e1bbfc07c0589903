"""backup, restore: the services' databases at one moment, into a directory and back into empty databases."""

from pathlib import Path
from typing import Annotated

import typer

from deploy import backup as backups
from deploy.cli import output, place
from deploy.cli.errors import BadInputError
from deploy.house import SERVICES

app = typer.Typer()
Only = Annotated[list[str] | None, typer.Option("--service", help="Only this service's; may be given several times.")]


@app.command(epilog="Example: redress backup /backups/2026-11-22")
def backup(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Does not exist yet, or is empty.")],
    *,
    service: Only = None,
    as_json: output.Json = False,
) -> None:
    """Write all databases as they are at this moment. The services go on; the secret is not in it."""
    _print(backups.back_up(place.settings(), _chosen(service), directory), f"written to {directory}", as_json=as_json)


@app.command(epilog="Example: redress restore /backups/2026-11-22, with REDRESS_DATABASE_PREFIX=redress2 beside databases that exist")
def restore(
    directory: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="What `redress backup` wrote.")],
    *,
    service: Only = None,
    as_json: output.Json = False,
) -> None:
    """Bring a back-up into databases that hold nothing. Then: topology apply, start, reconcile, balance."""
    _print(backups.restore(place.settings(), _chosen(service), directory), f"restored from {directory}", as_json=as_json)


def _chosen(given: list[str] | None) -> tuple[str, ...]:
    if unknown := [one for one in given or () if one not in SERVICES]:
        raise BadInputError(f"no service is called {unknown[0]!r}; there is {', '.join(SERVICES)}")
    return tuple(given or SERVICES)


def _print(contents: backups.Contents, title: str, *, as_json: bool) -> None:
    rows = [
        {"service": service, "collection": name, "documents": about["documents"]}
        for service, collections in contents.items()
        for name, about in collections.items()
    ]
    if as_json:
        output.print_lines(rows)
    else:
        output.console().print(output.table(title, rows, ("service", "collection", "documents")))
