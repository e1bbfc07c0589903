"""The answer to a command: what it does, or why it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.casework.life import Life
from shared.contracts import Message


class Refused(Exception):
    """The command is not carried out. The slug is the answer; docs/operations.md explains each. `needs` says what would do."""

    def __init__(self, slug: str, *, needs: str = "") -> None:
        super().__init__(slug)
        self.slug = f"{slug}/{needs}" if needs else slug


@dataclass(frozen=True, slots=True)
class Deed:
    life: Life
    emit: Sequence[Message] = ()
    reason: str | None = None
    stays: bool = False
    """The status does not move, although this command may move it."""
    what: str | None = None
    """How it ended, where the command's name does not tell."""
    erases: bool = False
    """What was personal is gone with this (ADR-0025)."""
