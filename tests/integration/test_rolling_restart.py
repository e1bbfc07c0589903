"""All replicas of all services restarted one after the other under load: each ends by itself in time, and gives nothing back."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from deploy.house import SERVICES
from deploy.programs import last_lines
from services.intake.identity import complaint_id_of
from shared.contracts import Inbound
from tests.builders import an_inbound
from tests.house import FAST_LADDER, RunningHouse, a_house
from tests.integration.test_replicas import COLLECTIONS, settled
from tests.namespaces import Namespace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BURST = 100
END_WITHIN_S = 10.0


@pytest.fixture
async def house(namespace: Namespace, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    with a_house(namespace, tmp_path, FAST_LADDER, dict.fromkeys(SERVICES, 2)) as running:
        yield running
        await running.close()


async def a_burst(house: RunningHouse) -> list[Inbound]:
    """So many at once that every hop still has some in its hands when the last is confirmed."""
    messages: list[Inbound] = [an_inbound("app", source_id=uuid4().hex) for _ in range(BURST)]
    await asyncio.gather(*[house.publish(one) for one in messages])
    return messages


def given_back(house: RunningHouse, replica: str) -> int | None:
    """What the replica said at its end: how many messages it had been delivered and did not acknowledge. None where it said nothing.

    Not the broker's counts: a message that waits in the broker's channel while that cancels the consumer counts as redelivered,
    and was never sent to anybody; and what a channel counted last may be lost when it closes (docs/reliability.md).
    """
    lines = last_lines(house.root, replica, 20).splitlines()
    told = [json.loads(one) for one in lines if one.startswith("{")]
    return next((one["given_back"] for one in reversed(told) if one.get("event") == "stopped"), None)


async def test_a_rolling_restart_under_load_ends_every_replica_in_time_and_gives_nothing_back(house: RunningHouse):
    messages: list[Inbound] = []
    ended: list[tuple[str, int, bool, int | None]] = []
    for process in house.running.processes:
        messages += await a_burst(house)
        asked = time.monotonic()
        status = await house.stop(process.service, process.replica)
        in_time = time.monotonic() - asked < END_WITHIN_S
        ended.append((process.name, status, in_time, given_back(house, process.name)))
        await house.restart(process.service, process.replica)

    ours = {complaint_id_of(one.adapter, one.source_id) for one in messages}
    for service, collection in COLLECTIONS.items():
        assert await settled(house, service, collection, ours) >= ours, service
    assert ended == [(one.name, 0, True, 0) for one in house.running.processes]


async def test_a_killed_replica_says_nothing_of_the_kind_and_another_has_what_it_was_given(house: RunningHouse):
    earlier = {complaint_id_of(one.adapter, one.source_id) for one in await a_burst(house)}
    assert await settled(house, "routing", "assignments", earlier) >= earlier
    process = house.running.of("routing")
    psutil.Process(process.pid).send_signal(signal.SIGSTOP)
    messages = await a_burst(house)
    ours = {complaint_id_of(one.adapter, one.source_id) for one in messages}
    assert await settled(house, "intake", "complaints", ours) >= ours
    psutil.Process(process.pid).send_signal(signal.SIGKILL)

    assert await settled(house, "routing", "assignments", ours) >= ours
    assert given_back(house, process.name) is None
