"""A house and everybody around it: adapters that deliver, a mail server, a wallet that answers, and time that can be moved on."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

from deploy.cli import complaints, house_time
from deploy.cli.adapters import Collected, run_all
from deploy.cli.mailbox import Mailbox, mailbox
from deploy.cli.views import Views
from deploy.house import SERVICES, listed_adapters
from services.simulators.wallet import SimulatorSettings, WalletSimulator
from shared.contracts import Transaction
from shared.settings import HouseSettings
from tests.builders import a_transaction
from tests.house import FAST_LADDER, RunningHouse, a_house, eventually
from tests.namespaces import Namespace

ADAPTERS_FILE = Path(__file__).resolve().parents[2] / "deploy" / "adapters.toml"
CLOCKS_DIFFER = timedelta(seconds=1)


@dataclass
class Town:
    house: RunningHouse
    mail: Mailbox
    delivered: Collected
    wallet: WalletSimulator
    ledger: list[Transaction]
    settings: HouseSettings
    views: Views
    ahead: timedelta = field(default=timedelta())

    def now(self) -> datetime:
        """In the house's time, and a little before it, so that nothing comes out of the future."""
        return datetime.now(UTC) + self.ahead - CLOCKS_DIFFER

    async def passes(self, by: timedelta) -> None:
        """Every service knows when this returns; what it does then is waited for."""
        self.ahead = await house_time.advance(self.settings, by)
        for service in SERVICES:
            await eventually(partial(self._clock_of, service), lambda seen: seen is not None and seen >= self.now())

    def payments_for(self, complaint_id: str) -> list[int]:
        """What the wallet really paid, in minor units."""
        return [int(one["amount"] or 0) for one in self.wallet.payments.statement() if str(one["remedy_id"]).startswith(complaint_id)]

    def paid(self, **changes: Any) -> Transaction:
        """The wallet's ledger holds it from now on."""
        transaction = a_transaction(**changes)
        self.ledger.append(transaction)
        return transaction

    def letters_about(self, number: str) -> list[EmailMessage]:
        """To whomever: a team's letter names the complaint in its subject."""
        return [one for one in self.mail.letters if number in str(one["Subject"])]

    async def _clock_of(self, service: str) -> datetime | None:
        ready = await asyncio.to_thread(self.views.ready, service)
        return datetime.fromisoformat(ready["at"]) if ready.get("at") else None

    async def shown(self, number: str) -> dict[str, Any]:
        """As `redress show` tells it."""
        return await asyncio.to_thread(complaints.everything_on, self.views, number)


@asynccontextmanager
async def a_town(namespace: Namespace, root: Path) -> AsyncIterator[Town]:
    settings = _settings(namespace)
    ledger, delivered = SimulatorSettings().ledger(), Collected()
    wallet = WalletSimulator(ledger)
    with mailbox() as mail, a_house(namespace, root, FAST_LADDER | mail.environment) as house:
        around = run_all(settings, listed_adapters(ADAPTERS_FILE), delivered), wallet.run(settings)
        async with _beside(*around):
            views = Views(settings, {one.service: one.url for one in house.running.processes})
            yield Town(house, mail, delivered, wallet, ledger, settings, views)
        await house.close()


@asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """What ends before it is told to has failed, and so has whoever relied on it."""
    running = [asyncio.create_task(one) for one in work]
    try:
        yield
        assert not any(one.done() for one in running), [one.exception() for one in running if one.done()]
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _settings(namespace: Namespace) -> HouseSettings:
    told = {name.removeprefix("REDRESS_").lower(): value for name, value in namespace.environment.items()}
    return HouseSettings.model_validate(told | {"adapters_file": ADAPTERS_FILE})
