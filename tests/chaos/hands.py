"""How each fault is done and how it ends."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel

from deploy import topology
from deploy.house import SERVICES
from tests.chaos.proxy import Proxy
from tests.chaos.scene import Scene

Way = Callable[[Proxy], None]
SLOW_S = 0.1
KILLS = 6
PURGED = "routing.complaint-registered"
DELETED = "sla-watchdog.complaint-registered"


async def nothing(_: Scene) -> None:
    """The supervisor heals it, or it is over by itself."""


async def kill(service: str, scene: Scene) -> None:
    scene.crew.signal(scene.crew.of(service), signal.SIGKILL)


async def wallet_dies(scene: Scene) -> None:
    scene.till.signal(signal.SIGKILL)


async def wallet_hangs(scene: Scene) -> None:
    scene.till.signal(signal.SIGSTOP)


async def wallet_wakes(scene: Scene) -> None:
    scene.till.signal(signal.SIGCONT)


async def kill_who_pays(scene: Scene) -> None:
    """Casework and the wallet in turn, at moments that nobody chose: between any two steps of a payment."""
    for _ in range(KILLS):
        await kill("casework", scene)
        await asyncio.sleep(scene.chance.uniform(0.2, 2.0))
        await wallet_dies(scene)
        await asyncio.sleep(scene.chance.uniform(0.1, 1.0))


async def kill_at_random(scene: Scene) -> None:
    for _ in range(KILLS):
        scene.crew.signal([scene.chance.choice(scene.crew.processes)], signal.SIGKILL)
        await asyncio.sleep(scene.chance.uniform(0.2, 1.5))


async def stop_replicas(scene: Scene) -> None:
    """One of each service, all at the same time."""
    await scene.crew.stop([scene.chance.choice(scene.crew.of(service)) for service in SERVICES])


async def roll(scene: Scene) -> None:
    await scene.crew.roll()


async def pause_replicas(scene: Scene) -> None:
    """One of each service: their messages stay with them until the broker or they wake up."""
    scene.crew.signal([scene.chance.choice(scene.crew.of(service)) for service in SERVICES], signal.SIGSTOP)


async def pause_service(scene: Scene) -> None:
    scene.crew.signal(scene.crew.of(scene.chance.choice(SERVICES)), signal.SIGSTOP)


async def wake_replicas(scene: Scene) -> None:
    scene.crew.signal(scene.crew.processes, signal.SIGCONT)


async def add_replicas(scene: Scene) -> None:
    scene.crew.add_replicas()


async def remove_replicas(scene: Scene) -> None:
    await scene.crew.remove_replicas()


async def broker_stops(scene: Scene) -> None:
    await scene.broker.stop()


async def broker_dies(scene: Scene) -> None:
    await scene.broker.kill()


async def broker_starts(scene: Scene) -> None:
    await scene.broker.start()


async def memory_runs_out(scene: Scene) -> None:
    await scene.broker.raise_memory_alarm()


async def memory_is_back(scene: Scene) -> None:
    await scene.broker.clear_memory_alarm()


async def broker_line(way: Way, scene: Scene) -> None:
    way(scene.amqp)


async def slow_broker_line(scene: Scene) -> None:
    scene.amqp.slow_down(SLOW_S)


async def database_lines(way: Way, scene: Scene) -> None:
    for proxy in scene.database.proxies:
        way(proxy)


async def slow_database_lines(scene: Scene) -> None:
    for proxy in scene.database.proxies:
        proxy.slow_down(SLOW_S / 4)


async def primary_dies(scene: Scene) -> None:
    await scene.database.kill_primary()


async def members_start(scene: Scene) -> None:
    await scene.database.start_missing()


async def primary_steps_down(scene: Scene) -> None:
    await scene.database.step_down()


async def primary_pauses(scene: Scene) -> None:
    await scene.database.pause_primary()


async def database_pauses(scene: Scene) -> None:
    await scene.database.pause_all()


async def database_resumes(scene: Scene) -> None:
    await scene.database.resume()


async def disks_fill(scene: Scene) -> None:
    await scene.database.fill_disks()


async def disks_are_cleaned(scene: Scene) -> None:
    await scene.database.clean_disks()


async def queue_is_deleted(scene: Scene) -> None:
    async with administrator(scene) as channel:
        await channel.queue_delete(DELETED)
    scene.planted[DELETED] = scene.planted.get(DELETED, 0)


async def topology_is_applied(scene: Scene) -> None:
    await asyncio.to_thread(topology.apply, scene.settings)


async def routing_is_held(scene: Scene) -> None:
    """So that messages wait in its queue. Stopped and not killed: of a message that it had written and not yet told of, the purge
    would take the second try, and `redress reconcile` would find what it caused on the next edge as well.
    """
    scene.crew.held |= {one.name for one in scene.crew.of("routing")}
    await scene.crew.stop(scene.crew.of("routing"))


async def its_queue_is_purged(scene: Scene) -> None:
    """Raises where nothing waited in it: then nothing was proved."""
    async with administrator(scene) as channel:
        purged = (await (await channel.get_queue(PURGED, ensure=False)).purge()).message_count or 0
    scene.planted[PURGED] = scene.planted.get(PURGED, 0) + purged
    scene.crew.held.clear()
    if not purged:
        raise RuntimeError(f"nothing waited in {PURGED}")


@asynccontextmanager
async def administrator(scene: Scene) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(scene.settings.amqp_url.get_secret_value()) as connection:
        yield await connection.channel()
