"""Small things the command says and reads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.main import get_command

from deploy.cli.app import app
from deploy.cli.balance import adds_up
from deploy.cli.errors import BadInputError
from deploy.cli.house_time import moment, span, zoned
from deploy.cli.output import cell
from deploy.cli.running import alarms_of
from shared.topology import WALLET_REQUESTS

EVEN = dict.fromkeys(("registered", "linked", "set_aside", "parked"), 1) | dict.fromkeys(("refused", "unended", "unarrived", "pending"), 0)
EVEN |= {"received": 4, "duplicate": 7}


def commands(group: Any, path: str = "redress") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("path", "command"), list(commands(get_command(app))))
def test_every_command_says_what_it_does_and_has_an_example(path: str, command: Any):
    assert command.help.endswith(".")
    assert command.epilog.startswith(f"Example: {path}")


@pytest.mark.parametrize(
    ("given", "meant"),
    [("15d", timedelta(days=15)), ("25h", timedelta(hours=25)), ("1d12h30m", timedelta(days=1, hours=12, minutes=30)), ("0s", timedelta())],
)
def test_spans_of_time(given: str, meant: timedelta):
    assert span(given) == meant


@pytest.mark.parametrize("given", ["36526d", "99999999999999d", "9" * 5_000 + "d"])
def test_a_span_longer_than_any_memory_is_refused(given: str):
    with pytest.raises(BadInputError, match="at most 36525d"):
        span(given)


@pytest.mark.parametrize("given", ["", "15", "d", "-1d", "1.5h", "1w", "1d "])
def test_what_is_no_span_of_time_is_refused(given: str):
    with pytest.raises(BadInputError, match="written like 15d"):
        span(given)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("2026-11-22T10:00:05.123000+08:00", "2026-11-22 02:00"),
        ("2026-11-22T10:00:05Z", "2026-11-22 10:00"),
        ("2026-11-22Torino is no time", "2026-11-22Torino is no time"),
        (["a", None], "a, –"),
        (True, "yes"),
        (0, "0"),
    ],
)
def test_cells(value: object, shown: str):
    assert cell(value) == shown


@pytest.mark.parametrize("name", ["redress.unroutable", "intake.dead", "sla-watchdog.dead"])
def test_a_queue_that_should_be_empty_alarms_when_it_is_not(name: str):
    full = [{"name": name, "messages": 2}, {"name": "intake.inbound-chat", "messages": 9}]

    (alarm,) = alarms_of(full)

    assert alarm.startswith(f"{name} holds 2 messages")
    assert alarms_of([{"name": name, "messages": 0}]) == []


def test_requests_alarm_where_no_wallet_reads_them():
    waiting = {"name": WALLET_REQUESTS, "messages": 2}

    assert [one.startswith(f"{WALLET_REQUESTS} holds 2 messages") for one in alarms_of([{**waiting, "consumers": 0}])] == [True]
    assert alarms_of([{**waiting, "consumers": 1}]) == []


def test_a_balance_adds_up_when_everything_received_has_ended():
    assert adds_up(EVEN)


@pytest.mark.parametrize("change", [{"received": 5}, {"unended": 1, "received": 5}, {"pending": 1}, {"registered": 0}, {"unarrived": 1}])
def test_a_balance_with_something_lost_or_under_way_does_not(change: dict[str, int]):
    assert not adds_up(EVEN | change)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2h", "2026-11-22T08:00:00+00:00"),
        ("1d30m", "2026-11-21T09:30:00+00:00"),
        ("2026-11-22T10:00+08:00", "2026-11-22T10:00:00+08:00"),
        ("2026-11-22T10:00Z", "2026-11-22T10:00:00+00:00"),
    ],
)
def test_a_moment_is_so_long_ago_or_a_time_with_its_zone(given: str, meant: str):
    assert moment(given, datetime(2026, 11, 22, 10, tzinfo=UTC)).isoformat() == meant


@pytest.mark.parametrize("given", ["yesterday", "2026-11-22T10:00", "10:00", "2x"])
def test_a_moment_that_could_mean_several_is_refused(given: str):
    with pytest.raises(BadInputError):
        moment(given, datetime(2026, 11, 22, 10, tzinfo=UTC))


@pytest.mark.parametrize("given", ["2h", "2026-12-24", "2026-12-24T18:00"])
def test_a_deadline_is_a_time_with_its_zone(given: str):
    with pytest.raises(BadInputError, match=r"2026-11-22T10:00\+08:00"):
        zoned(given)
