"""simulate-wallet: stands in for the wallet's own systems, until there are some."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import output, place
from services.simulators.wallet import Answer, Fault, SimulatorSettings, WalletSimulator

app = typer.Typer()


@app.command(name="simulate-wallet", epilog="Example: redress simulate-wallet --fault silent --statement paid.jsonl")
def simulate_wallet(
    *,
    ledger: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its transactions; default: services/simulators/ledger.toml.")
    ] = None,
    fault: Annotated[list[Fault] | None, typer.Option(help="What befalls the next request; repeat it for the one after.")] = None,
    statement: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write what it paid, for `redress balance --money --statement`.")
    ] = None,
) -> None:
    """Answer look-ups, pay remedies, freeze and open accounts, until you press Ctrl-C. For trying things out: no part of production."""
    settings = SimulatorSettings() if ledger is None else SimulatorSettings(ledger_file=ledger)
    wallet = WalletSimulator(settings.ledger(), fault or ())
    wallet.tell = partial(_tell, wallet, statement)
    if statement is not None:
        _write(wallet, statement)
    output.say(f"the wallet answers; it knows {', '.join(one.transaction_id for one in wallet.ledger)}; Ctrl-C ends it")
    try:
        asyncio.run(wallet.run(place.settings()))
    except KeyboardInterrupt:
        output.say(f"{len(wallet.payments.statement())} payments made")


def _tell(wallet: WalletSimulator, statement: Path | None, answer: Answer) -> None:
    """The statement is up to date with each answer, for whoever reads it while the wallet goes on."""
    print(answer.model_dump_json(exclude_none=True), flush=True)
    if statement is not None:
        _write(wallet, statement)


def _write(wallet: WalletSimulator, statement: Path) -> None:
    statement.write_text("".join(json.dumps(one) + "\n" for one in wallet.payments.statement()), encoding="utf-8")
