"""Which dead letters a command means: by reason, service, queue and time; found page by page, so that any number can be."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from deploy.cli import house_time, views
from deploy.cli.errors import BadInputError
from deploy.house import SERVICES
from shared.dead_views import page_after
from shared.settings import HouseSettings

PAGE = 200
Service = Annotated[str | None, typer.Option(help="Only of this service.")]
Reason = Annotated[str | None, typer.Option(help="Only with this reason.", metavar="SLUG")]
ParkedFor = Annotated[str | None, typer.Option(help="Only letters with this reason.", metavar="SLUG")]
Queue = Annotated[str | None, typer.Option(help="Only from this queue.")]
Since = Annotated[str | None, typer.Option(help="Only what failed last at or after: 2h, 3d, or 2026-11-22T10:00+08:00.", metavar="TIME")]
Until = Annotated[str | None, typer.Option(help="Only what failed last at or before.", metavar="TIME")]


@dataclass(frozen=True, slots=True)
class Search:
    """Times are fixed when the search begins: what dies again meanwhile is not found again."""

    services: Sequence[str]
    query: views.Document

    def count(self, reader: views.Views) -> int:
        return sum((reader.one(name, "dead", count="yes", **self.query) or {"count": 0})["count"] for name in self.services)

    def letters(self, reader: views.Views, limit: int | None = None) -> Iterator[views.Document]:
        """Of each service newest first, at most `limit` of each."""
        for name in self.services:
            yield from self._of(reader, name, limit)

    def _of(self, reader: views.Views, service: str, limit: int | None) -> Iterator[views.Document]:
        left = limit
        after: dict[str, str] = {}
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = reader.many(service, "dead", limit=str(size), **self.query, **after)
            yield from page
            if len(page) < size:
                return
            left, after = left and left - size, {"after": page_after(page[-1])}


def search(  # noqa: PLR0913 - options of a command
    settings: HouseSettings,
    service: str | None,
    *,
    reason: str | None = None,
    queue: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Search:
    now = asyncio.run(house_time.now(settings))
    named = {
        "reason": reason,
        "queue": queue,
        "since": house_time.moment(since, now).isoformat() if since else None,
        "until": (house_time.moment(until, now) if until else now).isoformat(),
    }
    return Search(_services(service), {name: value for name, value in named.items() if value})


def _services(only: str | None) -> Sequence[str]:
    if only is not None and only not in SERVICES:
        raise BadInputError(f"no service is called {only!r}; there is {', '.join(SERVICES)}")
    return (only,) if only else SERVICES
