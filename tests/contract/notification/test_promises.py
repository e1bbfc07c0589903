"""What two services say in files of their own: whoever changes one must change the other."""

import tomllib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.settings import CaseworkSettings
from services.notification.bodies import load_bodies
from services.notification.casework_rules import LAST_REMINDER
from services.notification.phrasebook import TEMPLATES, phrasebook
from services.sla_watchdog.calendar import due
from services.sla_watchdog.settings import SlaWatchdogSettings
from shared.contracts.vocabulary import Category, ClockKind, Priority

PROMISES = phrasebook().promises
BODIES = load_bodies(TEMPLATES / "bodies.toml")
A_NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("priority", Priority)
def test_no_decision_is_promised_sooner_than_the_watchdog_wants_it(category: Category, priority: Priority) -> None:
    target = SlaWatchdogSettings().targets().resolution(category, priority).terms.target

    assert PROMISES.decision_within(category, priority) >= timedelta(hours=target.count)


@given(st.integers(min_value=0, max_value=24 * 366 * 4), st.sampled_from(sorted(PROMISES.zones)))
def test_no_review_is_promised_sooner_than_the_watchdog_wants_it_wherever_the_customer_is(quarters: int, zone: str) -> None:
    opened_at = A_NEW_YEAR + quarters * timedelta(minutes=15)
    house = SlaWatchdogSettings().targets().house
    wanted = due(opened_at, house.appeal_review.target, house.zone)

    promised = datetime.combine(PROMISES.review_by(opened_at, zone) + timedelta(days=1), time(), ZoneInfo(zone))

    assert timedelta() <= promised - wanted < timedelta(days=1)


def test_every_regime_of_casework_and_of_the_watchdog_has_the_body_that_its_letters_name() -> None:
    regimes = tomllib.loads(Path(CaseworkSettings().regimes_file).read_text(encoding="utf-8"))["regime"]
    named = {one["name"]: one["outside_body"] for one in regimes if "outside_body" in one}

    assert named == BODIES.of_regime
    assert set(SlaWatchdogSettings().targets().laws) <= set(BODIES.regimes)


def test_the_last_reminder_is_the_watchdogs_last_warning() -> None:
    assert len(SlaWatchdogSettings().targets().of(ClockKind.MATERIAL_WAIT).terms.warnings) == LAST_REMINDER
