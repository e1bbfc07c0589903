"""A wallet that answers casework's questions out of a file of transactions, with faults on demand: `redress simulate-wallet`."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict
from yarl import URL

from services.simulators.accounts import Accounts
from services.simulators.ledger import found
from services.simulators.payments import Payments
from shared.access import broker_url
from shared.contracts import (
    WALLET,
    AccountActionReported,
    ExecuteAccountAction,
    ExecuteRemedy,
    Execution,
    LedgerAnswered,
    LookUpLedger,
    RemedyReported,
    Transaction,
)
from shared.policy import load
from shared.settings import WALLETS, HouseSettings, ServiceSettings
from shared.topology import WALLET_REQUESTS

AT_ONCE = 32
HEARTBEAT_S = 10
PAUSE_S = 0.5
CONNECTED_WITHIN_S = 5.0
LOST = (AMQPError, ConnectionError, TimeoutError, OSError, RuntimeError)
"""What a connection that goes away raises, in one place or another."""


class Fault(StrEnum):
    """What becomes of the next request."""

    SILENT = "silent"
    """It is done, and nobody is told."""
    TWICE = "twice"
    NOTHING_FOUND = "nothing_found"
    PENDING = "pending"
    FAILED = "failed"


TIMES: Mapping[Fault | None, int] = {Fault.SILENT: 0, Fault.TWICE: 2}
WHY_IT_FAILS: Mapping[Fault | None, str] = {Fault.FAILED: "the account is closed"}
Request = LookUpLedger | ExecuteRemedy | ExecuteAccountAction
Answer = LedgerAnswered | RemedyReported | AccountActionReported
REQUESTED: Mapping[str, type[Request]] = {one.key: one for one in (LookUpLedger, ExecuteRemedy, ExecuteAccountAction)}


@dataclass(frozen=True, slots=True)
class Ledger:
    transactions: list[Transaction]


class SimulatorSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SIMULATOR_", extra="ignore")

    ledger_file: Path = Path(__file__).with_name("ledger.toml")

    def ledger(self) -> list[Transaction]:
        """Raises `BadPolicy` with the file and the place."""
        return load(self.ledger_file, Ledger, {"transaction": "transactions"}).transactions


class WalletSimulator:
    """`faults` meet one request each, in their order; who comes after them is answered well. `payments` is what it paid, by key, and
    `accounts` what it did to its accounts.
    """

    def __init__(
        self, ledger: Sequence[Transaction], faults: Iterable[Fault] = (), tell: Callable[[Answer], None] = lambda _: None
    ) -> None:
        self.ledger = ledger
        self.tell = tell
        self.faults = deque(faults)
        self.payments = Payments(ledger)
        self.accounts = Accounts()

    async def run(self, settings: HouseSettings) -> None:
        """Until it is cancelled; where the connection is lost, it begins again. Raises where there is none to begin with."""
        url = broker_url(settings, WALLETS).update_query(heartbeat=HEARTBEAT_S)
        connection: AbstractConnection = await aio_pika.connect(url)
        while True:
            with suppress(*LOST):
                await self._serve(connection)
            connection = await _again(url)

    async def _serve(self, connection: AbstractConnection) -> None:
        """A request is acknowledged when its answer is confirmed; a silent one at once. What is not comes again, and has its answer."""
        gone = asyncio.Event()
        async with connection:
            channel = await connection.channel()
            connection.close_callbacks.add(lambda *_: gone.set())
            channel.close_callbacks.add(lambda *_: gone.set())
            await channel.set_qos(AT_ONCE)
            exchange = await channel.get_exchange(WALLET, ensure=False)
            queue = await channel.get_queue(WALLET_REQUESTS, ensure=False)
            await queue.consume(partial(self._answer, exchange))
            await gone.wait()

    async def _answer(self, exchange: AbstractExchange, message: AbstractIncomingMessage) -> None:
        """What it cannot read it gives up: taken back, it would come again at once."""
        try:
            request = REQUESTED[message.type or ""].model_validate_json(message.body)
        except (KeyError, ValidationError):
            await message.reject(requeue=False)
            return
        async with message.process(requeue=True):
            for answer in self.answers(request, datetime.now(UTC)):
                await exchange.publish(_letter(answer, f"{message.message_id}/answer"), answer.routing_key, mandatory=True)
                self.tell(answer)

    def answers(self, request: Request, at: datetime) -> list[Answer]:
        fault = self.faults.popleft() if self.faults else None
        return [self._answer_to(request, fault, at)] * TIMES.get(fault, 1)

    def _answer_to(self, request: Request, fault: Fault | None, at: datetime) -> Answer:
        match request:
            case LookUpLedger():
                return self._found(request, fault, at)
            case ExecuteRemedy():
                return self._executed(request, fault, at)
            case ExecuteAccountAction():
                return self._acted(request, fault, at)

    def _found(self, question: LookUpLedger, fault: Fault | None, at: datetime) -> LedgerAnswered:
        transactions = () if fault is Fault.NOTHING_FOUND else found(self.ledger, question.wanted)
        return LedgerAnswered(complaint_id=question.complaint_id, lookup_id=question.lookup_id, transactions=transactions, answered_at=at)

    def _executed(self, request: ExecuteRemedy, fault: Fault | None, at: datetime) -> RemedyReported:
        if fault is Fault.PENDING:
            return self._report(request, Execution.PENDING, at)
        paid = self.payments.settled(request, WHY_IT_FAILS.get(fault))
        return self._report(request, paid.state, at, paid.reason)

    def _acted(self, request: ExecuteAccountAction, fault: Fault | None, at: datetime) -> AccountActionReported:
        if fault is Fault.PENDING:
            return self._report_on_account(request, Execution.PENDING, at)
        done = self.accounts.settled(request, WHY_IT_FAILS.get(fault))
        return self._report_on_account(request, done.state, at, done.reason)

    def _report_on_account(
        self, request: ExecuteAccountAction, state: Execution, at: datetime, reason: str | None = None
    ) -> AccountActionReported:
        return AccountActionReported(
            complaint_id=request.complaint_id, action_id=request.action_id, state=state, reason=reason, reported_at=at
        )

    def _report(self, request: ExecuteRemedy, state: Execution, at: datetime, reason: str | None = None) -> RemedyReported:
        return RemedyReported(
            complaint_id=request.complaint_id,
            remedy_id=request.remedy_id,
            state=state,
            reference=f"pay-{request.remedy_id[-12:]}" if state is Execution.EXECUTED else None,
            reason=reason,
            reported_at=at,
        )


async def _again(url: URL) -> AbstractConnection:
    while True:
        await asyncio.sleep(PAUSE_S)
        with suppress(*LOST):
            return await aio_pika.connect(url, timeout=CONNECTED_WITHIN_S)


def _letter(answer: Answer, message_id: str) -> aio_pika.Message:
    return aio_pika.Message(
        answer.encoded(),
        message_id=message_id,
        type=answer.key,
        app_id=WALLETS,
        correlation_id=answer.complaint_id,
        timestamp=answer.answered_at if isinstance(answer, LedgerAnswered) else answer.reported_at,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
