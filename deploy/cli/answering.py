"""answer, resolve: what an agent says, until there is a desk to say it at."""

import asyncio
import getpass
from typing import Annotated

import typer

from deploy.cli import complaints, house_time, output, place, views, wire
from shared.contracts import ComplaintResolved, CustomerAnswered, Message
from shared.contracts.vocabulary import ComplaintId, Outcome, Verdict

app = typer.Typer()
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The complaint's number, or its source id.")]
Words = Annotated[str | None, typer.Option("--text", help="What the customer is told.")]
By = Annotated[str | None, typer.Option("--by", help="The agent's id; otherwise the name you are logged in with.")]


@app.command(epilog='Example: redress answer RD-7K3MQ-2XV9H-5 --text "We found your transfer."')
def answer(which: Number, *, text: Words = None, by: By = None, as_json: output.Json = False) -> None:
    """Say that the customer was answered by a person. Meets the clock of the first response."""
    settings = place.settings()
    complaint = complaints.complaint_of(views.here(), which)
    at = asyncio.run(house_time.now(settings))
    said = CustomerAnswered(complaint_id=ComplaintId(complaint["complaint_id"]), by=agent(by), text=text, answered_at=at)
    asyncio.run(wire.say(settings, said, at))
    _told(complaint, said, as_json=as_json)


@app.command(epilog="Example: redress resolve RD-7K3MQ-2XV9H-5 --outcome closed_with_monetary_relief --decision upheld")
def resolve(  # noqa: PLR0913 - options of a command
    which: Number,
    *,
    outcome: Annotated[Outcome, typer.Option(help="How it was closed.")] = Outcome.EXPLANATION,
    decision: Annotated[Verdict | None, typer.Option(help="What was decided on the merits.")] = None,
    text: Words = None,
    by: By = None,
    as_json: output.Json = False,
) -> None:
    """Say that the complaint is resolved. Meets the clock of the resolution."""
    settings = place.settings()
    complaint = complaints.complaint_of(views.here(), which)
    at = asyncio.run(house_time.now(settings))
    said = ComplaintResolved(
        complaint_id=ComplaintId(complaint["complaint_id"]), by=agent(by), outcome=outcome, decision=decision, text=text, resolved_at=at
    )
    asyncio.run(wire.say(settings, said, at))
    _told(complaint, said, as_json=as_json)


def _told(complaint: views.Document, said: Message, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"number": complaint["number"], "complaint_id": complaint["complaint_id"], "published": said.key})
    else:
        print(f"{complaint['number']}: {said.key} published")


def agent(given: str | None) -> str:
    try:
        return given or getpass.getuser()
    except (OSError, KeyError):
        return "operator"
