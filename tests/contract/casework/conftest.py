import pytest

from tests.under_test import ServiceUnderTest


@pytest.fixture
async def casework(started) -> ServiceUnderTest:
    return await started("casework")
