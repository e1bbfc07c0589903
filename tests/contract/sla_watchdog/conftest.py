import pytest

from tests.under_test import ServiceUnderTest


@pytest.fixture
async def sla_watchdog(started) -> ServiceUnderTest:
    return await started("sla_watchdog")
