"""show, list: what all services together know of complaints."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from deploy.cli import output, views
from deploy.cli.errors import BadInputError
from shared.contracts.vocabulary import ClockKind, Status

app = typer.Typer()
AT_ONCE = 8
MOST = 10_000
WIDER = 4
"""How many times more complaints the next look takes in, where the last one did not fill the list."""

REACHED_BY = {ClockKind.FIRST_RESPONSE: Status.IN_PROGRESS, ClockKind.RESOLUTION: Status.RESOLVED}
COLUMNS = ("number", "status", "category", "priority", "team", "channel", "registered_at", "next_due_at")


@app.command(epilog="Example: redress show RD-7K3MQ-2XV9H-5")
def show(
    which: Annotated[
        str, typer.Argument(metavar="NUMBER|SOURCE_ID", help="The complaint's number, or the id its source gave the message.")
    ],
    *,
    as_json: output.Json = False,
) -> None:
    """The complaint as intake normalised it, its routing, its clocks, its notices, and what happened when."""
    found = everything_on(views.here(), which)
    if as_json:
        output.print_json(found)
    else:
        output.console().print(_page(found))


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


def complaint_of(reader: views.Views, which: str) -> views.Document:
    """By number as somebody typed it, or by the source's own id."""
    by = "number" if which.strip().upper().startswith("RD") else "source_id"
    found = reader.one("intake", "complaint", **{by: which})
    if found is None:
        raise BadInputError(f"no complaint has the {by.replace('_', ' ')} {which!r}")
    return found


def everything_on(reader: views.Views, which: str) -> views.Document:
    complaint = complaint_of(reader, which)
    key = complaint["complaint_id"]
    routing = reader.one("routing", "assignment", complaint_id=key)
    clocks = reader.many("sla_watchdog", "clocks", complaint_id=key)
    notices = reader.many("notification", "notices", complaint_id=key)
    heard = complaint.pop("timeline", [])
    return {
        "complaint": {**complaint, **_decided(complaint, routing, clocks)},
        "routing": routing,
        "clocks": clocks,
        "notices": notices,
        "timeline": _timeline(heard, routing or {}, clocks, notices + _team_notices(reader, key)),
    }


def listed(reader: views.Views, status: Status | None, team: str | None, limit: int) -> list[views.Document]:
    """What becomes of a complaint is known to three services; what they say is put together for each."""
    due = {one["complaint_id"]: one["next_due_at"] for one in reader.many("sla_watchdog", "due", limit=str(MOST))}
    rows: list[views.Document] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for page in _pages(reader, team, limit):
            found = pool.map(lambda one: _complaint(reader, one), page) if team else iter(page)
            known = [one for one in found if one and _may_be(one, status)]
            rows += [one for one in pool.map(lambda one: _row(reader, one, due), known) if status in (None, one["status"])]
            if len(rows) >= limit:
                break
    return rows[:limit]


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


def _may_be(complaint: views.Document, status: Status | None) -> bool:
    """What intake calls registered may have gone on since; any other word of intake's stands. It spares asking the others."""
    return status is None or complaint["status"] in (Status.REGISTERED, status)


def _row(reader: views.Views, complaint: views.Document, due: dict[str, str]) -> views.Document:
    key = complaint["complaint_id"]
    routing = reader.one("routing", "assignment", complaint_id=key)
    clocks = reader.many("sla_watchdog", "clocks", complaint_id=key)
    merged = {**complaint, **_decided(complaint, routing, clocks), "next_due_at": due.get(key)}
    return {name: merged.get(name) for name in COLUMNS}


def _decided(complaint: views.Document, routing: views.Document | None, clocks: list[views.Document]) -> views.Document:
    """What intake does not hear: routing's decision, and what agents said, which the watchdog's clocks know."""
    met = {one["kind"] for one in clocks if one["met_at"]}
    reached = [*([Status.ROUTED] if routing else []), *(status for kind, status in REACHED_BY.items() if kind in met)]
    status = reached[-1] if reached and complaint["status"] == Status.REGISTERED else complaint["status"]
    return {"status": status, "priority": (routing or {}).get("priority"), "team": (routing or {}).get("team")}


def _team_notices(reader: views.Views, key: str) -> list[views.Document]:
    return [{**one, "kind": f"notice to team {one['team']}"} for one in reader.many("notification", "team-notices", complaint_id=key)]


def _timeline(
    heard: list[views.Document], routing: views.Document, clocks: list[views.Document], notices: list[views.Document]
) -> list[views.Document]:
    moves = [
        _step(one["at"], "routing", f"to {one['team']}, {one['priority']}", ", ".join(one["why"])) for one in routing.get("history", ())
    ]
    ticks = [_step(one["at"], "sla_watchdog", one["what"], one["cause"]) for clock in clocks for one in clock["history"]]
    told = [_step(one["at"], "notification", f"{one['kind']} {one['state']}", one["to"]) for one in notices]
    steps = [*(_step(one["at"], one["who"], one["what"], one["cause"]) for one in heard), *moves, *ticks, *told]
    once = {(one["at"], one["who"], one["what"]): one for one in steps}
    return sorted(once.values(), key=lambda one: str(one["at"]))


def _step(at: str, who: str, what: str, cause: str) -> views.Document:
    return {"at": at, "who": who, "what": what, "cause": cause}


def _page(found: views.Document) -> Group:
    complaint, routing = found["complaint"], found["routing"] or {}
    lines = [
        f"{complaint['category']} ({complaint['confidence']:.2f}), {complaint['language']}, via {complaint['adapter']}",
        f"status {complaint['status']}, priority {output.cell(complaint['priority'])}, team {output.cell(routing.get('team'))}",
        f"why: {output.cell(complaint['why'])}; routing: {output.cell(routing.get('why'))}",
        f"missing: {output.cell(complaint['missing'])}",
        "",
        *([complaint["subject"]] if complaint["subject"] else []),
        complaint["text"],
    ]
    return Group(
        Panel(Text("\n".join(lines)), title=complaint["number"], title_align="left"),
        output.table("facts", complaint["facts"], ("kind", "value", "unit", "part", "how", "confidence")),
        output.table("clocks", found["clocks"], ("kind", "state", "started_at", "due_at", "policy")),
        output.table("notices", found["notices"], ("kind", "channel", "to", "state", "at")),
        output.table("timeline", found["timeline"], ("at", "who", "what", "cause")),
    )
