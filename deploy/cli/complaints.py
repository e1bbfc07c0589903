"""show: what all services together know of a complaint."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from deploy.cli import output, views
from deploy.cli.errors import BadInputError
from deploy.cli.sighted import Sighted
from services.casework.policies.organisation import Sight
from shared.contracts.vocabulary import Status

app = typer.Typer()
DECIDED = (Status.RESOLVED, Status.CLOSED)
"""A complaint that was taken up again has no decision until there is a new one; casework keeps the old ones."""
OF_ITS_LIFE = (
    "status", "priority", "team", "assignee", "materials", "lookups", "remedies", "linked", "duplicates", "merged_into", "root_cause",
    "agreed", "revision", "regime", "proposal", "appeals", "referrals", "surveys", "recused", "identity",
    "representatives", "account_actions",
)  # fmt: skip
SYSTEM = "system"
LEDGER = ("state", "transaction_id", "at", "amount", "currency", "transaction", "findings")
REMEDIES = ("number", "kind", "amount", "currency", "state", "proposed_by", "decided_by", "reference", "why_not")
APPEALS = ("number", "state", "opened_by", "opened_at", "reviewer", "ruling", "decision", "outcome", "decided_at")
REFERRALS = ("number", "way", "body", "reference", "answer_due_at", "answered_at")
ACCOUNT_ACTIONS = ("number", "action", "state", "by", "requested_at", "settled_at", "reference", "why_not")
ACTING = ("number", "name", "relation", "authority", "by", "until", "revoked_at")
SURVEYS = ("at", "by", "solved", "attitude")
MATERIALS = ("material", "state", "requested_at", "settled_at", "reason")
CLOCK = ("kind", "about", "state", "warnings", "started_at", "due_at", "paused_since", "paused", "policy")


@app.command(epilog="Example: redress show RD-7K3MQ-2XV9H-5")
def show(
    which: Annotated[
        str, typer.Argument(metavar="NUMBER|SOURCE_ID", help="The complaint's number, or the id its source gave the message.")
    ],
    *,
    seen_by: Annotated[
        str | None, typer.Option("--as", metavar="AGENT", help="As this agent sees it: with dots, until they unmask it.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """The complaint as intake normalised it, where it stands, its routing, its clocks, its notices, and what happened when."""
    found = everything_on(views.here(), which) if seen_by is None else seen(views.here(), which, seen_by)
    if as_json:
        output.print_json(found)
    elif "timeline" not in found:
        output.console().print(output.table("the complaint", [found["complaint"]], tuple(found["complaint"])))
    else:
        output.console().print(_page(found))


def complaint_of(reader: views.Views | Sighted, which: str) -> views.Document:
    """By number as somebody typed it, or by the source's own id."""
    by = "number" if which.strip().upper().startswith("RD") else "source_id"
    found = reader.one("intake", "complaint", **{by: which})
    if found is None:
        raise BadInputError(f"no complaint has the {by.replace('_', ' ')} {which!r}")
    return found


def seen(reader: views.Views, which: str, agent: str) -> views.Document:
    """What that agent may see of it; of one who sees states alone nothing more than these."""
    key = str(complaint_of(reader, which)["complaint_id"])
    eyes = Sighted.of(reader, key, agent)
    if eyes.sight is Sight.STATES:
        return {"complaint": eyes.one("casework", "life", complaint_id=key) or {}}
    return everything_on(eyes, which)


def everything_on(reader: views.Views | Sighted, which: str) -> views.Document:
    complaint = complaint_of(reader, which)
    key = complaint["complaint_id"]
    routing = reader.one("routing", "assignment", complaint_id=key)
    life = reader.one("casework", "life", complaint_id=key) or {}
    clocks = reader.many("sla_watchdog", "clocks", complaint_id=key)
    notices = reader.many("notification", "notices", complaint_id=key)
    heard = [*complaint.pop("timeline", []), *_done_by_people(life)]
    return {
        "complaint": {**complaint, **_stands(life, routing or {})},
        "routing": routing and {**routing, "assignee": life.get("assignee")},
        "clocks": clocks,
        "notices": notices,
        "timeline": _timeline(heard, routing or {}, clocks, notices + _team_notices(reader, key)),
    }


def _stands(life: views.Document, routing: views.Document) -> views.Document:
    """Casework's word, where it has heard of the complaint already."""
    resolved = holds_now(life) if life.get("resolutions") and life["status"] in DECIDED else {}
    own = {name: life.get(name) for name in OF_ITS_LIFE} if life else {name: routing.get(name) for name in ("priority", "team")}
    return {**own, "decision": resolved.get("decision"), "outcome": resolved.get("outcome"), "notes": len(life.get("notes", ()))}


def holds_now(life: views.Document) -> views.Document:
    """The last decision, or what a review put in its place."""
    reviewed = [one for one in life.get("appeals", ()) if one["of"] == len(life["resolutions"]) and one["decision"]]
    found: views.Document = (reviewed or life["resolutions"])[-1]
    return found


def _done_by_people(life: views.Document) -> Iterator[views.Document]:
    """What the system did, other services tell."""
    before = None
    for one in life.get("history", ()):
        moved = f": {one['status']}" if one["status"] != before else ""
        before = one["status"]
        if one["by"] != SYSTEM:
            yield _step(one["at"], one["by"], f"{one['what']}{moved}", one["reason"] or "")


def _team_notices(reader: views.Views | Sighted, key: str) -> list[views.Document]:
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
        _standing(complaint),
        f"priority {output.cell(complaint['priority'])}, team {output.cell(routing.get('team'))}",
        f"why: {output.cell(complaint['why'])}; routing: {output.cell(routing.get('why'))}",
        f"missing: {output.cell(complaint['missing'])}",
        "",
        *([complaint["subject"]] if complaint["subject"] else []),
        complaint["text"],
    ]
    return Group(
        Panel(Text("\n".join(lines)), title=complaint["number"], title_align="left"),
        output.table("facts", complaint["facts"], ("kind", "value", "unit", "part", "how", "confidence")),
        *([output.table("asked for", complaint["materials"], MATERIALS)] if complaint.get("materials") else []),
        *([output.table("the ledger", _of_the_ledger(complaint["lookups"]), LEDGER)] if complaint.get("lookups") else []),
        *([output.table("remedies", complaint["remedies"], REMEDIES)] if complaint.get("remedies") else []),
        *([output.table("the account", complaint["account_actions"], ACCOUNT_ACTIONS)] if complaint.get("account_actions") else []),
        *([output.table("acts for them", complaint["representatives"], ACTING)] if complaint.get("representatives") else []),
        *([output.table("appeals", complaint["appeals"], APPEALS)] if complaint.get("appeals") else []),
        *([output.table("referrals", complaint["referrals"], REFERRALS)] if complaint.get("referrals") else []),
        *([output.table("surveys", complaint["surveys"], SURVEYS)] if complaint.get("surveys") else []),
        output.table("clocks", map(_clock, found["clocks"]), CLOCK),
        output.table("notices", found["notices"], ("kind", "channel", "to", "state", "at")),
        output.table("timeline", found["timeline"], ("at", "who", "what", "cause")),
    )


def _of_the_ledger(lookups: list[views.Document]) -> Iterator[views.Document]:
    """A line for each transaction found; one for a question that found none."""
    for one in lookups:
        findings = ", ".join(f"{each['kind']} {'confirmed' if each['confirmed'] else 'contradicted'}" for each in one["findings"])
        for transaction in one["transactions"] or [{"state": None}]:
            yield {**transaction, "state": one["state"], "transaction": transaction["state"], "findings": findings}


def _clock(clock: views.Document) -> views.Document:
    """How long it stood still before; the deadline of one that stands still now moves on when it goes on."""
    stood = timedelta(seconds=round(clock["paused_s"]))
    warnings = f"{clock['warned']} of {len(clock['warns_at'])}"
    return {**clock, "about": clock["about"] or None, "warnings": warnings, "paused": str(stood) if stood else None}


def _standing(complaint: views.Document) -> str:
    known = ("assignee", "regime", "decision", "outcome", "root_cause", "merged_into", "linked", "duplicates", "revision")
    said = [f"{name.replace('_', ' ')} {output.cell(complaint[name])}" for name in known if complaint.get(name)]
    waits = ["a decision waits for a second person"] if complaint.get("proposal") else []
    proved = [f"identity {complaint['identity']['level']}"] if complaint.get("identity") else []
    away = [f"keeps away: {one['agent']}" for one in complaint.get("recused") or ()]
    return ", ".join([f"status {complaint['status']}", *waits, *proved, *away, *said, f"{complaint['notes']} notes"])
