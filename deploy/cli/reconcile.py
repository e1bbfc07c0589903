"""reconcile: what one service told and its neighbour never heard is published again."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Annotated

import typer

from deploy.cli import answering, house_time, output, place, views, wire
from deploy.cli.depths import depths
from deploy.cli.errors import BAD_ANSWER
from deploy.edges import Edge, edges_of
from shared.contracts import Lost, PublishAgain
from shared.settings import HouseSettings

app = typer.Typer()
COLUMNS = ("from", "to", "event", "told", "heard", "missing", "republished", "left", "untold")
POLL_EVERY_S = 0.5
AT_ONCE = 500
IN_ONE_MESSAGE = 64
"""Events of one batch may travel as one message, at most so many."""

RETRY = "redress.retry."
Holder = tuple[str, str]
"""Where the teller keeps a message: collection and id."""


@dataclass
class Account:
    """Both sides of one edge, by id of the message."""

    edge: Edge
    told: dict[str, Holder] = field(default_factory=dict)
    told_lately: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    heard_lately: set[str] = field(default_factory=set)
    missing: int = 0
    republished: set[str] = field(default_factory=set)

    @property
    def lost(self) -> list[str]:
        return [one for one in self.told if one not in self.heard and one not in self.heard_lately]

    @property
    def row(self) -> views.Document:
        left = len(self.lost)
        return {
            "from": self.edge.of,
            "to": self.edge.to,
            "event": self.edge.event,
            "told": len(self.told),
            "heard": len(self.told) - left,
            "missing": self.missing,
            "republished": len(self.republished),
            "left": left,
            "untold": 0 if self.edge.delivers else len(self.heard - self.told.keys() - self.told_lately),
        }


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
    by: answering.By = None,
    as_json: output.Json = False,
) -> None:
    """Compare what neighbouring services know, by id, and publish again what one of them never heard. Exit status 1 where some is left."""
    settings, who = place.settings(), answering.agent(by)
    before = asyncio.run(house_time.now(settings)) - house_time.span("0s" if older_than == "0" else older_than)
    books = Books(settings, views.here(), before, [Account(edge) for edge in edges_of(settings, outbound or ())])
    books.look()
    if not dry_run:
        _heal(books, who, wait)
    _print(books.accounts, as_json=as_json)
    raise typer.Exit(BAD_ANSWER if any(one.lost for one in books.accounts) else 0)


@dataclass
class Books:
    settings: HouseSettings
    reader: views.Views
    before: datetime
    accounts: Sequence[Account]

    def look(self) -> None:
        """What was told is read first: what is heard in between is then no surprise."""
        for service in {one.edge.told_by: None for one in self.accounts}:
            self._read_told(service)
        self.look_again({one.edge.heard_by for one in self.accounts})
        for account in self.accounts:
            account.missing = len(account.lost)

    def look_again(self, services: Iterable[str]) -> None:
        for service in sorted(services):
            accounts = [one for one in self.accounts if one.edge.heard_by == service]
            for _, (type_, message_id, at) in self._entries(service, "heard"):
                is_old = self._is_old(at)
                for account in accounts:
                    if (name := account.edge.heard_as(type_, message_id)) is not None:
                        (account.heard if is_old else account.heard_lately).add(name)

    def _read_told(self, service: str) -> None:
        accounts = [one for one in self.accounts if one.edge.told_by == service]
        for source, (type_, key, message_id, of, at) in self._entries(service, "told"):
            is_old = self._is_old(at)
            for account in accounts:
                if not account.edge.tells(type_, key):
                    continue
                if is_old:
                    account.told[message_id] = source, of
                else:
                    account.told_lately.add(message_id)

    def _entries(self, service: str, path: str) -> Iterator[tuple[str, list[str]]]:
        query: dict[str, str] = {}
        while True:
            page = self.reader.one(service, path, **query) or {"source": "", "entries": [], "next": None}
            yield from ((page["source"], entry) for entry in page["entries"])
            if page["next"] is None:
                return
            query = {"after": page["next"]}

    def _is_old(self, at: str) -> bool:
        return datetime.fromisoformat(at) < self.before

    def waiting(self) -> Mapping[str, int]:
        """How many messages lie in each queue; what climbs the retry ladder may go back into any."""
        lying = {str(one["name"]): int(one["messages"]) for one in depths(self.settings)}
        climbing = sum(count for name, count in lying.items() if name.startswith(RETRY))
        return {name: count + climbing for name, count in lying.items()}


def _heal(books: Books, who: str, wait: float) -> None:
    """What may still lie in a queue is given half of the time. Then it is published as well: a reader drops what it knows."""
    started = time.monotonic()
    lying = books.waiting()
    _publish_again(books, [one for one in books.accounts if len(one.lost) > IN_ONE_MESSAGE * lying.get(one.edge.queue, 0)], who)
    while (lost := [one for one in books.accounts if one.lost]) and (waited := time.monotonic() - started) < wait:
        if waited >= wait / 2:
            _publish_again(books, lost, who)
        time.sleep(POLL_EVERY_S)
        books.look_again({one.edge.heard_by for one in lost})


def _publish_again(books: Books, accounts: Sequence[Account], who: str) -> None:
    """Each once, though several may miss it."""
    held = {
        (one.edge.told_by, *one.told[message_id], message_id)
        for one in accounts
        for message_id in one.lost
        if message_id not in one.republished
    }
    at = asyncio.run(house_time.now(books.settings)) if held else books.before
    for (service, source), of_source in groupby(sorted(held), key=lambda one: one[:2]):
        them = [Lost(of=of, id=message_id) for _, _, of, message_id in of_source]
        for start in range(0, len(them), AT_ONCE):
            command = PublishAgain(service=service, source=source, lost=tuple(them[start : start + AT_ONCE]), by=who)
            asyncio.run(wire.say(books.settings, command, at))
    for account in accounts:
        account.republished |= set(account.lost)


def _print(accounts: Sequence[Account], *, as_json: bool) -> None:
    rows = [one.row for one in accounts]
    left = sum(row["left"] for row in rows)
    found = sum(len(set(one.lost) | one.republished) for one in accounts)
    if as_json:
        output.print_json({"ok": left == 0, "edges": rows, "found": found})
        return
    verdict = "nothing is missing" if left == 0 else f"{left} are still missing"
    output.console().print(output.table(f"reconcile: {found} found, {verdict}", rows, COLUMNS))
