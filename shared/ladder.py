"""Where a message waits before its next attempt, and what travels with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from shared.dead import returned
from shared.envelope import ATTEMPT, FIRST_ERROR, FIRST_FAILED, LAST_ERROR, Delivery, Outgoing
from shared.errors import described, slug_of
from shared.topology import JITTER_LANES, retry_exchange


@dataclass(frozen=True, slots=True)
class Ladder:
    delays_ms: Sequence[int]

    def step(self, delivery: Delivery, error: BaseException, at: str) -> Outgoing | None:
        """None when all steps are used up."""
        attempt = delivery.envelope.attempt
        if attempt >= len(self.delays_ms):
            return None
        lane = crc32(delivery.envelope.message_id.encode()) % len(JITTER_LANES)
        first = {FIRST_FAILED: at, FIRST_ERROR: described(error), **_kept(delivery)}
        back = returned(delivery, {**first, ATTEMPT: attempt + 1, LAST_ERROR: slug_of(error)})
        exchange = retry_exchange(self.delays_ms[attempt], lane)
        return Outgoing(back.message_id, exchange, back.routing_key, back.type, back.body, back.correlation_id, back.headers)


def _kept(delivery: Delivery) -> dict[str, Any]:
    """When it first failed and of what, for a message that has been here before."""
    headers = delivery.envelope.headers
    return {name: headers[name] for name in (FIRST_FAILED, FIRST_ERROR) if headers.get(name)}
