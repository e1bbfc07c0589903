"""What a message costs that came before: everything is sent twice, and each sending is weighed."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.house import eventually
from tests.load.consumption import spent_by, until_quiet
from tests.load.product_alone import Alone
from tests.load.publishing import Prepared

COUNT = 1_000
WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Sending:
    """Milliseconds of processor time for each message, broker and database included."""

    new_ms: float
    again_ms: float


async def duplicates(alone: Alone, rounds: int) -> list[Sending]:
    return [await _twice(alone) for _ in range(rounds)]


def ratio(sendings: Sequence[Sending]) -> float:
    return median(one.again_ms / one.new_ms for one in sendings)


async def _twice(alone: Alone) -> Sending:
    await alone.path.clear()
    messages = alone.path.prepared(COUNT)
    return Sending(await _sent(alone, messages, resent=0), await _sent(alone, messages, resent=1))


async def _sent(alone: Alone, messages: Sequence[Prepared], *, resent: int) -> float:
    services = alone.pids()
    processes = {**services, **alone.world}
    before = sum(spent_by(processes).values())
    await alone.publisher.all_at_once(messages)
    await eventually(lambda: alone.path.has_ended(len(messages)), within_s=WITHIN_S)
    await eventually(lambda: alone.path.all_came(len(messages), resent), within_s=WITHIN_S)
    await until_quiet(services)
    return (sum(spent_by(processes).values()) - before) / len(messages)
