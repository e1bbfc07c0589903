"""What the demonstration shows: how the messages ended, what became of each complaint, and who was told of a missed deadline."""

import re
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.cli import output
from deploy.cli.demo_play import Played
from deploy.cli.views import Document, Views
from shared.contracts.vocabulary import ClockKind, NoticeKind, Status

AT_ONCE = 8
WEB_FONT = re.compile(r"\s*@font-face\s*\{[^}]*\}")
MOST = "10000"
CLOCKS = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)
"""Which of its clocks a complaint's line tells of."""
ARRIVED = "delivered"
ESCALATION = "escalation"
COLUMNS = (
    "number", "channel", "language", "category", "team", "priority", "first_response_due", "resolution_due", "receipt_delivered_to",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One complaint, as all five services see it."""

    complaint: Document
    routing: Document | None
    life: Document
    clocks: list[Document]
    notices: list[Document]

    @property
    def number(self) -> str:
        return str(self.complaint["number"])

    @property
    def complaint_id(self) -> str:
        return str(self.complaint["complaint_id"])

    @property
    def team(self) -> str:
        """As casework knows it: nobody works on a complaint before."""
        return str(self.life.get("team") or "")

    @property
    def complete(self) -> bool:
        ticking = all(self.due(kind) for kind in CLOCKS)
        return bool(self.routing and self.team) and ticking and any(one["state"] == ARRIVED for one in self.notices)

    @property
    def is_receipted(self) -> bool:
        return any(one["kind"] == NoticeKind.RECEIPT and one["state"] == ARRIVED for one in self.notices)

    @property
    def resolution_due(self) -> datetime | None:
        due = self.due(ClockKind.RESOLUTION)
        return datetime.fromisoformat(due) if due else None

    def due(self, kind: ClockKind) -> str | None:
        return next((str(one["due_at"]) for one in self.clocks if one["kind"] == kind), None)

    @property
    def told(self) -> str | None:
        """Where the first notice went; a public post is answered with an invitation, which is no receipt."""
        first = next((one for one in self.notices if one["kind"] == NoticeKind.RECEIPT), None)
        return f"{first['to']} ({first['state']})" if first else None


@dataclass(frozen=True)
class Missed:
    line: Line
    routing: Document
    clocks: list[Document]
    notices: list[Document]

    @property
    def escalated(self) -> bool:
        return any(one["about"].startswith(ESCALATION) and one["state"] == ARRIVED for one in self.notices)


def lines(views: Views, played: Played) -> list[Line]:
    complaints = {one["complaint_id"]: one for one in views.many("intake", "complaints", limit=MOST)}
    ours = [complaints[end["complaint_id"]] for end in played.ends.values() if end["result"] == "registered"]
    standing = lives(views)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda one: _line(views, one, standing.get(one["complaint_id"], {})), ours))


def lives(views: Views) -> dict[str, Document]:
    """Complaint id → where it stands."""
    return {one["complaint_id"]: one for one in views.many("casework", "worklist", limit=MOST)}


def missed(views: Views, line: Line) -> Missed:
    about = {"complaint_id": line.complaint_id}
    return Missed(
        line,
        views.one("routing", "assignment", **about) or {},
        views.many("sla_watchdog", "clocks", **about),
        views.many("notification", "team-notices", **about),
    )


def summary(played: Played) -> str:
    ends = Counter(str(end["result"]).replace("_", " ") for end in played.ends.values())
    told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    return f"{len(played.ends)} messages from {len(played.adapters)} adapters on {len(played.channels)} channels: {told}"


def complaints(found: list[Line]) -> Table:
    return output.table("complaints (times in UTC)", [_row(one) for one in found], COLUMNS)


def worked_on(found: Iterable[Document]) -> Table:
    """What is more than taken and answered, or less."""
    rows = [one for one in found if one["status"] != Status.IN_PROGRESS]
    table = output.table("what became of them", rows, ("number", "category", "team", "assignee", "status"))
    table.caption = Text("agents took and answered all others but one", style="dim")
    return table


def who_was_told(found: Missed) -> Table:
    late = [one for one in found.clocks if one["kind"] == ClockKind.FIRST_RESPONSE]
    due = output.cell(late[0]["due_at"]) if late else "?"
    was, now = (found.line.routing or {}).get("team"), found.routing.get("team")
    title = (
        f"{found.line.number}: first response due {due} was missed; it went from {was} to {now}, priority {found.routing.get('priority')}"
    )
    told = sorted(found.notices, key=lambda one: str(one["at"]))
    table = output.table(title, told, ("about", "team", "to", "state"))
    table.caption = Text("who was told", style="dim")
    return table


def save_picture(paper: Console, file: Path) -> None:
    """Without the web font that rich asks a foreign server for."""
    picture = paper.export_svg(title="redress demo")
    file.write_text(WEB_FONT.sub("", picture), encoding="utf-8")


def _line(views: Views, complaint: Document, life: Document) -> Line:
    about = {"complaint_id": complaint["complaint_id"]}
    return Line(
        complaint,
        views.one("routing", "assignment", **about),
        life,
        views.many("sla_watchdog", "clocks", **about),
        views.many("notification", "notices", **about),
    )


def _row(line: Line) -> dict[str, Any]:
    decided = {name: (line.routing or {}).get(name) for name in ("team", "priority")}
    due = {f"{kind}_due": line.due(kind) for kind in CLOCKS}
    return {**line.complaint, **decided, **due, "receipt_delivered_to": line.told}
