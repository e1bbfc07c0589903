"""list: complaints, newest first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer

from deploy.cli import output, views
from shared.contracts.vocabulary import Status

app = typer.Typer()
AT_ONCE = 8
MOST = 10_000
WIDER = 4
"""How many times more complaints the next look takes in, where the last one did not fill the list."""
COLUMNS = ("number", "status", "category", "priority", "team", "channel", "registered_at", "next_due_at")


@app.command("list", epilog="Example: redress list --status routed --limit 20")
def list_(
    *,
    status: Annotated[Status | None, typer.Option(help="Only complaints of this status.")] = None,
    team: Annotated[str | None, typer.Option(help="Only complaints of this team.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST)] = 50,
    as_json: output.Json = False,
) -> None:
    """Complaints, newest first. The newest 10,000, of all or of the team, are looked at."""
    rows = listed(views.here(), status, team, limit)
    if as_json:
        output.print_lines(rows)
    else:
        output.console().print(output.table("complaints", rows, COLUMNS))


def listed(reader: views.Views, status: Status | None, team: str | None, limit: int) -> list[views.Document]:
    """What becomes of a complaint is known to three services; what they say is put together for each."""
    due = {one["complaint_id"]: one["next_due_at"] for one in reader.many("sla_watchdog", "due", limit=str(MOST))}
    lives = Lives(reader)
    rows: list[views.Document] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for page in _pages(reader, team, limit):
            found = pool.map(lambda one: _complaint(reader, one), page) if team else iter(page)
            known = list(pool.map(lambda one: {**one, **lives.of(one["complaint_id"])}, [one for one in found if one]))
            rows += [{**one, "next_due_at": due.get(one["complaint_id"])} for one in known if status in (None, one["status"])]
            if len(rows) >= limit:
                break
    return [{name: one.get(name) for name in COLUMNS} for one in rows[:limit]]


class Lives:
    """How complaints stand, in one read. Casework gives the oldest ones: where there are more, the others are asked for by id."""

    def __init__(self, reader: views.Views) -> None:
        self._reader = reader
        self._known = {one["complaint_id"]: one for one in reader.many("casework", "worklist", limit=str(MOST))}

    def of(self, complaint_id: str) -> views.Document:
        """Status, team and priority; nothing where casework has not heard of it yet."""
        life = self._known.get(complaint_id)
        if life is None and len(self._known) >= MOST:
            life = self._reader.one("casework", "life", complaint_id=complaint_id)
        return {name: life[name] for name in ("status", "team", "priority")} if life else {}


def _pages(reader: views.Views, team: str | None, limit: int) -> Iterator[list[views.Document]]:
    """The views give the newest N and no pages: each look takes in more, and hands on what was not seen before."""
    seen: set[str] = set()
    while True:
        asked = str(limit)
        found = reader.many("routing", "assignments", team=team, limit=asked) if team else reader.many("intake", "complaints", limit=asked)
        yield [one for one in found if one["complaint_id"] not in seen]
        if len(found) < limit:
            return
        if limit >= MOST:
            output.say(f"only the newest {MOST:,} complaints were looked at")
            return
        seen |= {one["complaint_id"] for one in found}
        limit = min(WIDER * limit, MOST)


def _complaint(reader: views.Views, assignment: views.Document) -> views.Document | None:
    return reader.one("intake", "complaint", complaint_id=assignment["complaint_id"])
