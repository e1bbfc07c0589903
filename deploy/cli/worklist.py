"""worklist: what is open, who waits longest first."""

from typing import Annotated

import typer

from deploy.cli import output, views
from services.casework.records.aftermath import AppealState
from services.casework.records.remedy import RemedyState
from shared.contracts.vocabulary import Status

app = typer.Typer()
MOST = 10_000
AT_AN_END = (Status.CLOSED, Status.WITHDRAWN, Status.DUPLICATE)
OPEN = tuple(one for one in Status if one not in AT_AN_END)
COLUMNS = ("number", "status", "category", "priority", "team", "assignee", "received_at", "revision")
OF_APPEALS = (*COLUMNS, "reviewer")
OF_REVIEWS = (*COLUMNS, "proposed_by", "decision")


@app.command(epilog="Example: redress worklist --team refunds --status routed")
def worklist(  # noqa: PLR0913 - options of a command
    *,
    team: Annotated[str | None, typer.Option(help="Only what this team has.")] = None,
    assignee: Annotated[str | None, typer.Option(metavar="AGENT", help="Only what this agent has.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only complaints of this status; otherwise all that are not at an end.")] = None,
    to_approve: Annotated[bool, typer.Option("--to-approve", help="Only where a remedy waits for somebody's approval.")] = False,
    appeals: Annotated[
        bool, typer.Option("--appeals", help="Only complaints with an open appeal, for reviewers; closed ones too.")
    ] = False,
    review: Annotated[bool, typer.Option("--review", help="Only where a decision waits for a second person.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST)] = 50,
    as_json: output.Json = False,
) -> None:
    """Complaints that wait for somebody, oldest first."""
    waits = {"remedy": RemedyState.PROPOSED if to_approve else None, "appeal": AppealState.OPEN if appeals else None}
    wanted = {"team": team, "assignee": assignee, **waits, "review": "yes" if review else None}
    asked = {name: value for name, value in wanted.items() if value}
    reader = views.here()
    found = [
        line
        for one in ([status] if status else Status if appeals else OPEN)
        for line in reader.many("casework", "worklist", status=one, limit=str(limit), **asked)
    ]
    columns = OF_APPEALS if appeals else OF_REVIEWS if review else COLUMNS
    rows = [{name: one.get(name) for name in columns} for one in sorted(found, key=lambda one: str(one["received_at"]))[:limit]]
    if as_json:
        output.print_lines(rows)
    else:
        output.console().print(output.table("worklist", rows, columns))
