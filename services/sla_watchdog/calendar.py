"""When a target that starts now is due: real hours, calendar days, business days or weeks. Public holidays are business days so far."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Unit(StrEnum):
    HOURS = "hours"
    CALENDAR_DAYS = "calendar days"
    BUSINESS_DAYS = "business days"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Span:
    """Hours run day and night. Days and weeks are whole: the day of the start is day 0, and the last one counts to its end."""

    count: float
    unit: Unit = Unit.HOURS


def due(started_at: datetime, span: Span, zone: str) -> datetime:
    """`zone` says when a day begins and ends; hours do not ask."""
    if span.unit is Unit.HOURS:
        return started_at + timedelta(hours=span.count)
    return _end_of(_last_day(started_at.astimezone(ZoneInfo(zone)).date(), span), zone)


def at_share(started_at: datetime, due_at: datetime, share: float) -> datetime:
    """The moment at which `share` of the time is used up."""
    return started_at + (due_at - started_at) * share


def earliest(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one), default=None)


def _last_day(day: date, span: Span) -> date:
    match span.unit:
        case Unit.WEEKS:
            return day + timedelta(weeks=span.count)
        case Unit.BUSINESS_DAYS:
            for _ in range(int(span.count)):
                day = _next_business_day(day)
            return day
        case _:
            return day + timedelta(days=span.count)


def _next_business_day(day: date) -> date:
    """Monday to Friday. A holiday that is not known makes a deadline too early, never too late."""
    day += ONE_DAY
    while day.weekday() >= SATURDAY:
        day += ONE_DAY
    return day


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day + ONE_DAY, time(), ZoneInfo(zone)).astimezone(UTC)
