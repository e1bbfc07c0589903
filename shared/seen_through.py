"""What this process itself saw to its end: written, and every event confirmed. A source's own copy of it owes nothing. ADR-0020."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.task import End, Task

AT_MOST = 10_000
"""Some 2 MiB. Copies come soon after their first, and what is forgotten here only takes the longer way."""


@dataclass
class SeenThrough:
    at_most: int = AT_MOST
    _what: dict[str, str] = field(default_factory=dict)

    def remember(self, tasks: Sequence[Task]) -> None:
        """Not what carried an early message that failed: a copy of it brings that one up again."""
        owing = {task.carrier for task in tasks if task.end in (End.RETRY, End.DEAD)}
        for task in tasks:
            if task.end in (End.DONE, End.DUPLICATE) and task.cause.id not in owing:
                self._what[task.cause.id] = task.what
        while len(self._what) > self.at_most:
            del self._what[next(iter(self._what))]

    def recognise(self, tasks: Sequence[Task], seen: Mapping[str, str]) -> None:
        """Only copies of the same bytes, straight from their source. What comes again for any other reason brings its events again."""
        for task in tasks:
            if task.cause.id not in seen or task.delivery is None or not task.delivery.envelope.is_first_try:
                continue
            if (what := self._what.get(task.cause.id)) is not None:
                task.ends(End.DUPLICATE, what)
