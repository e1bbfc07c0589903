"""What a chaos run stands on: a broker that can be taken away and given back. Each kind of stage brings one of its own.

`native.py` is one node of the installed RabbitMQ; `cluster.py` three nodes, of which one is taken away. Both have
`def broker(root: Path) -> AbstractAsyncContextManager[Broker]`: it runs when entered, and is gone with its data afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int


class Broker(Protocol):
    """Nobody speaks to it directly: a proxy of the stage leads to the first of its nodes that answers."""

    @property
    def name(self) -> str:
        """For the report: `RabbitMQ 3.10.8, one node`."""

    @property
    def user(self) -> str:
        """An administrator."""

    @property
    def password(self) -> str: ...

    @property
    def amqp(self) -> Sequence[Address]:
        """Of each node."""

    @property
    def management(self) -> Sequence[Address]:
        """Of each node."""

    async def kill(self) -> None:
        """SIGKILL; in a cluster of one node, another one each time."""

    async def stop(self) -> None:
        """In order, as an operator stops it; in a cluster one node, another one each time."""

    async def start(self) -> None:
        """What `kill` or `stop` took away comes back. Returns when it answers; does nothing where nothing is away."""

    async def raise_memory_alarm(self) -> None:
        """Every publisher is blocked until it is cleared."""

    async def clear_memory_alarm(self) -> None: ...
