"""Ctrl-C and SIGTERM, once: the work ends in order, and who asks again meanwhile hears that it is ending."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from deploy.cli import output

ENDING = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, FrameType | None], None]


class Interruption:
    """The first signal raises KeyboardInterrupt where the work is; the next ones raise nothing, so that cleaning up is not cut off."""

    def __init__(self) -> None:
        self.signal = 0

    def take(self, number: int, frame: FrameType | None) -> None:
        if self.signal:
            _still(number, frame)
            return
        self.signal = number
        output.say("stopping…")
        raise KeyboardInterrupt

    @property
    def exit_status(self) -> int:
        """As shells tell the end by a signal."""
        return 128 + self.signal


@contextmanager
def interruptible() -> Iterator[Interruption]:
    interruption = Interruption()
    with _taken_by(interruption.take):
        yield interruption


@contextmanager
def uninterrupted() -> Iterator[None]:
    """For cleaning up: half of it would leave programs behind that nobody looks after."""
    with _taken_by(_still):
        yield


@contextmanager
def _taken_by(handler: Handler) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in ENDING}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _still(_number: int, _frame: FrameType | None) -> None:
    output.say("still stopping")
