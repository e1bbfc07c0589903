import pytest

from tests.under_test import ServiceUnderTest


@pytest.fixture
async def intake(started) -> ServiceUnderTest:
    return await started("intake")
