"""answer, resolve: what an agent says, until there is a desk to say it at."""

import asyncio
import getpass
import time
from typing import Annotated
from uuid import uuid4, uuid5

import typer

from deploy.cli import complaints, house_time, output, place, views, wire
from deploy.cli.errors import BAD_ANSWER, BadInputError
from shared.contracts import ComplaintResolved, CustomerAnswered
from shared.contracts.vocabulary import ClockKind, ComplaintId, Outcome, Verdict
from shared.ids import NAMESPACE

app = typer.Typer()
POLL_EVERY_S = 0.05
LONGEST_WORDS = 20_000
"""Characters. Our own events stay small enough to travel whole (ADR-0016)."""
NOT_TOLD = "clock met; the customer is told nothing (no --text)"
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The complaint's number, or its source id.")]
Words = Annotated[str | None, typer.Option("--text", help="What the customer is told.")]
By = Annotated[str | None, typer.Option("--by", help="The agent's id; otherwise the name you are logged in with.")]
Again = Annotated[
    bool, typer.Option("--again", help="Say it once more: to a resolved complaint, or in the same words. Otherwise a repeat is dropped.")
]
Wait = Annotated[
    float | None, typer.Option(min=0, metavar="SECONDS", help="Until the clock shows it. Exit status 1 where it does not by then.")
]


@app.command(epilog='Example: redress answer RD-7K3MQ-2XV9H-5 --text "We found your transfer."')
def answer(  # noqa: PLR0913 - options of a command
    which: Number, *, text: Words = None, by: By = None, again: Again = False, wait: Wait = None, as_json: output.Json = False
) -> None:
    """Say that the customer was answered by a person. Meets the clock of the first response."""
    settings, reader, words, who = place.settings(), views.here(), words_of(text), agent(by)
    complaint = _complaint(reader, which, again=again)
    at = asyncio.run(house_time.now(settings))
    said = CustomerAnswered(complaint_id=ComplaintId(complaint["complaint_id"]), by=who, text=words, answered_at=at)
    message_id = _message_id(said.key, complaint["number"], who, words or "", again=again)
    asyncio.run(wire.say(settings, said, at, message_id))
    told = f"answered {complaint['number']}"
    _tell(complaint, said.key, told if words else f"{told}; {NOT_TOLD}", as_json=as_json)
    _wait(reader, complaint, ClockKind.FIRST_RESPONSE, wait)


@app.command(epilog="Example: redress resolve RD-7K3MQ-2XV9H-5 --outcome closed_with_monetary_relief --decision upheld")
def resolve(  # noqa: PLR0913 - options of a command
    which: Number,
    *,
    outcome: Annotated[Outcome, typer.Option(help="How it was closed.")] = Outcome.EXPLANATION,
    decision: Annotated[Verdict | None, typer.Option(help="What was decided on the merits.")] = None,
    text: Words = None,
    by: By = None,
    again: Again = False,
    wait: Wait = None,
    as_json: output.Json = False,
) -> None:
    """Say that the complaint is resolved. Meets the clock of the resolution."""
    settings, reader, words, who = place.settings(), views.here(), words_of(text), agent(by)
    complaint = _complaint(reader, which, again=again)
    at = asyncio.run(house_time.now(settings))
    said = ComplaintResolved(
        complaint_id=ComplaintId(complaint["complaint_id"]), by=who, outcome=outcome, decision=decision, text=words, resolved_at=at
    )
    message_id = _message_id(said.key, complaint["number"], who, words or "", outcome, decision or "", again=again)
    asyncio.run(wire.say(settings, said, at, message_id))
    _tell(complaint, said.key, f"resolved {complaint['number']}: {outcome}", as_json=as_json)
    _wait(reader, complaint, ClockKind.RESOLUTION, wait)


def agent(given: str | None) -> str:
    try:
        return given or getpass.getuser()
    except (OSError, KeyError):
        return "operator"


def words_of(text: str | None) -> str | None:
    words = (text or "").strip()
    if len(words) > LONGEST_WORDS:
        raise BadInputError(f"--text has {len(words):,} characters; at most {LONGEST_WORDS:,} are told")
    return words or None


def _complaint(reader: views.Views, which: str, *, again: bool) -> views.Document:
    complaint = complaints.complaint_of(reader, which)
    if not again and _is_met(reader, complaint, ClockKind.RESOLUTION):
        raise BadInputError(f"{complaint['number']} is resolved already; --again says it all the same")
    return complaint


def _message_id(*what: str, again: bool) -> str:
    """The same words about the same complaint are the same message, whenever they are said: the services drop the repeat."""
    return str(uuid4() if again else uuid5(NAMESPACE, "\0".join(what)))


def _tell(complaint: views.Document, key: str, sentence: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"number": complaint["number"], "complaint_id": complaint["complaint_id"], "published": key})
    else:
        print(sentence, flush=True)


def _wait(reader: views.Views, complaint: views.Document, kind: ClockKind, within_s: float | None) -> None:
    if within_s is None:
        return
    deadline = time.monotonic() + within_s
    while not _is_met(reader, complaint, kind):
        if time.monotonic() >= deadline:
            output.say(f"the clock of the {kind.replace('_', ' ')} does not show it after {within_s:g} s")
            raise typer.Exit(BAD_ANSWER)
        time.sleep(POLL_EVERY_S)


def _is_met(reader: views.Views, complaint: views.Document, kind: ClockKind) -> bool:
    clocks = reader.many("sla_watchdog", "clocks", complaint_id=complaint["complaint_id"])
    return any(one["kind"] == kind and one["met_at"] for one in clocks)
