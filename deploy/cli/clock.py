"""clock: time moves faster, in test mode only."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from deploy.cli import house_time, output, place

app = typer.Typer(help="The house's time; in test mode it can be moved on.", no_args_is_help=True)
AT_MOST = timedelta(days=400)
"""Longer than any promise runs; nothing is learned behind it, and time never goes back."""


@app.callback()
def group() -> None:
    """Keeps `advance` a word of its own while it is the only one."""


@app.command(epilog="Example: redress clock advance 15d")
def advance(
    span: Annotated[str, typer.Argument(metavar="SPAN", help="15d, 25h, 1h30m; at most 400d")], *, as_json: output.Json = False
) -> None:
    """Move the time of all services on. Refused where the house does not run in test mode."""
    by = house_time.span(span, at_most=AT_MOST)
    settings = place.settings()
    ahead = asyncio.run(house_time.advance(settings, by))
    now = asyncio.run(house_time.now(settings))
    if as_json:
        output.print_json({"ahead_s": ahead.total_seconds(), "now": now})
    else:
        print(f"the house is {ahead} ahead: {now:%Y-%m-%d %H:%M} UTC")
