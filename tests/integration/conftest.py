from collections.abc import AsyncIterator

import pytest

from tests.house import FAST_LADDER, RunningHouse, a_house
from tests.namespaces import Namespace


@pytest.fixture(scope="module")
async def house(module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningHouse]:
    """Shared by the tests of one module: each uses ids of its own."""
    with a_house(module_namespace, tmp_path_factory.mktemp("house"), FAST_LADDER) as running:
        yield running
        await running.close()
