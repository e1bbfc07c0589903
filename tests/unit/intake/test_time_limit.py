import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

import pytest

from services.intake.time_limit import TimeLimit, TookTooLong
from shared.errors import PermanentError

SOON = TimeLimit(0.05)
HANG_IN_C = "from services.intake.time_limit import TimeLimit; TimeLimit(0.05).run(lambda: sum(range(10**13)))"


def forever() -> None:
    while True:
        pass


def forever_whatever_happens() -> None:
    while True:
        with suppress(Exception):  # as broken parsers do
            forever()


def forever_after_a_first_alarm() -> None:
    try:
        forever()
    except BaseException:  # noqa: BLE001 - as the worst parsers do
        forever()


def catastrophe() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


@pytest.mark.parametrize("work", [forever, forever_whatever_happens, forever_after_a_first_alarm, catastrophe])
def test_what_does_not_end_is_given_up_for_good(work: Callable[[], None]):
    with pytest.raises(TookTooLong) as given_up:
        SOON.run(work)

    assert isinstance(given_up.value, PermanentError)
    assert str(given_up.value) == "reading took more than 0.05 s of processor time"


def test_outside_of_the_work_no_timer_runs():
    with pytest.raises(TookTooLong):
        SOON.run(forever)
    with pytest.raises(ZeroDivisionError):
        TimeLimit(60).run(lambda: 1 // 0)

    assert TimeLimit(60).run(lambda: "done") == "done"
    assert [signal.getitimer(one) for one in (signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)] == [(0.0, 0.0), (0.0, 0.0)]


def test_waiting_is_not_working():
    assert SOON.run(lambda: Event().wait(0.3)) is False


def test_beside_the_main_thread_the_work_is_done_without_a_limit():
    done: list[str] = []
    beside = Thread(target=lambda: done.append(SOON.run(lambda: "done")))

    beside.start()
    beside.join()

    assert done == ["done"]


def test_a_hang_that_hears_no_signal_ends_the_process_and_leaves_its_place():
    ended = subprocess.run([sys.executable, "-c", HANG_IN_C], capture_output=True, text=True, timeout=100, check=False)

    assert ended.returncode == -signal.SIGPROF
    assert "most recent call first" in ended.stderr
    assert 'File "<string>", line 1 in <lambda>' in ended.stderr
