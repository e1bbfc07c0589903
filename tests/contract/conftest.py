"""Each service, ready to receive: real rules, write path and database."""

from collections.abc import AsyncIterator, Callable
from importlib import import_module

import pytest

from shared.house import Service
from tests.namespaces import Namespace
from tests.under_test import ServiceUnderTest, under_test


@pytest.fixture
async def started(namespace: Namespace, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[[str], object]]:
    for name, value in namespace.environment.items():
        monkeypatch.setenv(name, value)
    running: list[ServiceUnderTest] = []

    async def start(name: str) -> ServiceUnderTest:
        service: Service = import_module(f"services.{name}.app").describe()
        running.append(await under_test(service, namespace))
        return running[-1]

    yield start
    for one in running:
        await one.house.database.close()
