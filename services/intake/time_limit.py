"""Gives a computation up once it has used its share of processor time, so that no message can stop its neighbours. ADR-0015."""

import faulthandler
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import TypeVar

from shared.errors import PermanentError

T = TypeVar("T")
HANGS_AFTER = 4
"""Times the limit: C code that never looks at signals then ends the process, and the broker delivers again."""

_under_way = False


class TookTooLong(PermanentError):
    """Reading the message used up its time. Operator: report it; raise INTAKE_READING_LIMIT_S and replay, or discard."""

    slug = "took-too-long"


class _TimeIsUp(BaseException):
    """No `Exception`: libraries and parsers that go on after any of those must not go on after this."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Processor seconds, not those of the wall: a process that was stopped, or waits for a busy machine, gives nothing up."""

    seconds: float

    def run(self, work: Callable[[], T]) -> T:
        """Raises `TookTooLong`. Only Python's main thread hears signals; elsewhere the work runs without a limit."""
        if threading.current_thread() is not threading.main_thread():
            return work()
        _listen()
        try:
            return _timed(work, self.seconds)
        except _TimeIsUp:
            raise TookTooLong(f"reading took more than {self.seconds:g} s of processor time") from None


def _timed(work: Callable[[], T], seconds: float) -> T:
    """The alarm repeats, for a library may swallow it once."""
    global _under_way  # noqa: PLW0603 - a process has one set of timers, and so one mark of whether they count
    _under_way = True
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
        signal.setitimer(signal.ITIMER_PROF, HANGS_AFTER * seconds)
        return work()
    finally:
        _under_way = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


@cache
def _listen() -> None:
    """`re` looks for signals while it searches, so a pattern is interrupted too. A hang leaves its place on standard error."""
    signal.signal(signal.SIGVTALRM, _on_alarm)
    with suppress(OSError, AttributeError, ValueError):  # standard error may be no file; the process ends all the same
        faulthandler.register(signal.SIGPROF, all_threads=False, chain=True)


def _on_alarm(_: int, __: FrameType | None) -> None:
    if _under_way:
        raise _TimeIsUp
