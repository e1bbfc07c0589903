"""Commands about many dead letters at once: said at a measured rate over one connection, then waited for."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import typer

from deploy.cli import house_time, output, place, views, wire
from deploy.cli.dead_search import Search
from deploy.cli.errors import BAD_ANSWER
from shared.contracts.operations import DeadLetterCommand

OBEYED_WITHIN_S = 10.0
POLL_EVERY_S = 0.25
TELL_EVERY = 500

Command = Callable[[views.Document], DeadLetterCommand]
"""What is asked about one letter."""


def obeyed_by_all(found: Search, command: Command, done: str, rate: float, *, as_json: bool) -> None:
    """Repeating it does nothing to letters that obeyed already: they are found no more. Exit status 1 where some did not obey."""
    reader = views.here()
    matched = found.count(reader)
    said = asyncio.run(_say(found.letters(reader), command, rate, matched))
    left = _left(found, reader)
    told = {"matched": matched, "said": said, done: matched - left, "left": left}
    if as_json:
        output.print_json(told)
    else:
        print(f"{matched - left} {done}, {left} left")
    raise typer.Exit(BAD_ANSWER if left else 0)


async def _say(letters: Iterator[views.Document], command: Command, rate: float, matched: int) -> int:
    settings = place.settings()
    said = 0

    async def paced() -> AsyncIterator[DeadLetterCommand]:
        nonlocal said
        began = time.monotonic()
        for said, letter in enumerate(letters, 1):
            await asyncio.sleep(max(0.0, began + (said - 1) / rate - time.monotonic()))
            yield command(letter)
            if said % TELL_EVERY == 0:
                output.say(f"{said} of {matched}")

    await wire.say_all(settings, paced(), await house_time.now(settings))
    return said


def _left(found: Search, reader: views.Views) -> int:
    """How many did not obey, once none did for a while."""
    left, deadline = found.count(reader), time.monotonic() + OBEYED_WITHIN_S
    while left and time.monotonic() < deadline:
        time.sleep(POLL_EVERY_S)
        now = found.count(reader)
        if now < left:
            left, deadline = now, time.monotonic() + OBEYED_WITHIN_S
    return left
