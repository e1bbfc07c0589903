from collections.abc import AsyncIterator

import pytest

from deploy.backing import Backing
from tests.journeys.town import Town, a_town
from tests.namespaces import namespace_in


@pytest.fixture(scope="package")
async def town(backing: Backing, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One for all journeys, since its start takes longer than most of them. Each journey has customers of its own."""
    with namespace_in(backing) as namespace:
        async with a_town(namespace, tmp_path_factory.mktemp("town")) as built:
            yield built
