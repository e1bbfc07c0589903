"""What the runtime asks of the one who keeps a service's messages: intake's ledger of arrivals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from shared.envelope import Delivery, Outgoing

Told = tuple[str, str, str, str, datetime]
"""Type, routing key and id of a message; the id of the record that holds it; when it was caused."""


class Keeper(Protocol):
    """Keeps what came, byte for byte, before anything looks inside (intake's arrivals), and tells of it (`redress reconcile`)."""

    async def whole(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]: ...

    async def keep(self, deliveries: Sequence[Delivery]) -> Mapping[str, str]: ...

    async def told(self, after: str, limit: int) -> list[Told]: ...

    async def as_it_came(self, ids: Sequence[str]) -> list[Outgoing]: ...
