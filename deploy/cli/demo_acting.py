"""Acts the demonstration's lives out: commands and customers' words, one after the other, and a wallet that answers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import typer
from rich.console import Console

from deploy import samples
from deploy.cli import house_time, money, output, wire
from deploy.cli.demo_desk import Work, outgoing
from deploy.cli.demo_house import DemoHouse
from deploy.cli.demo_lives import Act, Life, Says, final_response, overturned, refunded
from deploy.cli.demo_play import Played
from deploy.cli.demo_tables import Line
from deploy.cli.errors import BAD_ANSWER
from deploy.cli.views import Document
from deploy.samples import Json
from services.simulators.wallet import SimulatorSettings, WalletSimulator
from shared.contracts import CaseworkCommand, Transaction
from shared.topology import Adapter

WITHIN_S = 20.0
POLL_EVERY_S = 0.1
STEPS = ("at", "by", "what", "status", "reason")
HEARD = ("at", "kind", "channel", "to", "state")


async def three_lives(house: DemoHouse, work: Work, played: Played, root: Path, paper: Console) -> bool:
    """Whether the wallet's list of payments and casework's agree in the end."""
    wrote = {end["complaint_id"]: sample for sample in samples.load(root) if (end := played.ends.get(sample.slug, {})).get("complaint_id")}
    first, second = [await _transaction_of(house, line) for line in (work.refunded, work.overturned)]
    now = await house_time.now(house.settings)
    lives: Sequence[tuple[str, Line, Iterable[Act]]] = (
        ("from the ledger to the refund and the rating", work.refunded, refunded(work.refunded, first)),
        ("rejected, appealed, overturned by another reviewer", work.overturned, overturned(work.overturned, second)),
        ("a holding reply, and a final response that names the Ombudsman", work.british, final_response(work.british, now)),
    )
    async with _wallet(house, (first, second)) as wallet:
        bodies = [wrote[line.complaint_id].body for _, line, _ in lives]
        lived = await asyncio.gather(*(_lived(house, line, body, acts) for (_, line, acts), body in zip(lives, bodies, strict=True)))
    for (title, line, _), life in zip(lives, lived, strict=True):
        paper.print(output.table(f"{line.number}: {title}", life["history"], STEPS))
        notices = await asyncio.to_thread(house.views.many, "notification", "notices", complaint_id=line.complaint_id)
        paper.print(output.table("what the customer heard", notices, HEARD))
    paid = [money.Payment.model_validate(one) for one in wallet.payments.statement()]
    found = await asyncio.to_thread(money.money, house.views, paid)
    for table in money.tables(found):
        paper.print(table)
    return bool(found["ok"])


async def _lived(house: DemoHouse, line: Line, first: Json, acts: Iterable[Act]) -> Life:
    life: Life = {}
    for number, act in enumerate(acts, start=1):
        if isinstance(act.what, Says):
            await _say(house, line, first, act.what.words, number)
        else:
            await _give(house, act.what)
        life = await _when(house, line, act)
    return life


async def _say(house: DemoHouse, line: Line, first: Json, words: str, number: int) -> None:
    """From the same sender, through the same adapter, as the form in which the complaint came."""
    now = (await house_time.now(house.settings)).isoformat()
    body = {**first, "source_id": f"{first['source_id']}-{number}", "sent_at": now, "received_at": now, "form": {"text": words}}
    async with wire.kit_of(house.settings, Adapter(str(first["adapter"]), line.complaint["channel"])) as kit:
        await kit.send_bytes([(str(body["source_id"]), None, json.dumps(body, ensure_ascii=False).encode())])
        await wire.settled(kit)


async def _give(house: DemoHouse, command: CaseworkCommand) -> None:
    url, now = wire.as_operator(house.settings), await house_time.now(house.settings)
    async with wire.channel_at(url, "redress demo") as channel:
        await wire.publish(channel, url, "redress", [outgoing(command)], now)


async def _when(house: DemoHouse, line: Line, act: Act) -> Life:
    """Exit status 1 where it is not done in time."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        life = await asyncio.to_thread(house.views.one, "casework", "life", complaint_id=line.complaint_id) or {}
        if _is_done(life, act.done):
            return life
        if time.monotonic() > deadline:
            what = "what the customer wrote" if isinstance(act.what, Says) else act.what.key
            last = life["history"][-1] if life.get("history") else {}
            output.say(f"{what} was not done within {WITHIN_S:g} s: {line.number} is {life.get('status')}, last {last.get('what')}")
            raise typer.Exit(BAD_ANSWER)
        await asyncio.sleep(POLL_EVERY_S)


def _is_done(life: Life, done: Callable[[Life], bool]) -> bool:
    try:
        return done(life)
    except (KeyError, IndexError):
        return False


async def _transaction_of(house: DemoHouse, line: Line) -> Transaction:
    """What the wallet's ledger would hold if the customer is right."""
    complaint = await asyncio.to_thread(house.views.one, "intake", "complaint", complaint_id=line.complaint_id) or {}
    otherwise = SimulatorSettings().ledger()[0]
    said = {one["kind"]: one for one in complaint.get("facts", ())}
    told: Document = {"account_id": (complaint.get("sender") or {}).get("account_id") or otherwise.account_id}
    told["transaction_id"] = said["transaction_id"]["value"] if "transaction_id" in said else f"{otherwise.transaction_id}-{line.number}"
    if "amount" in said:
        told |= {"amount": said["amount"]["value"], "currency": said["amount"]["unit"]}
    if "counterparty" in said:
        told["counterparty"] = said["counterparty"]["value"]
    if "transaction_time" in said:
        told["at"] = said["transaction_time"]["value"]
    return Transaction.model_validate({**otherwise.model_dump(mode="json"), **told})


@asynccontextmanager
async def _wallet(house: DemoHouse, transactions: Sequence[Transaction]) -> AsyncIterator[WalletSimulator]:
    """The simulator stands for the wallet's own systems."""
    simulator = WalletSimulator(transactions)
    running = asyncio.create_task(simulator.run(house.settings))
    try:
        yield simulator
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
