"""The wallet of a run, a process of its own that may die between paying and telling: `python -m tests.chaos.wallet JOURNAL SEED`."""

import asyncio
import os
import random
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic_core import from_json, to_json

from services.simulators.payments import Payment, Payments
from services.simulators.wallet import Answer, Fault, Request, WalletSimulator
from shared.contracts import ExecuteRemedy, Execution, Transaction, TransactionState
from shared.contracts.vocabulary import Currency
from shared.settings import HouseSettings

TRANSACTIONS = 10_000
MOODS = (Fault.SILENT, Fault.TWICE, Fault.PENDING, Fault.FAILED, Fault.NOTHING_FOUND)
MOODY = 0.3
"""The share of requests that meet a fault."""
AT = datetime(2026, 11, 15, 12, tzinfo=UTC)
ACCOUNT_CLOSED = "the account is closed"


def transaction(ordinal: int) -> Transaction:
    """Each of another customer, who has another amount in it."""
    return Transaction(
        transaction_id=f"CH{ordinal:08d}",
        at=AT,
        amount=1_000 + ordinal,
        currency=Currency("CNY"),
        state=TransactionState.COMPLETED,
        account_id=f"account-{ordinal:08d}",
    )


@dataclass
class Journal(Payments):
    """Payments that outlive their process: each is on the disk before anybody is told of it."""

    file: Path = field(kw_only=True)

    def __post_init__(self) -> None:
        self.done = {one.request.remedy_id: one for one in entries(self.file)}

    def keep(self, payment: Payment) -> None:
        with self.file.open("ab", buffering=0) as journal:
            journal.write(to_json({"state": payment.state, "reason": payment.reason, "request": payment.request.model_dump()}) + b"\n")
            os.fsync(journal.fileno())
        super().keep(payment)


def entries(file: Path) -> list[Payment]:
    """In the order in which they were made: two under one key would be two payments."""
    return [_payment(line) for line in file.read_bytes().splitlines()] if file.exists() else []


def _payment(line: bytes) -> Payment:
    told = from_json(line)
    return Payment(ExecuteRemedy.model_validate(told["request"]), Execution(told["state"]), told["reason"])


class MoodyWallet(WalletSimulator):
    def __init__(self, file: Path, chance: random.Random) -> None:
        super().__init__([transaction(ordinal) for ordinal in range(TRANSACTIONS)])
        self.payments: Journal = Journal(self.ledger, file=file)
        self._chance = chance

    def answers(self, request: Request, at: datetime) -> list[Answer]:
        if self._chance.random() < MOODY:
            self.faults.append(self._chance.choice(MOODS))
        return super().answers(request, at)


def main() -> None:
    journal, seed = Path(sys.argv[1]), sys.argv[2]
    wallet = MoodyWallet(journal, random.Random(f"{seed}/{os.getpid()}"))
    asyncio.run(wallet.run(HouseSettings()))


if __name__ == "__main__":
    main()
