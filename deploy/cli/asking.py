"""Asks casework for something in an agent's name, waits for its answer, and tells it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import typer
from pydantic import ValidationError

from deploy.cli import command_ids, complaints, house_time, output, place, views, wire
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.cli.refusals import REFUSALS
from shared.contracts import CaseworkCommand
from shared.settings import HouseSettings

POLL_EVERY_S = 0.05
HISTORY = ("revision", "at", "by", "what", "status", "reason")
STANDS = ("status", "assignee", "revision", "remedies")
FELL_SHORT = {"code-wrong": "that is not the code, and counts as a try"}
"""Carried out, and not what the agent hoped for."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a command is given, whatever it asks."""

    by: str
    expects: int | None
    again: bool
    wait_s: float
    as_json: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What casework did, None while it has not answered, and how the complaint stands then."""

    command_id: str
    answer: views.Document | None
    is_repeat: bool
    life: views.Document


def ask(name: str, contract: type[CaseworkCommand], which: str, fields: Mapping[str, Any], manner: Manner) -> None:
    """`fields` are the contract's own; complaints among them are named by number. Exit status 1 where it is refused or not answered."""
    settings, reader = place.settings(), views.here()
    complaint = complaints.complaint_of(reader, which)
    others = {field: complaints.complaint_of(reader, fields[field])["complaint_id"] for field in ("other", "into") if field in fields}
    command = command_of(contract, {**fields, **others, "complaint_id": complaint["complaint_id"]}, manner)
    answered = answer_of(settings, reader, command, manner)
    if manner.as_json:
        output.print_json(_document(name, complaint, answered, manner))
    else:
        _tell(f"{complaint['number']}: {name}", answered, manner)
    if answered.answer is None and manner.wait_s:
        see = "`redress show` tells whether it did" if manner.again else "ask again to see: it is done once"
        output.say(f"casework has not answered after {manner.wait_s:g} s; {see}")
        raise typer.Exit(BAD_ANSWER)
    raise typer.Exit(BAD_ANSWER if _refusal(answered) or _shortfall(answered) else 0)


def command_of(contract: type[CaseworkCommand], fields: Mapping[str, Any], manner: Manner) -> CaseworkCommand:
    try:
        return contract.model_validate({**fields, "by": manner.by, "expects": manner.expects})
    except ValidationError as error:
        wrong = [": ".join((*map(str, one["loc"][:1]), one["msg"])) for one in error.errors(include_input=False, include_url=False)]
        raise BadInputError("; ".join(wrong)) from None


def answer_of(settings: HouseSettings, reader: views.Views, command: CaseworkCommand, manner: Manner) -> Answered:
    key = command.complaint_id

    def answer_to(command_id: str) -> views.Document | None:
        return reader.one("casework", "answer", complaint_id=key, command_id=command_id)

    def life() -> views.Document:
        return reader.one("casework", "life", complaint_id=key) or {}

    command_id, before = (str(uuid4()), None) if manner.again else command_ids.identified(command, life().get("revision", 0), answer_to)
    if before is not None:
        return Answered(command_id, before, is_repeat=True, life=life())
    at = asyncio.run(house_time.now(settings))
    asyncio.run(wire.say(settings, command, at, command_id))
    deadline = time.monotonic() + manner.wait_s
    while (answer := answer_to(command_id)) is None and time.monotonic() < deadline:
        time.sleep(POLL_EVERY_S)
    return Answered(command_id, answer, is_repeat=False, life=life())


def _document(name: str, complaint: views.Document, answered: Answered, manner: Manner) -> views.Document:
    answer, slug = answered.answer or {}, _refusal(answered)
    return {
        "number": complaint["number"],
        "complaint_id": complaint["complaint_id"],
        "command": name,
        "command_id": answered.command_id,
        **{field: answer.get(field) for field in ("done", "refused", "needs", "at")},
        "why": REFUSALS.get(slug) if slug else None,
        "repeat": answered.is_repeat,
        **{field: answered.life.get(field) for field in STANDS},
        **({"since": _since(answered, manner)} if slug == "changed-meanwhile" else {}),
    }


def _tell(about: str, answered: Answered, manner: Manner) -> None:
    stands = f"{answered.life.get('status', 'unknown')}, with {answered.life.get('assignee') or 'nobody'}"
    if about.endswith("-remedy"):
        stands += "".join(f"; remedy {one['number']} is {one['state']}" for one in answered.life.get("remedies", ()))
    if answered.life.get("proposal"):
        stands += "; the decision waits for a second person"
    if about.endswith(("verify", "confirm-code")):
        stands += f"; identity is {answered.life.get('identity', {}).get('level', 'none')}"
    if about.endswith("account-action"):
        stands += "".join(f"; {one['action']} is {one['state']}" for one in answered.life.get("account_actions", ()))
    slug = _refusal(answered)
    match answered.answer:
        case None:
            print(f"{about} published; {stands}")
        case _ if slug:
            needs = f", needs {wanted}" if (wanted := answered.answer.get("needs")) else ""
            print(f"{about} refused, {slug}{needs}: {REFUSALS.get(slug, 'see docs/operations.md')} ({stands})")
        case answer if answered.is_repeat:
            print(f"{about} was done before, {output.cell(answer['at'])}; {stands} (--again does it once more)")
        case _:
            print(f"{about} {_shortfall(answered) or 'done'}; {stands}")
    if slug == "changed-meanwhile":
        output.console().print(output.table(f"since revision {manner.expects}", _since(answered, manner), HISTORY))


def _since(answered: Answered, manner: Manner) -> list[views.Document]:
    return [one for one in answered.life.get("history", ()) if one["revision"] > (manner.expects or 0)]


def _shortfall(answered: Answered) -> str | None:
    return FELL_SHORT.get((answered.answer or {}).get("done") or "")


def _refusal(answered: Answered) -> str | None:
    return (answered.answer or {}).get("refused")
