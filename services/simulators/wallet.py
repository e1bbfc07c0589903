"""A wallet that answers casework's questions out of a file of transactions, with faults on demand.

Start with: python -m services.simulators.wallet
"""

import asyncio
import signal
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

import aio_pika
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage
from pydantic_settings import SettingsConfigDict

from services.simulators.ledger import found
from shared.access import broker_url
from shared.contracts import WALLET, LedgerAnswered, LookUpLedger, Transaction
from shared.policy import load
from shared.settings import WALLETS, HouseSettings, ServiceSettings

REQUESTS = "wallet.requests"
AT_ONCE = 32


class Fault(StrEnum):
    """What becomes of the next question."""

    SILENT = "silent"
    TWICE = "twice"
    NOTHING_FOUND = "nothing_found"


TIMES: Mapping[Fault | None, int] = {Fault.SILENT: 0, Fault.TWICE: 2}


class SimulatorSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SIMULATOR_", extra="ignore")

    ledger_file: Path = Path(__file__).with_name("ledger.toml")
    faults: tuple[Fault, ...] = ()

    def ledger(self) -> list[Transaction]:
        """Raises `BadPolicy` with the file and the place."""
        return load(self.ledger_file, dict[str, list[Transaction]])["transaction"]


class WalletSimulator:
    """`faults` meet one question each, in their order; who comes after them is answered well."""

    def __init__(self, ledger: Sequence[Transaction], faults: Iterable[Fault] = ()) -> None:
        self.ledger = ledger
        self.faults = deque(faults)

    async def run(self, settings: HouseSettings) -> None:
        """Until it is cancelled. A question is acknowledged when its answer is confirmed; a silent one at once."""
        connection = await aio_pika.connect_robust(str(broker_url(settings, WALLETS)))
        async with connection:
            channel = await connection.channel()
            await channel.set_qos(AT_ONCE)
            exchange = await channel.get_exchange(WALLET, ensure=False)
            queue = await channel.get_queue(REQUESTS, ensure=False)
            await queue.consume(partial(self._answer, exchange))
            await asyncio.Future()

    async def _answer(self, exchange: AbstractExchange, message: AbstractIncomingMessage) -> None:
        async with message.process(requeue=True):
            for answer in self.answers(LookUpLedger.model_validate_json(message.body), datetime.now(UTC)):
                await exchange.publish(_letter(answer, f"{message.message_id}/answer"), answer.routing_key, mandatory=True)

    def answers(self, question: LookUpLedger, at: datetime) -> list[LedgerAnswered]:
        fault = self.faults.popleft() if self.faults else None
        transactions = () if fault is Fault.NOTHING_FOUND else found(self.ledger, question.wanted)
        answer = LedgerAnswered(complaint_id=question.complaint_id, lookup_id=question.lookup_id, transactions=transactions, answered_at=at)
        return [answer] * TIMES.get(fault, 1)


def _letter(answer: LedgerAnswered, message_id: str) -> aio_pika.Message:
    return aio_pika.Message(
        answer.encoded(),
        message_id=message_id,
        type=answer.key,
        app_id=WALLETS,
        correlation_id=answer.complaint_id,
        timestamp=answer.answered_at,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


async def main() -> None:
    settings = SimulatorSettings()
    running = asyncio.create_task(WalletSimulator(settings.ledger(), settings.faults).run(HouseSettings()))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


if __name__ == "__main__":
    asyncio.run(main())
