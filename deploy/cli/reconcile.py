"""reconcile: what one service told and its neighbour never heard is published again."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated

import typer

from deploy.cli import agent, house_time, output, place, views, wire
from deploy.cli.books import Account, Books
from deploy.cli.depths import depths
from deploy.cli.errors import BAD_ANSWER
from deploy.edges import edges_of
from shared.bundle import AT_MOST as IN_ONE_MESSAGE
from shared.contracts import Lost, PublishAgain
from shared.settings import HouseSettings

app = typer.Typer()
COLUMNS = ("from", "to", "event", "told", "heard", "missing", "republished", "left", "untold")
POLL_EVERY_S = 0.5
PAGE_WITHIN_S = 60.0
AT_ONCE = 500
RETRY = "redress.retry."


@app.command(epilog="Example: redress reconcile --wait 30")
def reconcile(  # noqa: PLR0913 - options of a command
    *,
    older_than: Annotated[str, typer.Option(metavar="SPAN", help="Only what was told so long ago: 5m, 1h, 0s.")] = "5m",
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="Until everything is heard, at most so long.")] = 30,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and publish nothing.")] = False,
    outbound: Annotated[
        list[str] | None,
        typer.Option(metavar="ADAPTER", help="Publish again what this adapter has not reported on; it drops what it delivered."),
    ] = None,
    by: agent.By = None,
    as_json: output.Json = False,
) -> None:
    """Compare what neighbouring services know, by id, and publish again what one of them never heard. Exit status 1 where some is left."""
    settings, who = place.settings(), agent.named(by)
    now = asyncio.run(house_time.now(settings))
    accounts = [Account(edge) for edge in edges_of(settings, outbound or ())]
    books = Books(views.here(PAGE_WITHIN_S), accounts, now, now - house_time.span("0s" if older_than == "0" else older_than))
    books.look()
    if not dry_run:
        _heal(books, settings, who, wait)
    _print(books.accounts, as_json=as_json)
    raise typer.Exit(BAD_ANSWER if any(one.lost for one in books.accounts) else 0)


def _waiting(settings: HouseSettings) -> Mapping[str, int]:
    """How many messages lie in each queue; what climbs the retry ladder may go back into any."""
    lying = {str(one["name"]): int(one["messages"]) for one in depths(settings)}
    climbing = sum(count for name, count in lying.items() if name.startswith(RETRY))
    return {name: count + climbing for name, count in lying.items()}


def _heal(books: Books, settings: HouseSettings, who: str, wait: float) -> None:
    """What may still lie in a queue is given half of the time. Then it is published as well: a reader drops what it knows."""
    started, took = time.monotonic(), 0.0
    lying = _waiting(settings)
    _publish_again(settings, [one for one in books.accounts if len(one.lost) > IN_ONE_MESSAGE * lying.get(one.edge.queue, 0)], who)
    while (lost := [one for one in books.accounts if one.lost]) and (waited := time.monotonic() - started) < wait:
        if waited >= wait / 2:
            _publish_again(settings, lost, who)
        # Half of the time at most is spent looking: each look reads the index of every reader that misses something.
        time.sleep(max(POLL_EVERY_S, took))
        looked = time.monotonic()
        books.look_again(lost)
        took = time.monotonic() - looked


def _publish_again(settings: HouseSettings, accounts: Sequence[Account], who: str) -> None:
    """Each once, though several may miss it."""
    held = {
        (one.edge.told_by, *holder, message_id)
        for one in accounts
        for message_id, holder in one.lost.items()
        if message_id not in one.republished
    }
    if not held:
        return
    at = asyncio.run(house_time.now(settings))
    for (service, source), of_source in groupby(sorted(held), key=lambda one: one[:2]):
        them = [Lost(of=of, id=message_id) for _, _, of, message_id in of_source]
        for start in range(0, len(them), AT_ONCE):
            command = PublishAgain(service=service, source=source, lost=tuple(them[start : start + AT_ONCE]), by=who)
            asyncio.run(wire.say(settings, command, at))
    for account in accounts:
        account.republished |= account.lost.keys()


def _print(accounts: Sequence[Account], *, as_json: bool) -> None:
    rows = [one.row for one in accounts]
    left = sum(row["left"] for row in rows)
    found = sum(len(one.lost.keys() | one.republished) for one in accounts)
    if as_json:
        output.print_json({"ok": left == 0, "edges": rows, "found": found})
        return
    verdict = "nothing is missing" if left == 0 else f"{left} are still missing"
    output.console().print(output.table(f"reconcile: {found} found, {verdict}", rows, COLUMNS))
