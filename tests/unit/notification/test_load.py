"""The promise of a first answer follows the load: what came within ten minutes, and what the receipt then says."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.notification import rules
from services.notification.load import Load
from services.notification.phrasebook import PROMISES
from services.notification.promises import Promises, load_promises
from tests.unit.notification.events import BOOK, NOW, RECEIVED, a_registered, the_notice

A_MINUTE = timedelta(minutes=1)
PEAK = BOOK.promises.peak[0].complaints


def test_what_came_within_ten_minutes_is_the_load() -> None:
    load = Load()

    seen = []
    for minute, in_all in enumerate([1_000, 1_200, 1_200, 1_700]):
        load.counted(in_all, NOW + minute * 5 * A_MINUTE)
        seen.append(load.complaints)

    assert seen == [0, 200, 200, 500]


def test_a_restored_database_that_holds_less_is_no_load() -> None:
    load = Load()

    load.counted(1_000, NOW)
    load.counted(400, NOW + A_MINUTE)

    assert load.complaints == 0


@pytest.mark.parametrize(("complaints", "hours"), [(0, 24), (PEAK - 1, 24), (PEAK, 48), (PEAK * 10, 48)])
def test_the_receipt_promises_what_can_be_kept(complaints: int, hours: int) -> None:
    decision = rules.acknowledge(a_registered(language="en"), BOOK, NOW, complaints)

    assert decision.state.answer_by == RECEIVED + timedelta(hours=hours)
    assert f"within {hours} hours of your message" in the_notice(decision).text


def test_the_highest_peak_that_is_reached_counts_and_none_is_faster_than_usual() -> None:
    usual = load_promises(PROMISES).model_dump()
    peaks = [{"complaints": 100, "first_response_hours": 72}, {"complaints": 10, "first_response_hours": 36}]

    assert Promises.model_validate({**usual, "peak": peaks}).answer_within(500) == timedelta(hours=72)
    with pytest.raises(ValidationError, match="sooner than the usual 24 hours"):
        Promises.model_validate({**usual, "peak": [{"complaints": 10, "first_response_hours": 12}]})
