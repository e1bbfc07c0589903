"""balance: what came in and how each ended, from independent records."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.table import Table

from deploy.cli import money, output, place, views
from deploy.cli.depths import depths
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.cli.sent import compare
from shared.settings import HouseSettings

app = typer.Typer()
INTAKE = "intake"
ENDS = ("registered", "linked", "set_aside", "refused", "parked")
COLUMNS = ("channel", "received", *ENDS, "duplicate", "unended", "unarrived")
POLL_EVERY_S = 0.1
COUNTED_WITHIN_S = 600.0
"""Every record is read: 200,000 messages took five to ten seconds."""


@app.command(epilog="Example: redress balance --wait 10 --sent confirmed.jsonl")
def balance(
    *,
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="Wait until nothing is under way, at most so long.")] = 0,
    sent: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="What the broker confirmed to adapters: is all of it known?"),
    ] = None,
    of_money: Annotated[bool, typer.Option("--money", help="What was paid to customers, instead of what came in.")] = False,
    statement: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="With --money: what the wallet says that it paid."),
    ] = None,
    as_json: output.Json = False,
) -> None:
    """What came in and how each message ended, for each channel. Exit status 1 where it does not add up."""
    if statement is not None and not of_money:
        raise BadInputError("--statement is compared with --money only: give both")
    reader = views.here(COUNTED_WITHIN_S)
    if of_money:
        _tell(money.money(reader, money.payments_in(statement) if statement else None), money.show, as_json=as_json)
    found = settled(reader, place.settings(), wait)
    if sent is not None:
        compared = compare(reader, sent)
        found = {**found, "ok": found["ok"] and not compared.missing, "sent": compared.sent, "missing": compared.missing}
    _tell(found, _show, as_json=as_json)


def _tell(found: views.Document, show: Callable[[views.Document], None], *, as_json: bool) -> NoReturn:
    if as_json:
        output.print_json(found)
    else:
        show(found)
    raise typer.Exit(0 if found["ok"] else BAD_ANSWER)


def _show(found: views.Document) -> None:
    output.console().print(shown(found))
    if "sent" in found:
        missing = found["missing"]
        title = f"sent: {found['sent']} confirmed to adapters, {len(missing)} of them unknown to intake"
        output.console().print(output.table(title, missing, ("adapter", "source_id", "confirmed_at")))


def settled(reader: views.Views, settings: HouseSettings, within_s: float) -> views.Document:
    deadline = time.monotonic() + within_s
    while not (found := _balance(reader, settings))["ok"] and time.monotonic() < deadline:
        time.sleep(POLL_EVERY_S)
    return found


def shown(found: views.Document) -> Table:
    rows = [{"channel": name, **counts} for name, counts in found["by_channel"].items()]
    total = {**found, "channel": "all"}
    verdict = "adds up" if found["ok"] else f"does NOT add up; {found['pending']} wait in queues"
    return output.table(f"balance: {verdict}", [*rows, total], COLUMNS)


def adds_up(found: views.Document) -> bool:
    """Missing on either side is told by id, for a lost row and a lost end would level the sums."""
    ended = sum(found[end] for end in ENDS)
    return bool(found["received"] == ended and not any(found[missing] for missing in ("unended", "unarrived", "pending")))


def _balance(reader: views.Views, settings: HouseSettings) -> views.Document:
    """The queues are counted first: a message on its way from a queue into the ledger is then seen twice, never not at all."""
    pending = sum(one["messages"] for one in depths(settings, [INTAKE]))
    told = reader.one(INTAKE, "balance") or {}
    found = {**told, "pending": pending}
    return {"ok": adds_up(found), **found}
