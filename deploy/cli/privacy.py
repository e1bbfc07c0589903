"""erase, hold, export: what compliance does with a customer's data. Casework decides."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import agent, complaints, export, house_time, output, place, views
from deploy.cli.asking import Manner, answer_of, ask, command_of
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.cli.refusals import REFUSALS
from deploy.house import SERVICES
from shared.contracts import EraseCustomer, LiftLegalHold, SetLegalHold, UnmaskComplaint

app = typer.Typer()
WAIT_S = 10.0
Which = Annotated[str, typer.Argument(metavar="NUMBER", help="The complaint's number, or its source id.")]
Reason = Annotated[str, typer.Option("--reason", metavar="WORDS", help="What for. It is on record.")]
All = Annotated[bool, typer.Option("--all-of-customer", help="And every complaint that shares an identity with it.")]
LEFT = ("service", "what", "count")
AGAINST = ("number", "why", "until", "source")


@app.command(epilog='Example: redress erase RD-7K3MQ-2XV9H-5 --by compliance-1 --reason "asked for it" --dry-run')
def erase(  # noqa: PLR0913 - options of a command
    which: Which,
    reason: Reason,
    *,
    by: agent.By = None,
    all_of_customer: All = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, what stands against it and until when; change nothing.")
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Erase a customer from a complaint, in every service, for ever."""
    reader = views.here()
    found = list(_complaints(reader, which, all_of_customer=all_of_customer))
    if dry_run:
        _tell_plan([_plan(reader, one) for one in found], as_json=as_json)
    _each(lambda number: ask("erase", EraseCustomer, number, {"reason": reason}, _manner(by, as_json=as_json)), found)


@app.command(epilog='Example: redress hold RD-7K3MQ-2XV9H-5 --by compliance-1 --reason "the court asks for the file"')
def hold(
    which: Which,
    reason: Reason,
    *,
    by: agent.By = None,
    lift: Annotated[bool, typer.Option("--lift", help="Nobody needs it any more.")] = False,
    as_json: output.Json = False,
) -> None:
    """Keep a complaint from being erased, for a court or a regulator; or no longer."""
    contract = LiftLegalHold if lift else SetLegalHold
    ask("lift-hold" if lift else "hold", contract, which, {"reason": reason}, _manner(by, as_json=as_json))


@app.command("export", epilog='Example: redress export RD-7K3MQ-2XV9H-5 --by compliance-1 --reason "asked for it" --to person.zip')
def export_(  # noqa: PLR0913 - options of a command
    which: Which,
    reason: Reason,
    to: Annotated[Path, typer.Option("--to", metavar="FILE.zip", help="Made, readable by you alone; one that is there stays as it is.")],
    *,
    by: agent.By = None,
    all_of_customer: All = False,
    as_json: output.Json = False,
) -> None:
    """All that the house holds of a person, to hand over: JSON, the letters, and the messages as they came. It is on record."""
    reader = views.here()
    found = list(_complaints(reader, which, all_of_customer=all_of_customer))
    opener = export.Opener(agent.named(by), reason)
    for one in found:
        _unmask(reader, one, opener)
    try:
        names = export.write(reader, found, opener, to)
    except OSError as error:
        raise BadInputError(f"{to}: {error.strerror}") from None
    if as_json:
        output.print_json({"file": str(to), "complaints": [one["number"] for one in found], "files": names})
    else:
        print(f"{to}: {len(names)} files of {', '.join(one['number'] for one in found)}")


def _manner(by: str | None, *, as_json: bool) -> Manner:
    return Manner(agent.named(by), None, again=False, wait_s=WAIT_S, as_json=as_json)


def _complaints(reader: views.Views, which: str, *, all_of_customer: bool) -> Iterator[views.Document]:
    complaint = complaints.complaint_of(reader, which)
    if not all_of_customer:
        yield complaint
        return
    yield from reader.many("intake", "same-customer", complaint_id=complaint["complaint_id"])


def _each(asks: Callable[[str], None], found: Iterable[views.Document]) -> None:
    """Exit status 1 where one was refused; the others are done."""
    worst = 0
    for one in found:
        try:
            asks(one["number"])
        except typer.Exit as ended:
            worst = max(worst, ended.exit_code)
    raise typer.Exit(worst)


def _plan(reader: views.Views, complaint: views.Document) -> views.Document:
    key, at = complaint["complaint_id"], asyncio.run(house_time.now(place.settings()))
    erasable = reader.one("casework", "erasable", complaint_id=key, at=at.isoformat()) or {"against": [], "erased_at": None}
    goes = [
        {"service": service, "what": what, "count": count}
        for service in SERVICES
        for what, count in (reader.one(service, "personal", complaint_id=key) or {}).items()
    ]
    return {
        "number": complaint["number"],
        "complaint_id": key,
        "erased_at": erasable["erased_at"],
        "against": erasable["against"],
        "goes": goes,
    }


def _tell_plan(plans: list[views.Document], *, as_json: bool) -> None:
    if as_json:
        output.print_lines(plans)
    for one in () if as_json else plans:
        against = [{"number": one["number"], **each, "why": _why(each["why"])} for each in one["against"]]
        output.console().print(output.table(f"{one['number']}: would go", one["goes"], LEFT))
        output.console().print(output.table("stands against it", against, AGAINST))
    raise typer.Exit(BAD_ANSWER if any(one["against"] for one in plans) else 0)


def _why(slug: str) -> str:
    """What the law says, and until when, stands beside it: the refusal's hint would lead here again."""
    told = REFUSALS.get(slug, slug)
    return told.partition(":")[0] if slug == "kept-by-law" else told


def _unmask(reader: views.Views, complaint: views.Document, opener: export.Opener) -> None:
    """Whoever may not see it does not get it. A customer who was erased has nothing to hide."""
    manner = Manner(opener.by, None, again=True, wait_s=WAIT_S, as_json=False)
    command = command_of(UnmaskComplaint, {"reason": opener.reason, "complaint_id": complaint["complaint_id"]}, manner)
    answered = answer_of(place.settings(), reader, command, manner)
    refused = (answered.answer or {}).get("refused", "no-answer")
    if refused and refused != "erased-already":
        raise BadInputError(f"{complaint['number']}: casework refuses to unmask it, {refused}: {REFUSALS.get(refused, 'ask again')}")
