"""A house and everybody around it: adapters that deliver, a mail server, a wallet that answers, and time that can be moved on."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from deploy.cli import complaints, house_time
from deploy.cli.adapters import Collected, run_all
from deploy.cli.mailbox import Mailbox, mailbox
from deploy.cli.views import Views
from deploy.house import listed_adapters
from services.simulators.wallet import SimulatorSettings, WalletSimulator
from shared.contracts import Transaction
from shared.settings import HouseSettings
from tests.builders import a_transaction
from tests.house import FAST_LADDER, RunningHouse, a_house
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
    ahead: timedelta = field(default=timedelta())

    @property
    def views(self) -> Views:
        return Views(self.settings, {one.service: one.url for one in self.house.running.processes})

    def now(self) -> datetime:
        """In the house's time, and a little before it, so that nothing comes out of the future."""
        return datetime.now(UTC) + self.ahead - CLOCKS_DIFFER

    async def passes(self, by: timedelta) -> None:
        """Every service notices within a quarter of a second; what it does then is waited for."""
        self.ahead = await house_time.advance(self.settings, by)

    def paid(self, **changes: Any) -> Transaction:
        """The wallet's ledger holds it from now on."""
        transaction = a_transaction(**changes)
        self.ledger.append(transaction)
        return transaction

    def letters_about(self, number: str) -> list[EmailMessage]:
        """To whomever: a team's letter names the complaint in its subject."""
        return [one for one in self.mail.letters if number in str(one["Subject"])]

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
            yield Town(house, mail, delivered, wallet, ledger, settings)
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
