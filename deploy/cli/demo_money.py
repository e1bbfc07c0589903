"""One complaint of the demonstration to the end of its money: looked up, refunded, resolved, and the books compared."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from rich.console import Console

from deploy.cli import house_time, money, output, wire
from deploy.cli.demo_desk import asked, outgoing
from deploy.cli.demo_house import DemoHouse
from deploy.cli.demo_tables import Line
from deploy.cli.errors import BAD_ANSWER
from deploy.cli.views import Document
from services.simulators.wallet import SimulatorSettings, WalletSimulator
from shared.contracts import ApproveRemedy, CaseworkCommand, LookUpTransaction, ProposeRemedy, ResolveComplaint, Transaction
from shared.contracts.vocabulary import Outcome, RemedyKind, Status, Verdict

WITHIN_S = 20.0
SECOND = "supervisor-1"
POLL_EVERY_S = 0.1
WHY = "the payment failed and was debited"
WORDS = "We have found the payment and refunded it."
STEPS = ("at", "by", "what", "status", "reason")
Life = Document  # as casework's view shows it


async def one_refund(house: DemoHouse, line: Line, paper: Console) -> bool:
    """Whether the wallet's list of payments and casework's agree in the end."""
    complaint = await asyncio.to_thread(house.views.one, "intake", "complaint", complaint_id=line.complaint_id) or {}
    transaction = _transaction_of(complaint, SimulatorSettings().ledger()[0])
    life: Life = {}
    async with _wallet(house, transaction) as wallet:
        for command, done in _commands(line, transaction):
            life = await _given(house, command, done)
    paid = [money.Payment.model_validate(one) for one in wallet.payments.statement()]
    found = await asyncio.to_thread(money.money, house.views, paid)
    paper.print(output.table(f"{line.number}: from the ledger to the refund", life["history"], STEPS))
    for table in money.tables(found):
        paper.print(table)
    return bool(found["ok"])


def _transaction_of(complaint: Document, otherwise: Transaction) -> Transaction:
    """What the wallet's ledger would hold if the customer is right."""
    said = {one["kind"]: one for one in complaint.get("facts", ())}
    told: Document = {"account_id": (complaint.get("sender") or {}).get("account_id") or otherwise.account_id}
    if "transaction_id" in said:
        told["transaction_id"] = said["transaction_id"]["value"]
    if "amount" in said:
        told |= {"amount": said["amount"]["value"], "currency": said["amount"]["unit"]}
    if "transaction_time" in said:
        told["at"] = said["transaction_time"]["value"]
    return Transaction.model_validate({**otherwise.model_dump(mode="json"), **told})


def _commands(line: Line, transaction: Transaction) -> list[tuple[CaseworkCommand, Callable[[Life], bool]]]:
    """Each with what the complaint looks like when it is done."""
    refund = {"kind": RemedyKind.REFUND, "amount": transaction.amount, "currency": transaction.currency, "reason": WHY}
    upheld = {"decision": Verdict.UPHELD, "outcome": Outcome.MONETARY_RELIEF, "reason": WHY, "text": WORDS}
    return [
        (
            asked(LookUpTransaction, line, transaction_id=transaction.transaction_id),
            lambda life: life["lookups"][-1]["state"] == "answered",
        ),
        (asked(ProposeRemedy, line, **refund), lambda life: bool(life["remedies"])),
        # Refused where the refund is on its way already, because the ledger bears the customer out.
        (_by_a_second_person(asked(ApproveRemedy, line, remedy=1)), lambda life: life["remedies"][-1]["state"] == "done"),
        (asked(ResolveComplaint, line, **upheld), lambda life: life["status"] == Status.RESOLVED),
    ]


def _by_a_second_person(command: CaseworkCommand) -> CaseworkCommand:
    return command.model_copy(update={"by": SECOND})


async def _given(house: DemoHouse, command: CaseworkCommand, done: Callable[[Life], bool]) -> Life:
    """Exit status 1 where it is not done in time."""
    now: datetime = await house_time.now(house.settings)
    url = wire.as_operator(house.settings)
    async with wire.channel_at(url, "redress demo") as channel:
        await wire.publish(channel, url, "redress", [outgoing(command)], now)
    deadline = time.monotonic() + WITHIN_S
    while True:
        life = await asyncio.to_thread(house.views.one, "casework", "life", complaint_id=command.complaint_id) or {}
        if _is_done(life, done):
            return life
        if time.monotonic() > deadline:
            output.say(f"{command.key} was not done within {WITHIN_S:g} s")
            raise SystemExit(BAD_ANSWER)
        await asyncio.sleep(POLL_EVERY_S)


def _is_done(life: Life, done: Callable[[Life], bool]) -> bool:
    try:
        return done(life)
    except (KeyError, IndexError):
        return False


@asynccontextmanager
async def _wallet(house: DemoHouse, transaction: Transaction) -> AsyncIterator[WalletSimulator]:
    """The simulator stands for the wallet's own systems."""
    simulator = WalletSimulator([transaction])
    running = asyncio.create_task(simulator.run(house.settings))
    try:
        yield simulator
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
