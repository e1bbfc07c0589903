import pytest

from tests.under_test import ServiceUnderTest


@pytest.fixture
async def routing(started) -> ServiceUnderTest:
    return await started("routing")
