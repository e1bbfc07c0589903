"""Reads messages, each for so long at most: the only way in which intake's handlers read one."""

from collections.abc import Callable
from dataclasses import dataclass

from services.intake.complaint import Parsed, Understanding
from services.intake.reading import read
from services.intake.time_limit import TimeLimit
from shared.adapters import AdapterEntry
from shared.contracts import Inbound
from shared.errors import UnreadableMessage


@dataclass(frozen=True, slots=True)
class Reader:
    limit: TimeLimit
    read: Callable[[Inbound, AdapterEntry], tuple[Parsed, Understanding]] = read

    def __call__(self, message: Inbound, adapter: AdapterEntry) -> tuple[Parsed, Understanding]:
        """Raises what `read` raises, its `ValueError` as `UnreadableMessage`, and `TookTooLong`."""
        try:
            return self.limit.run(lambda: self.read(message, adapter))
        except ValueError as error:
            # A library's own words may quote what the customer wrote.
            why = str(error) if type(error) is ValueError else type(error).__name__
            raise UnreadableMessage(f"the {message.channel} part cannot be read: {why}") from None
