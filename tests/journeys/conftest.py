from collections.abc import AsyncIterator
from typing import Literal

import pytest

from deploy.backing import Backing
from tests.journeys.town import Town, a_town
from tests.namespaces import namespace_in


def as_long_as_needed(fixture_name: str, config: pytest.Config) -> Literal["package", "session"]:  # noqa: ARG001 - pytest names it
    """A worker has all journeys one after the other, and then no need of the town; in one process other tests may come between them."""
    return "package" if hasattr(config, "workerinput") else "session"


@pytest.fixture(scope=as_long_as_needed)
async def town(backing: Backing, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One for all journeys, since its start takes longer than most of them. Each journey has customers of its own."""
    with namespace_in(backing) as namespace:
        async with a_town(namespace, tmp_path_factory.mktemp("town")) as built:
            yield built
