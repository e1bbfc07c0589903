"""understand: what intake would make of a message, new or on a known complaint. Nothing is published, nothing needs to run."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.panel import Panel
from rich.text import Text

from deploy.cli import output, place
from deploy.cli.errors import BadInputError
from deploy.cli.inbound_files import InboundFile, messages_in
from deploy.cli.ingest import FILES, speakers_for
from deploy.cli.views import Document
from shared.adapters import AdapterEntry, adapters_in
from shared.contracts import INBOUND_BY_CHANNEL
from shared.contracts.vocabulary import Channel
from shared.errors import PermanentError
from shared.settings import HouseSettings

app = typer.Typer()
FROM = ("name", "email", "phone", "handle")
ATTACHMENT = ("name", "type", "size")
MADE = ("kind", "subject", "text", "quoted", "language", "category", "confidence", "categories", "facts", "redacted", "missing", "why")


@app.command(epilog="Example: redress understand email complaint.eml")
def understand(
    channel: Annotated[Channel, typer.Argument(help="The channel that the message comes from.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help=FILES)],
    *,
    adapter: Annotated[str | None, typer.Option(help="As if it came through this adapter.")] = None,
    as_json: output.Json = False,
) -> None:
    """Say how a message is read: its kind, category, facts, what is blackened, what is missing."""
    settings = place.with_adapters_found(HouseSettings())
    entries = adapters_in(settings.adapters_file).by_name
    for message in messages_in(file, channel, speakers_for(settings, channel, adapter), datetime.now(UTC)):
        found = _understood(message, entries[message.adapter])
        if as_json:
            output.print_json(found)
        else:
            _print(found)


def _understood(file: InboundFile, adapter: AdapterEntry) -> Document:
    # Intake's libraries are slow to load, and no other command needs them.
    from services.intake.reading import read  # noqa: PLC0415
    from services.intake.understanding import on_known_complaint  # noqa: PLC0415
    from services.intake.understanding.labels import clean_evidence, clean_sender  # noqa: PLC0415

    message = INBOUND_BY_CHANNEL[adapter.channel].model_validate_json(file.body)
    try:
        parsed, made = read(message, adapter)
    except (ValueError, PermanentError) as error:
        raise BadInputError(f"{file.where}: the {adapter.channel} part cannot be read: {error}") from None
    told = made.model_dump(mode="json")
    later = on_known_complaint(parsed, made)
    return {
        "id": message.source_id,
        "from": clean_sender(parsed.sender).model_dump(include=set(FROM)),
        "attachments": [one.model_dump(include=set(ATTACHMENT)) for one in clean_evidence(parsed.evidence)],
        **{name: told[name] for name in MADE},
        "on_a_known_complaint": {
            "kind": later.kind,
            "why": later.why,
            "survey": later.survey.model_dump() if later.survey else None,
        },
    }


def _print(found: Document) -> None:
    head = (
        f"{found['kind']}, {found['category']} ({found['confidence']:.2f}), {found['language']}; missing: {output.cell(found['missing'])}"
    )
    lines = [head, f"why: {output.cell(found['why'])}", _later(found["on_a_known_complaint"]), "", *filter(None, [found["subject"]])]
    words = "\n".join([*lines, found["text"]])
    output.console().print(Panel(Text(words), title=found["id"], title_align="left"))
    output.console().print(output.table("facts", found["facts"], ("kind", "value", "unit", "part", "how", "confidence")))


def _later(later: Document) -> str:
    """As a message that belongs to a complaint, with what it answers to the survey."""
    survey = later["survey"]
    said = f"; survey: {', '.join(f'{name} {output.cell(value)}' for name, value in survey.items())}" if survey else ""
    return f"on a known complaint: {later['kind']} ({later['why']}){said}"
