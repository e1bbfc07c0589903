"""incident: complaints that may have one cause. People confirm it, and all concerned are told once, or dismiss it."""

import asyncio
import time
from typing import Annotated, Any
from uuid import uuid4

import typer
from pydantic import ValidationError

from deploy.cli import agent, house_time, output, place, views, wire
from deploy.cli.command_ids import identified
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.cli.refusals import REFUSALS
from services.casework.learning.incidents import IncidentState
from shared.contracts import ConfirmIncident, DismissIncident, IncidentCommand

app = typer.Typer(help="Complaints that may have one cause: look at them, confirm, dismiss.", no_args_is_help=True)
POLL_EVERY_S = 0.05
EXAMPLE = "inc-3f9a01c2b7de"
MOST = 10_000
COLUMNS = ("incident_id", "state", "likeness", "shown", "category", "since", "complaints", "told", "decided_by")
CONCERNED = ("number", "status", "category", "team", "assignee", "received_at")
NEWEST = 50

Which = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its id, as `redress incident list` shows it.")]
Wait = Annotated[float, typer.Option(min=0, metavar="SECONDS", help="For casework's answer; 0: not at all.")]
Again = Annotated[bool, typer.Option("--again", help="Ask once more what was asked before. Otherwise a repeat is dropped.")]


@app.command("list", epilog="Example: redress incident list --state proposed")
def list_(
    *,
    state: Annotated[IncidentState | None, typer.Option(help="Only incidents in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST)] = 50,
    as_json: output.Json = False,
) -> None:
    """What two complaints or more share, newest first; one is proposed where so many share it as policy says."""
    found = views.here().many("casework", "incidents", limit=str(limit), **({"state": state} if state else {}))
    if as_json:
        output.print_lines(found)
    else:
        output.console().print(output.table("incidents", found, COLUMNS))


@app.command(epilog=f"Example: redress incident show {EXAMPLE}")
def show(
    which: Which,
    *,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="So many of its complaints, the newest.")] = NEWEST,
    as_json: output.Json = False,
) -> None:
    """One incident, and the complaints that it concerns."""
    found = incident_of(views.here(), which, limit)
    if as_json:
        output.print_json(found)
        return
    output.console().print(output.table(which, [found], COLUMNS))
    for name in ("text", "why"):
        if found[name]:
            print(f"{name}: {found[name]}")
    output.console().print(output.table("concerned", found["concerned"], CONCERNED))


@app.command(epilog=f'Example: redress incident confirm {EXAMPLE} --text "The bank paid late; all of it arrives today." --by supervisor-1')
def confirm(  # noqa: PLR0913 - options of a command
    which: Which,
    *,
    text: Annotated[str, typer.Option(metavar="WORDS", help="What every customer concerned is told, in private.")],
    by: agent.By = None,
    again: Again = False,
    wait: Wait = 10.0,
    as_json: output.Json = False,
) -> None:
    """These complaints have one cause: all concerned get one notice, and so does whoever complains of it later."""
    _ask("confirm", _command(ConfirmIncident, incident_id=which, by=agent.named(by), text=text), wait, as_json=as_json, again=again)


@app.command(epilog=f'Example: redress incident dismiss {EXAMPLE} --reason "five different banks" --by supervisor-1')
def dismiss(  # noqa: PLR0913 - options of a command
    which: Which,
    *,
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Kept with the incident, for whoever asks later.")],
    by: agent.By = None,
    again: Again = False,
    wait: Wait = 10.0,
    as_json: output.Json = False,
) -> None:
    """These complaints have nothing to do with each other: nobody is told."""
    _ask("dismiss", _command(DismissIncident, incident_id=which, by=agent.named(by), reason=reason), wait, as_json=as_json, again=again)


def incident_of(reader: views.Views, which: str, limit: int) -> views.Document:
    found = reader.one("casework", "incident", incident_id=which, limit=str(limit))
    if found is None:
        raise BadInputError(f"no incident {which!r}: `redress incident list` shows them.")
    return found


def _command(contract: type[IncidentCommand], **fields: Any) -> IncidentCommand:  # noqa: ANN401 - pydantic checks them
    try:
        return contract.model_validate(fields)
    except ValidationError as error:
        wrong = [": ".join((*map(str, one["loc"][:1]), one["msg"])) for one in error.errors(include_input=False, include_url=False)]
        raise BadInputError("; ".join(wrong)) from None


def _ask(name: str, command: IncidentCommand, wait_s: float, *, as_json: bool, again: bool) -> None:
    settings, reader = place.settings(), views.here()
    incident_of(reader, command.incident_id, 1)

    def answer_to(command_id: str) -> views.Document | None:
        return reader.one("casework", "answer", incident_id=command.incident_id, command_id=command_id)

    command_id, answer = (str(uuid4()), None) if again else identified(command, 0, answer_to)
    if answer is None:
        at = asyncio.run(house_time.now(settings))
        asyncio.run(wire.say(settings, command, at, command_id))
        deadline = time.monotonic() + wait_s
        while (answer := answer_to(command_id)) is None and time.monotonic() < deadline:
            time.sleep(POLL_EVERY_S)
    _tell(name, command, answer, incident_of(reader, command.incident_id, 1), as_json=as_json)
    raise typer.Exit(BAD_ANSWER if (answer is None and wait_s) or (answer or {}).get("refused") else 0)


def _tell(name: str, command: IncidentCommand, answer: views.Document | None, found: views.Document, *, as_json: bool) -> None:
    slug = (answer or {}).get("refused")
    if as_json:
        stands = {one: found[one] for one in ("state", "complaints", "told")}
        done = {"incident_id": command.incident_id, "command": name, "done": (answer or {}).get("done"), "refused": slug}
        output.print_json({**done, "why": REFUSALS.get(slug) if slug else None, **stands})
        return
    stands_now = f"{found['state']}, {found['complaints']} complaints, {found['told']} told"
    match answer:
        case None:
            print(f"{command.incident_id}: {name} published; {stands_now}")
        case _ if slug:
            print(f"{command.incident_id}: {name} refused, {slug}: {REFUSALS.get(slug, 'see docs/operations.md')} ({stands_now})")
        case _:
            print(f"{command.incident_id}: {name} done; {stands_now}")
