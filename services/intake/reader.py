"""Reads messages, each for so long at most: the only way in which intake's handlers read one."""

from collections.abc import Callable
from dataclasses import dataclass

from services.intake.complaint import Parsed, Understanding
from services.intake.reading import read
from services.intake.time_limit import TimeLimit
from shared.adapters import AdapterEntry
from shared.contracts import Inbound


@dataclass(frozen=True, slots=True)
class Reader:
    limit: TimeLimit
    read: Callable[[Inbound, AdapterEntry], tuple[Parsed, Understanding]] = read

    def __call__(self, message: Inbound, adapter: AdapterEntry) -> tuple[Parsed, Understanding]:
        """Raises what `read` raises, and `TookTooLong`."""
        return self.limit.run(lambda: self.read(message, adapter))
