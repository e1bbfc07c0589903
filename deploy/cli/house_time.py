"""The house's time, which every process takes from the database; in test mode it can be moved on."""

import re
from datetime import datetime, timedelta

from deploy.cli.errors import BadInputError
from deploy.cli.place import UP
from deploy.management import NobodyAnswersError
from deploy.problem import SetupError
from deploy.trust import refused_database
from shared.access import database_of
from shared.clock import TEST_OFFSET, Clock
from shared.errors import DatabaseAway
from shared.settings import OPERATOR, HouseSettings
from shared.storage import Collection, Database, UpdateOne

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
SPAN = re.compile(r"(?:\d+[dhms])+")
LONGEST = timedelta(days=36_525)
"""A century: older than anything a house knows."""


def span(given: str, *, at_most: timedelta = LONGEST) -> timedelta:
    """`15d`, `25h`, `1d12h30m`."""
    if not SPAN.fullmatch(given):
        raise BadInputError(f"a span of time is written like 15d, 25h or 1h30m, not {given[:20]!r}")
    try:
        found = sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in re.findall(r"(\d+)([dhms])", given)), timedelta())
    except (OverflowError, ValueError):  # more days than a span of time can hold, or more digits than a number may have
        found = timedelta.max
    if found > at_most:
        raise BadInputError(f"a span of time is at most {at_most.days}d here, not {given[:20]!r}")
    return found


def moment(given: str, now: datetime) -> datetime:
    """`2h` ago, or a moment with its zone."""
    return now - span(given) if SPAN.fullmatch(given) else zoned(given, "2h, 3d or ")


def zoned(given: str, otherwise: str = "") -> datetime:
    """A moment with its zone; `otherwise` is what else the caller reads."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise BadInputError(f"a time is written like {otherwise}2026-11-22T10:00+08:00, not {given!r}") from None
    if found.tzinfo is None:
        raise BadInputError(f"{given!r} has no zone: write 2026-11-22T10:00+08:00 or 2026-11-22T10:00Z")
    return found


async def now(settings: HouseSettings) -> datetime:
    database = _clock_database(settings)
    try:
        clock = Clock(database, _offsets(database) if settings.test_clock else None)
        await clock.agree()
        return clock.now()
    except DatabaseAway as error:
        raise refused_database(error) or NobodyAnswersError("the database does not answer.", cure=UP) from None
    finally:
        await database.close()


async def advance(settings: HouseSettings, by: timedelta) -> timedelta:
    """How far ahead the house is then. Time only goes forward: a fired deadline cannot be taken back."""
    if not settings.test_clock:
        raise SetupError("the time of a real house cannot be moved.", cure="start it in test mode: `REDRESS_TEST_CLOCK=1 redress up`.")
    database = _clock_database(settings)
    try:
        milliseconds = by // timedelta(milliseconds=1)
        await _offsets(database).write([UpdateOne({"_id": TEST_OFFSET}, {"$inc": {"ms": milliseconds}}, upsert=True)])
        stored = await _offsets(database).one({"_id": TEST_OFFSET})
        return timedelta(milliseconds=stored["ms"] if stored else 0)
    except DatabaseAway as error:
        raise refused_database(error) or NobodyAnswersError("the database does not answer.", cure=UP) from None
    finally:
        await database.close()


def _clock_database(settings: HouseSettings) -> Database:
    return database_of(settings, OPERATOR)


def _offsets(database: Database) -> Collection:
    return database.collection("test")
