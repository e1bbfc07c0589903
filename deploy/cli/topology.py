"""topology: what the broker and the database must hold before any service starts."""

from typing import Annotated

import typer

from deploy import topology
from deploy.cli import output, place
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.house import listed_adapters
from deploy.items import Difference
from shared.access import broker_url, broker_url_of_adapter
from shared.settings import WALLETS

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


@app.command(epilog="Example: redress topology address webchat > webchat.url")
def address(
    who: Annotated[str, typer.Argument(metavar="ADAPTER|wallet", help="A listed adapter, or the wallet's own systems.")],
) -> None:
    """The broker's address with that user's name and password, to hand to its owner: a secret, so mind where it goes."""
    settings = place.settings()
    adapters = [one.name for one in listed_adapters(settings.adapters_file)]
    if who not in (*adapters, WALLETS):
        raise BadInputError(f"{who!r} is nobody who may log in from outside: {', '.join((*adapters, WALLETS))}")
    print(broker_url(settings, WALLETS) if who == WALLETS else broker_url_of_adapter(settings, who))


def _print(differences: list[Difference], title: str, *, as_json: bool) -> None:
    rows = [{"kind": one.kind, "name": one.name, "how": one.how, "wanted": one.wanted, "found": one.found} for one in differences]
    if as_json:
        output.print_lines(rows)
    elif rows:
        output.console().print(output.table(title, rows, ("how", "kind", "name")))
    else:
        print(f"{title}: nothing")
