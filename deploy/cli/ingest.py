"""ingest: be a channel adapter."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.adapter_kit import MessageRefused
from deploy.cli import ends, house_time, inbound_files, output, place, views, wire
from deploy.cli.ends import BAD_ENDS, PENDING
from deploy.cli.errors import BAD_ANSWER, BadInputError
from deploy.cli.inbound_files import InboundFile, Speakers
from deploy.house import listed_adapters
from shared.contracts.vocabulary import Channel
from shared.settings import HouseSettings
from shared.topology import Adapter

app = typer.Typer()
SENT = "Append a line to this file for each message that the broker confirmed; `redress balance --sent` reads it."
PUBLISHED = "published"
WAIT = "Say how each message ended. Exit status 1 where one was parked, or is pending after that time."
FILES = "JSON of one message, or of a message a line, as in tests/samples; for email also .eml; - is standard input."
SPEAKER = "Speak as this adapter; otherwise as the one that a message names, or as the channel's first one in the list of adapters."


@app.command(epilog="Example: redress ingest email complaint.eml --wait 30")
def ingest(  # noqa: PLR0913 - options of a command
    channel: Annotated[Channel, typer.Argument(help="The channel that the messages come from.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=FILES)],
    *,
    adapter: Annotated[str | None, typer.Option(help=SPEAKER)] = None,
    wait: Annotated[float | None, typer.Option(min=0, metavar="SECONDS", help=WAIT)] = None,
    sent: Annotated[Path | None, typer.Option(metavar="FILE", help=SENT)] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Publish the bytes as they are, wrong or not.")] = False,
    as_json: output.Json = False,
) -> None:
    """Publish messages as a channel adapter does: as its own user, with confirms."""
    settings = place.settings()
    speakers = speakers_for(settings, channel, adapter)
    at = asyncio.run(house_time.now(settings))
    messages = [one for file in files for one in _read(file, channel, speakers, at, raw=raw)]
    reader = views.here() if wait is not None else None
    awaited = ends.awaited(reader, channel, messages) if reader else []
    for name in dict.fromkeys(one.adapter for one in messages):
        of_adapter = [one for one in messages if one.adapter == name]
        asyncio.run(publish(settings, Adapter(name, channel), of_adapter, sent))
    if reader is None:
        _print_published(messages, as_json=as_json)
        return
    results = {_shown(one, as_json=as_json) for one in ends.ends(reader, channel, awaited, wait or 0)}
    raise typer.Exit(BAD_ANSWER if results & BAD_ENDS else 0)


def speakers_for(settings: HouseSettings, channel: Channel, name: str | None) -> Speakers:
    """The adapter that was named, or all of the channel."""
    of_channel = tuple(one.name for one in listed_adapters(settings.adapters_file) if one.channel == channel)
    fitting = tuple(one for one in of_channel if name in (None, one))
    if not fitting:
        known = ", ".join(of_channel) or "none"
        raise BadInputError(f"no adapter {name or ''!r} of channel {channel} is listed in {settings.adapters_file}; there is {known}")
    return Speakers(fitting[0], fitting)


async def publish(settings: HouseSettings, adapter: Adapter, messages: Sequence[InboundFile], sent: Path | None = None) -> None:
    async with wire.kit_of(settings, adapter, sent) as kit:
        try:
            await kit.send_bytes([(one.source_id, one.thread_id, one.body) for one in messages])
        except MessageRefused as refused:
            raise BadInputError(str(refused)) from None
        await wire.settled(kit)


def _read(file: str, channel: Channel, speakers: Speakers, at: datetime, *, raw: bool) -> Iterator[InboundFile]:
    if raw:
        yield inbound_files.raw_message_in(file, speakers)
    else:
        yield from inbound_files.messages_in(file, channel, speakers, at)


def _print_published(messages: Sequence[InboundFile], *, as_json: bool) -> None:
    """For programs there is one word for a message that has not ended, whoever asks."""
    for one in messages:
        _shown({"source_id": one.source_id, "result": PENDING if as_json else PUBLISHED}, as_json=as_json)


def _shown(ended: views.Document, *, as_json: bool) -> str:
    if as_json:
        output.print_json(ended)
    else:
        print(f"{ended['source_id']}: {ended['result']}", *(ended[name] for name in ("number", "reason") if name in ended), flush=True)
    return str(ended["result"])
