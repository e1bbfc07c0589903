"""Keeps the wallet's process of a run alive, as the wallet's own people would, and reads what it paid."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import to_json

from deploy import programs
from deploy.processes import CODE
from services.simulators.payments import Payment
from shared.contracts import Execution
from tests.chaos.wallet import entries

NAME = "wallet"
LOOK_EVERY_S = 0.3
ENDS_WITHIN_S = 5.0


@dataclass
class Till:
    root: Path
    environment: Mapping[str, str]
    seed: int
    starts: int = 0

    @property
    def journal(self) -> Path:
        return self.root / "paid.journal"

    def signal(self, number: signal.Signals) -> None:
        if (found := programs.running(self.root, NAME)) is not None:
            found.send_signal(number)

    async def supervise(self) -> None:
        while True:
            if programs.running(self.root, NAME) is None:
                command = (sys.executable, "-m", "tests.chaos.wallet", str(self.journal), str(self.seed))
                programs.spawn(self.root, programs.Program(NAME, command, env=self.environment, cwd=CODE))
                self.starts += 1
            await asyncio.sleep(LOOK_EVERY_S)

    def paid(self) -> list[Payment]:
        return [one for one in entries(self.journal) if one.state is Execution.EXECUTED]

    def write_statement(self, file: Path) -> None:
        """As the wallet's bookkeeping would hand it out: from the payments themselves."""
        paid = [one.request for one in self.paid()]
        lines = [{"remedy_id": one.remedy_id, "amount": one.amount, "currency": one.currency} for one in paid]
        file.write_bytes(b"\n".join(map(to_json, lines)))


@asynccontextmanager
async def till_on(root: Path, environment: Mapping[str, str], seed: int) -> AsyncIterator[Till]:
    till = Till(root, environment, seed)
    supervisor = asyncio.create_task(till.supervise())
    try:
        yield till
    finally:
        supervisor.cancel()
        await asyncio.to_thread(programs.end, root, [NAME], patience_s=ENDS_WITHIN_S)
        await asyncio.to_thread(programs.sweep, root, NAME)
