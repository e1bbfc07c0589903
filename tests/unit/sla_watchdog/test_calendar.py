"""When a target is due: hours run through, days end at midnight of the zone, and the day of receipt is day 0."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla_watchdog import calendar
from services.sla_watchdog.calendar import Span, Unit
from tests.builders import RECEIVED_AT

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

LONDON, SHANGHAI, NEW_YORK = "Europe/London", "Asia/Shanghai", "America/New_York"
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.sampled_from([ZoneInfo("UTC"), ZoneInfo(SHANGHAI)]))  # noqa: DTZ001 - hypothesis adds the zone
ZONES = st.sampled_from([LONDON, SHANGHAI, NEW_YORK, "Asia/Kolkata", "UTC", "America/Santiago"])


def due(received: str, span: Span, zone: str) -> str:
    return calendar.due(datetime.fromisoformat(received), span, zone).isoformat()


@pytest.mark.parametrize(
    ("received", "count", "zone", "expected"),
    [
        ("2026-11-23T09:00:00+00:00", 1, LONDON, "2026-11-25T00:00:00+00:00"),
        ("2026-11-27T17:59:00+00:00", 1, LONDON, "2026-12-01T00:00:00+00:00"),
        ("2026-11-28T10:00:00+00:00", 1, LONDON, "2026-12-01T00:00:00+00:00"),
        ("2026-11-29T23:59:59+00:00", 1, LONDON, "2026-12-01T00:00:00+00:00"),
        ("2026-11-30T00:00:00+00:00", 1, LONDON, "2026-12-02T00:00:00+00:00"),
        ("2026-11-23T09:00:00+00:00", 15, LONDON, "2026-12-15T00:00:00+00:00"),
        ("2026-11-23T09:00:00+00:00", 35, LONDON, "2027-01-12T00:00:00+00:00"),
        ("2026-11-23T16:30:00+00:00", 5, SHANGHAI, "2026-12-01T16:00:00+00:00"),
        ("2026-11-23T15:30:00+00:00", 5, SHANGHAI, "2026-11-30T16:00:00+00:00"),
    ],
)
def test_business_days_are_monday_to_friday_after_the_day_of_receipt_in_the_zone(received: str, count: int, zone: str, expected: str):
    assert due(received, Span(count, Unit.BUSINESS_DAYS), zone) == expected


@pytest.mark.parametrize(
    ("received", "span", "zone", "expected"),
    [
        ("2026-11-23T09:00:00+00:00", Span(15, Unit.CALENDAR_DAYS), SHANGHAI, "2026-12-08T16:00:00+00:00"),
        ("2026-11-23T17:00:00+00:00", Span(15, Unit.CALENDAR_DAYS), SHANGHAI, "2026-12-09T16:00:00+00:00"),
        ("2026-11-23T02:00:00+00:00", Span(15, Unit.CALENDAR_DAYS), NEW_YORK, "2026-12-08T05:00:00+00:00"),
        ("2026-11-23T09:00:00+00:00", Span(8, Unit.WEEKS), LONDON, "2027-01-19T00:00:00+00:00"),
        ("2026-02-23T09:00:00+00:00", Span(8, Unit.WEEKS), LONDON, "2026-04-20T23:00:00+00:00"),
        ("2028-02-28T09:00:00+00:00", Span(1, Unit.CALENDAR_DAYS), "UTC", "2028-03-01T00:00:00+00:00"),
    ],
)
def test_calendar_days_and_weeks_end_with_their_last_day_in_the_zone(received: str, span: Span, zone: str, expected: str):
    assert due(received, span, zone) == expected


def test_hours_keep_their_length_over_the_change_of_clocks():
    """The night of 2026-03-29 has 23 hours in London."""
    assert due("2026-03-28T20:00:00+00:00", Span(24), LONDON) == "2026-03-29T20:00:00+00:00"


@UNHURRIED
@given(MOMENTS, st.integers(1, 60), ZONES)
def test_a_business_deadline_is_the_end_of_a_working_day_with_so_many_of_them_since(received: datetime, count: int, zone: str):
    last = calendar.due(received, Span(count, Unit.BUSINESS_DAYS), zone) - timedelta(seconds=1)

    first, end = received.astimezone(ZoneInfo(zone)).date(), last.astimezone(ZoneInfo(zone)).date()
    days = [date.fromordinal(one) for one in range(first.toordinal() + 1, end.toordinal() + 1)]
    assert sum(one.isoweekday() <= 5 for one in days) == count
    assert end.isoweekday() <= 5


@UNHURRIED
@given(MOMENTS, st.integers(1, 60), st.sampled_from(Unit), ZONES)
def test_more_is_later_and_never_before_the_start(received: datetime, count: int, unit: Unit, zone: str):
    one, more = (calendar.due(received, Span(each, unit), zone) for each in (count, count + 1))

    assert received < one < more


@UNHURRIED
@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=365)), st.floats(0, 1))
def test_a_warning_lies_between_start_and_deadline(target: timedelta, share: float):
    due_at = RECEIVED_AT + target

    assert RECEIVED_AT <= calendar.at_share(RECEIVED_AT, due_at, share) <= due_at
