"""What every service does when a customer is erased: the words go, the records stay. ADR-0025."""

from typing import TypeVar

from shared.blanking import ERASED, blanked
from shared.decision import Decision

S = TypeVar("S")


def erase(held: S) -> Decision[S]:
    return Decision(blanked(held, ERASED), what="erased", erases=True)
