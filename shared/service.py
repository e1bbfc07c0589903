"""Puts a service together: broker, database, write path, health. Services describe themselves; nothing here knows a rule."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from faststream import AckPolicy
from faststream.asgi import AsgiFastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from pydantic_core import to_json

from shared.aggregate import AnyAggregate
from shared.broker import Publisher, Source
from shared.clock import Clock
from shared.consumer import Consumer, Handle, Ladder
from shared.contracts import INBOUND
from shared.control import Control
from shared.dead import DeadLetters
from shared.errors import DatabaseAway, where
from shared.inbox import Handlers, Inbox
from shared.sealing import Sealer
from shared.settings import HouseSettings, views_token
from shared.storage import Database, connect
from shared.stubs import Stubs
from shared.sweep import Fire, Sweeper
from shared.telemetry import Metrics, configure_logs, log, silence_access_log
from shared.topology import control_queue, dead_queue
from shared.trim import Trimmer
from shared.views import Query, View, guarded_view, open_view
from shared.work import Keeper, Publish, Work

DRAIN_WITHIN_S = 8.0
PING_WITHIN_S = 1.0
GARBAGE_THRESHOLDS = (20_000, 20, 20)


@dataclass(frozen=True)
class House:
    """What one process of a service stands on. Tests build it with a publisher of their own."""

    settings: HouseSettings
    database: Database
    clock: Clock
    sealer: Sealer
    publish: Publish


@dataclass(frozen=True)
class Sender:
    """A queue whose messages leave the system: handled one by one, side by side, outside every batch."""

    queue: str
    handle: Callable[[House], Handle]
    at_once: int = 16


@dataclass(frozen=True)
class Service:
    """A service's description of itself; `build_service` runs it."""

    inbox: Inbox
    aggregates: Sequence[AnyAggregate]
    facts: Mapping[type, Any] = field(default_factory=dict)
    views: Mapping[str, Callable[[Database, Query], Awaitable[Any]]] = field(default_factory=dict)
    """Path → what is read from the service's own database."""
    fire: Fire | None = None
    """What time does to the first aggregate."""
    keeper: Callable[[House], Keeper] | None = None
    senders: Sequence[Sender] = ()
    chores: Sequence[Callable[[House], Coroutine[Any, Any, None]]] = ()
    """What goes on beside the messages, for as long as the process runs."""


def work_of(service: Service, house: House) -> Work:
    keeper = service.keeper(house) if service.keeper else None
    return Work(
        Handlers(service.inbox, service.facts), service.aggregates, house.database, house.clock, house.sealer, house.publish, keeper
    )


def database_of(service: str, settings: HouseSettings) -> Database:
    return connect(settings.mongo_url.get_secret_value(), f"{settings.database_prefix}_{service}")


def clock_of(settings: HouseSettings, database: Database) -> Clock:
    offsets = Database(database.client, f"{settings.database_prefix}_clock").collection("test") if settings.test_clock else None
    return Clock(database, offsets)


def build_service(service: Service) -> AsgiFastStream:
    return Process(service, HouseSettings()).app


class Process:
    """One running replica: FastStream carries connection, lifespan and HTTP; the batches run under it."""

    def __init__(self, service: Service, settings: HouseSettings) -> None:
        self.service = service
        self.name = service.inbox.service
        self.settings = settings
        configure_logs(self.name)
        url = settings.amqp_url.get_secret_value()
        self.metrics = Metrics()
        self.publisher = Publisher(url, self.name)
        self.broker = RabbitBroker(url, logger=None, apply_types=False)
        self.subscribers: dict[str, Any] = {}
        self.consumers: dict[str, Consumer] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self.stopping = False
        for queue in self._queues():
            self._subscribe(queue)
        routes: list[tuple[str, Any]] = [
            ("/health/live", open_view(self._live)),
            ("/health/ready", open_view(self._ready)),
            ("/metrics", open_view(self._metrics)),
        ]
        token = views_token(settings.secret_key.get_secret_value())
        routes += [(path, guarded_view(self._view(path), token)) for path in ("/dead", *service.views)]
        self.app = AsgiFastStream(self.broker, logger=None, asgi_routes=routes, lifespan=self._lifespan, on_shutdown=[self._drain])

    def _queues(self) -> list[str]:
        own = [one.queue for one in self.service.inbox.subscriptions]
        return [*dict.fromkeys(own), *(one.queue for one in self.service.senders), control_queue(self.name), dead_queue(self.name)]

    def _subscribe(self, queue: str) -> None:
        """FastStream connects, opens the channel and keeps the consumer alive; what comes goes straight to ours, which acknowledges."""

        async def receive(message: Any) -> None:  # noqa: ANN401 - an IncomingMessage; FastStream wants its own annotation or none
            self.consumers[queue].receive(message)

        self.subscribers[queue] = self.broker.subscriber(
            RabbitQueue(queue, durable=True, declare=False, queue_type=QueueType.QUORUM),
            ack_policy=AckPolicy.MANUAL,
            channel=Channel(prefetch_count=self.settings.prefetch_count),
            title=queue,
        )
        self.subscribers[queue](receive)
        # FastStream's own dispatch wraps every message in context, parser and middlewares that we use none of.
        self.subscribers[queue].consume = receive

    @asynccontextmanager
    async def _lifespan(self) -> AsyncIterator[None]:
        silence_access_log()
        async with AsyncExitStack() as stack:
            self.database = database_of(self.name, self.settings)
            stack.push_async_callback(self.database.close)
            clock = clock_of(self.settings, self.database)
            await clock.agree()
            await self.publisher.start()
            stack.push_async_callback(self.publisher.stop)
            sealer = Sealer(self.settings.key_for("seal"))
            self.house = House(self.settings, self.database, clock, sealer, self.publisher.publish)
            self.dead = DeadLetters(self.name, self.database, sealer, self.publisher.publish)
            self._start(work_of(self.service, self.house))
            spare_the_collector()
            yield

    def _start(self, work: Work) -> None:
        handles: dict[str, Handle] = dict.fromkeys(self._queues(), work.handle)
        handles |= {one.queue: one.handle(self.house) for one in self.service.senders}
        inbound = frozenset(one.queue for one in self.service.inbox.subscriptions if one.exchange == INBOUND)
        control = Control(self.dead, self.house.clock, work, inbound)
        handles |= {control_queue(self.name): control.obey, dead_queue(self.name): control.file_given_up}
        sizes = {one.queue: one.at_once for one in self.service.senders}
        for queue, handle in handles.items():
            source = Source(queue, self.publisher.user, queue in inbound)
            consumer = Consumer(
                source, handle, self.publisher.publish, self.dead, Ladder(self.settings.retry_delays_ms), self.house.clock, self.metrics,
                sizes.get(queue, self.settings.batch_size),
            )  # fmt: skip
            self.consumers[queue] = consumer
            self._run(consumer.run(), queue)
        self._run(self.house.clock.keep_agreeing(), "clock")
        for aggregate in self.service.aggregates:
            self._run(Trimmer(self.database, aggregate).run(), f"trim {aggregate.name}")
        self._run(Stubs(self.database, self.service.aggregates, self.house.clock, self.metrics).run(), "stubs")
        for chore in self.service.chores:
            self._run(chore(self.house), "chore")
        if self.service.fire:
            self.sweeper = Sweeper(work, self.service.aggregates[0], self.service.fire, self.house.clock, self.metrics)
            self._run(self.sweeper.run(), "sweep")

    def _run(self, coroutine: Any, name: str) -> None:  # noqa: ANN401 - a coroutine
        task = asyncio.create_task(coroutine, name=name)
        task.add_done_callback(self._ended)
        self.tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """None of them ends by itself. Half a service is worse than none: the process stops, and its supervisor starts it again."""
        if task.cancelled() or self.stopping:
            return
        error = task.exception()
        log.error("a task ended; stopping", task=task.get_name(), error=type(error).__name__, where=where(error) if error else "")
        signal.raise_signal(signal.SIGTERM)

    async def _drain(self) -> None:
        """Cancel the consumers first, or the broker keeps sending; then finish what is here; then everything may close."""
        self.stopping = True
        for subscriber in self.subscribers.values():
            with suppress(Exception):
                await subscriber.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_WITHIN_S):
                await asyncio.gather(*[one.drained() for one in self.consumers.values()])
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        log.info("stopped")

    async def _live(self) -> tuple[int, bytes, str]:
        return 200, to_json({"service": self.name, "live": True}), "application/json"

    async def _ready(self) -> tuple[int, bytes, str]:
        reason = await self._not_ready_because()
        body = {"service": self.name, "ready": reason is None, "reason": reason}
        return (200 if reason is None else 503), to_json(body), "application/json"

    async def _not_ready_because(self) -> str | None:
        """`ping()` of the connection would stay true with a dead channel; so each consumer is asked for."""
        if self.stopping:
            return "stopping"
        if not self.consumers or not self.publisher.ready:
            return "the publisher has no channel"
        paused = next((f"{one.queue} is paused: {one.paused_for}" for one in self.consumers.values() if one.paused_for), None)
        ended = next((f"the task {one.get_name()!r} ended" for one in self.tasks if one.done()), None)
        return ended or paused or await self._unanswered()

    async def _unanswered(self) -> str | None:
        """Broker and database are asked, not their connections."""
        try:
            async with asyncio.timeout(PING_WITHIN_S):
                for queue, subscriber in self.subscribers.items():
                    if not await consuming(subscriber):
                        return f"no consumer on {queue}"
        except TimeoutError:
            return "the broker does not answer"
        try:
            async with asyncio.timeout(PING_WITHIN_S):
                await self.database.local_time()
        except (DatabaseAway, TimeoutError):
            return "the database does not answer"
        return None

    async def _metrics(self) -> tuple[int, bytes, str]:
        return 200, self.metrics.exposition(), "text/plain; version=0.0.4"

    def _view(self, path: str) -> View:
        async def view(query: Query) -> Any:  # noqa: ANN401 - anything JSON
            return await (self._dead(query) if path == "/dead" else self.service.views[path](self.database, query))

        return view

    async def _dead(self, query: Query) -> Any:  # noqa: ANN401 - anything JSON
        if dead_id := query.get("dead_id"):
            return await self.dead.shown(dead_id)
        return await self.dead.listed()


def spare_the_collector() -> None:
    """What was imported stays; batches make many short-lived objects, so the young generation may be larger before it is searched."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


async def consuming(subscriber: Any) -> bool:  # noqa: ANN401 - FastStream's subscriber keeps these private
    """Whether the broker knows our consumer: an open channel that still holds the tag."""
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001
    if queue is None or tag is None or queue.channel.is_closed:
        return False
    return tag in (await queue.channel.get_underlay_channel()).consumers
