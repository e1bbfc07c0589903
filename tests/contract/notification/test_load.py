"""The promise follows what really came in, as the database has it."""

from pathlib import Path

import pytest

from services.notification.load import Load
from services.notification.phrasebook import PROMISES
from shared.contracts import OutboundNotice
from tests.builders import a_complaint_id, a_complaint_registered
from tests.under_test import ServiceUnderTest

FEW = 3


@pytest.fixture
async def notification(started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ServiceUnderTest:
    """For which three complaints are many."""
    promises = tmp_path / "promises.toml"
    promises.write_text(PROMISES.read_text(encoding="utf-8").replace("complaints = 2_000", f"complaints = {FEW}"), encoding="utf-8")
    monkeypatch.setenv("NOTIFICATION_PROMISES_PATH", str(promises))
    return await started("notification")


async def test_who_complains_at_a_peak_is_promised_what_can_be_kept(notification: ServiceUnderTest):
    load: Load = notification.service.facts[Load]
    complaints = [a_complaint_registered(complaint_id=a_complaint_id(f"chat-{one}"), language="en") for one in range(FEW + 1)]

    await load.look(notification.house)
    await notification.receives(*complaints[:FEW])
    await load.look(notification.house)
    await notification.receives(complaints[FEW])

    said = [one.text for one in notification.emitted(OutboundNotice)]
    assert ["within 24 hours" in one for one in said] == [True] * FEW + [False]
    assert "within 48 hours" in said[FEW]
    assert load.complaints == FEW
