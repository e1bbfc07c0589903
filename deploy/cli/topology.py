"""topology: what the broker and the database must hold before any service starts."""

import typer

from deploy import topology
from deploy.cli import output, place
from deploy.cli.errors import BAD_ANSWER
from deploy.items import Difference

app = typer.Typer(help="Exchanges, queues, bindings, policies, adapters' users, indexes: apply, diff.", no_args_is_help=True)


@app.command(epilog="Example: redress topology apply")
def apply(*, as_json: output.Json = False) -> None:
    """Declare what is missing and set right what differs. As often as you like."""
    changed = topology.apply(place.settings())
    _print(changed, "what was changed", as_json=as_json)


@app.command(epilog="Example: redress topology diff")
def diff(*, as_json: output.Json = False) -> None:
    """Say what is missing, extra or different. Exit status 1 where anything is."""
    differences = topology.diff(place.settings())
    _print(differences, "what differs", as_json=as_json)
    raise typer.Exit(BAD_ANSWER if differences else 0)


def _print(differences: list[Difference], title: str, *, as_json: bool) -> None:
    rows = [{"kind": one.kind, "name": one.name, "how": one.how, "wanted": one.wanted, "found": one.found} for one in differences]
    if as_json:
        output.print_lines(rows)
    elif rows:
        output.console().print(output.table(title, rows, ("how", "kind", "name")))
    else:
        print(f"{title}: nothing")
