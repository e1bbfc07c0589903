"""One of those that are measured: a crew of processes, and the path that complaints take through it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from yarl import URL

from tests.load.publishing import Prepared

Arrivals = dict[str, float]
"""Id of a prepared message → when what it caused came out at the other end."""


class Crew(Protocol):
    async def start(self) -> None: ...
    def stop(self) -> None: ...
    def pids(self) -> Mapping[str, Sequence[int]]:
        """Process kind → its processes."""


class Path(Protocol):
    @property
    def users(self) -> Mapping[str, URL]:
        """Who publishes, and where."""

    def prepared(self, count: int) -> Sequence[Prepared]: ...
    async def has_ended(self, count: int) -> bool:
        """Whether so many complaints are at their end, all that they cause included."""

    async def is_idle(self) -> bool:
        """Whether nothing goes on any more, what is not part of the end included."""

    async def clear(self) -> None:
        """Empty collections and queues for the next round."""

    def arrivals(self) -> AbstractAsyncContextManager[Arrivals]: ...


@dataclass(frozen=True, slots=True)
class Contender:
    """`count`: complaints in a round; the slow ones get fewer, so that all take about as long."""

    name: str
    count: int
    crew: Crew
    path: Path
