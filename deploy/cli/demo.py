"""demo: the samples through the whole product, on a house of its own."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli import balance, demo_tables, house_time, output
from deploy.cli.adapters import Collected, run_all
from deploy.cli.demo_acting import three_lives
from deploy.cli.demo_desk import Work, work_on_all_but_one
from deploy.cli.demo_house import DemoHouse, demo_house
from deploy.cli.demo_play import Played, play
from deploy.cli.demo_tables import Line
from deploy.cli.errors import BAD_ANSWER
from deploy.cli.interruption import interruptible
from deploy.cli.views import Document
from deploy.house import listed_adapters
from deploy.problem import SetupError
from shared.contracts.vocabulary import Status

app = typer.Typer()
SAMPLES = Path(__file__).resolve().parents[2] / "tests" / "samples"
ANSWERED_WITHIN_S = 20.0
WORKED_WITHIN_S = 15.0
TOLD_WITHIN_S = 15.0
SETTLED_WITHIN_S = 15.0
POLL_EVERY_S = 0.1
PAST_THE_FIRST_RESPONSE = timedelta(hours=25)
STOPPED = "everything is stopped"
KEPT = """services, broker and database are left running, their clock 25 hours ahead
`redress down` ends them; `redress up` would open an empty house in their place
the mail server and the reference adapters ended with this command: letters now wait in the retry ladder, notices in the adapters' queues"""


@app.command(epilog="Example: redress demo --keep")
def demo(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the services running; `redress down` ends them.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Save what is shown as a picture.")] = None,
) -> None:
    """Sample complaints through the whole product, then stop everything. Exit status 1 where it does not add up or nobody is told."""
    if not SAMPLES.is_dir():
        raise SetupError(f"the samples are not in {SAMPLES}.", cure="run the demonstration in a checkout of the repository.")
    paper = output.console(record=True)
    began = time.monotonic()
    with interruptible() as interruption:
        try:
            with demo_house(keep=keep) as house:
                output.say(f"ready after {time.monotonic() - began:.0f} s")
                adds_up = asyncio.run(_show(house, paper))
        except KeyboardInterrupt:
            output.say(STOPPED)
            raise typer.Exit(interruption.exit_status) from None
    output.say(KEPT if keep else STOPPED)
    output.say(f"took {time.monotonic() - began:.0f} s")
    if svg:
        demo_tables.save_picture(paper, svg)
    raise typer.Exit(0 if adds_up else BAD_ANSWER)


async def _show(house: DemoHouse, paper: Console) -> bool:
    async with _adapters_running(house) as collected:
        played = await play(house, SAMPLES, paper)
        paper.print(demo_tables.summary(played))
        lines = await _when_all_are_told(house, played)
        paper.print(demo_tables.complaints(lines))
        paper.print(f"{len(house.mail.letters)} letters reached the mail server, {len(collected.notices)} notices the other adapters")
        work = await work_on_all_but_one(house, lines)
        paper.print(demo_tables.worked_on(await _when_all_is_done(house, work)))
        agrees = await three_lives(house, work, played, SAMPLES, paper)
        await _one_deadline_missed(house, work.left, paper)
        found = await asyncio.to_thread(balance.settled, house.views, house.settings, SETTLED_WITHIN_S)
        paper.print(balance.shown(found))
        return agrees and bool(found["ok"])


@asynccontextmanager
async def _adapters_running(house: DemoHouse) -> AsyncIterator[Collected]:
    collected = Collected()
    running = asyncio.create_task(run_all(house.settings, listed_adapters(house.settings.adapters_file), collected))
    try:
        yield collected
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _when_all_are_told(house: DemoHouse, played: Played) -> list[Line]:
    """As soon as every complaint has a team, its clocks, and a notice that arrived; or what is known when the time is over."""
    deadline = time.monotonic() + ANSWERED_WITHIN_S
    while True:
        lines = await asyncio.to_thread(demo_tables.lines, house.views, played)
        if all(one.complete for one in lines) or time.monotonic() > deadline:
            return lines
        await asyncio.sleep(POLL_EVERY_S)


async def _when_all_is_done(house: DemoHouse, work: Work) -> list[Document]:
    """All complaints but the one that was left, as casework shows them. Exit status 1 where a command was not carried out."""
    deadline = time.monotonic() + WORKED_WITHIN_S
    while True:
        found = await asyncio.to_thread(demo_tables.lives, house.views)
        undone = [found[one] for one, status in work.ends.items() if found[one]["status"] not in (status, Status.WITHDRAWN)]
        if not undone:
            return [one for one in found.values() if one["complaint_id"] != work.left.complaint_id]
        if time.monotonic() > deadline:
            stand = ", ".join(f"{one['number']} is {one['status']}" for one in undone)
            output.say(f"not all commands were carried out within {WORKED_WITHIN_S:g} s: {stand}")
            raise typer.Exit(BAD_ANSWER)
        await asyncio.sleep(POLL_EVERY_S)


async def _one_deadline_missed(house: DemoHouse, left: Line, paper: Console) -> None:
    await house_time.advance(house.settings, PAST_THE_FIRST_RESPONSE)
    hours = PAST_THE_FIRST_RESPONSE // timedelta(hours=1)
    paper.print(f"\nNobody took {left.number}; then {hours} hours pass in a moment.")
    deadline = time.monotonic() + TOLD_WITHIN_S
    while not (missed := await asyncio.to_thread(demo_tables.missed, house.views, left)).escalated:
        if time.monotonic() > deadline:
            paper.print(f"nobody was told within {TOLD_WITHIN_S:g} s")
            raise typer.Exit(BAD_ANSWER)
        await asyncio.sleep(POLL_EVERY_S)
    paper.print(demo_tables.who_was_told(missed))
