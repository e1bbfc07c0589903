from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

from deploy.cli.mailbox import Mailbox, mailbox
from tests.house import FAST_LADDER, RunningHouse, a_house
from tests.namespaces import Namespace


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    """A mail server that keeps every letter."""
    with mailbox() as found:
        yield found


@pytest.fixture(scope="module")
def house_settings() -> Mapping[str, str]:
    """What a module's house is told beside the usual; a module that wants more has a fixture of this name."""
    return {}


@pytest.fixture(scope="module")
async def house(
    module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory, house_settings: Mapping[str, str]
) -> AsyncIterator[RunningHouse]:
    """Shared by the tests of one module: each uses ids of its own."""
    with a_house(module_namespace, tmp_path_factory.mktemp("house"), {**FAST_LADDER, **house_settings}) as running:
        yield running
        await running.close()


@pytest.fixture
def as_in_the_house(house: RunningHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is told what the house's services are told: for tests of the command."""
    for name, value in house.environment.items():
        if name.startswith("REDRESS_"):
            monkeypatch.setenv(name, value)
