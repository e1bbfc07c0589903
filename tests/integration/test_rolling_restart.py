"""All replicas of all services restarted one after the other under load: each ends by itself in time, and gives nothing back."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from deploy.house import SERVICES
from deploy.management import Management
from deploy.programs import last_lines
from services.intake.identity import complaint_id_of
from shared.contracts import Inbound
from tests.builders import an_inbound
from tests.house import FAST_LADDER, RunningHouse, a_house, eventually
from tests.integration.test_replicas import COLLECTIONS, settled
from tests.namespaces import Namespace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BURST = 100
END_WITHIN_S = 10.0
STATISTICS_WITHIN_S = 60.0
LOOKS_AT_REST = 60
"""Some three of the broker's statistics intervals."""

Counts = dict[str, tuple[int, int]]
"""Queue → delivered, acknowledged."""


@pytest.fixture
async def house(namespace: Namespace, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    """One for each test: the broker's count is of all that ever happened in it."""
    with a_house(namespace, tmp_path, FAST_LADDER, dict.fromkeys(SERVICES, 2)) as running:
        yield running
        await running.close()


async def a_burst(house: RunningHouse) -> list[Inbound]:
    """So many at once that every hop still has some in its hands when the last is confirmed."""
    messages: list[Inbound] = [an_inbound("app", source_id=uuid4().hex) for _ in range(BURST)]
    await asyncio.gather(*[house.publish(one) for one in messages])
    return messages


async def given_back(house: RunningHouse) -> dict[str, int]:
    """How often a replica was given a message out of which queue and did not acknowledge it, once nothing is under way any more.

    Not the broker's own count of redeliveries: a message that waits in the broker's channel while that cancels the consumer
    is returned there, counts as redelivered, and was never sent to anybody (docs/reliability.md). What a channel counted last
    may be lost when it closes, what it delivered together with what was acknowledged: so they are compared with each other alone.
    """
    management = Management(house.namespace.management_url, house.namespace.vhost)
    looks: list[Counts] = []

    def counted() -> tuple[bool, Counts]:
        """The statistics are seconds late, each by its own interval."""
        stats = {one["name"]: one.get("message_stats", {}) for one in management.get("queues", management.vhost)}
        looks.append({name: (one["deliver"], one.get("ack", 0)) for name, one in stats.items() if one.get("deliver")})
        last = looks[-LOOKS_AT_REST:]
        return len(last) == LOOKS_AT_REST and bool(last[0]) and all(one == last[0] for one in last), last[-1]

    _, last = await eventually(lambda: asyncio.to_thread(counted), lambda seen: seen[0], STATISTICS_WITHIN_S)
    return {name: delivered - acked for name, (delivered, acked) in last.items() if delivered != acked}


async def test_a_rolling_restart_under_load_ends_every_replica_in_time_and_gives_nothing_back(house: RunningHouse):
    messages: list[Inbound] = []
    ended: list[tuple[str, int, bool]] = []
    for process in house.running.processes:
        messages += await a_burst(house)
        asked = time.monotonic()
        status = await house.stop(process.service, process.replica)
        ended.append((process.name, status, time.monotonic() - asked < END_WITHIN_S))
        await house.restart(process.service, process.replica)

    ours = {complaint_id_of(one.adapter, one.source_id) for one in messages}
    for service, collection in COLLECTIONS.items():
        assert await settled(house, service, collection, ours) >= ours, service
    assert ended == [(one.name, 0, True) for one in house.running.processes], last_lines(house.root, "intake-1")
    assert await given_back(house) == {}


async def test_a_killed_replica_is_seen_in_the_same_count(house: RunningHouse):
    """Else the test above could not fail."""
    earlier = {complaint_id_of(one.adapter, one.source_id) for one in await a_burst(house)}
    assert await settled(house, "routing", "assignments", earlier) >= earlier
    process = house.running.of("routing")
    psutil.Process(process.pid).send_signal(signal.SIGSTOP)
    messages = await a_burst(house)
    ours = {complaint_id_of(one.adapter, one.source_id) for one in messages}
    assert await settled(house, "intake", "complaints", ours) >= ours
    psutil.Process(process.pid).send_signal(signal.SIGKILL)

    assert await settled(house, "routing", "assignments", ours) >= ours
    assert await given_back(house)
