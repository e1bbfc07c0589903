import pytest

from tests.under_test import ServiceUnderTest


@pytest.fixture
async def notification(started) -> ServiceUnderTest:
    return await started("notification")
