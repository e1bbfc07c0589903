"""Puts a service together: broker, database, write path, health. Services describe themselves; nothing here knows a rule."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from faststream import AckPolicy
from faststream.asgi import AsgiFastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from pydantic_core import to_json

from shared.access import broker_url, database_of
from shared.broker import Publisher
from shared.consumer import Consumer
from shared.dead_views import dead_view
from shared.errors import where
from shared.health import Health
from shared.holdings import holding_views
from shared.house import House, Service, clock_of, eraser_of, outliving_of, work_of
from shared.lenient import read_leniently
from shared.reception import Reception, letters_at_once, queues_of
from shared.reconcile import Memory
from shared.sealing import Sealer
from shared.settings import HouseSettings, views_token
from shared.stubs import Stubs
from shared.sweep import Sweeper
from shared.telemetry import Metrics, configure_logs, log, silence_access_log
from shared.trail import trail_views
from shared.trim import Trimmer
from shared.views import Query, View, guarded_view, open_view
from shared.work import Work

DRAIN_WITHIN_S = 8.0
OWN_VIEWS = ("/dead", "/exchanged")
TURNS_TO_HAND_OVER, TURN_S = 20, 0.0025
"""What the broker sent before it heard of the cancel is handed to the consumers turn by turn of the event loop, and a turn may be long."""
GARBAGE_THRESHOLDS = (20_000, 20, 20)


def build_service(service: Service) -> AsgiFastStream:
    process = Process(service, HouseSettings())
    # Once the web server has shut down it hands the signal on to who had it before: else we would seem to have died of it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(process.exit_status))
    return process.app


class Process:
    """One running replica: FastStream carries connection, lifespan and HTTP; the batches run under it."""

    def __init__(self, service: Service, settings: HouseSettings) -> None:
        self.service = service
        self.name = service.inbox.service
        self.settings = settings
        configure_logs(self.name)
        read_leniently()
        url = broker_url(settings, self.name)
        self.metrics = Metrics()
        self.publisher = Publisher(url, self.name)
        self.broker = RabbitBroker(str(url), logger=None, apply_types=False)
        self.subscribers: dict[str, Any] = {}
        self.consumers: dict[str, Consumer] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self.stopping = False
        self.exit_status = 0
        self.prefetch = letters_at_once(service)
        for queue in queues_of(service):
            self._subscribe(queue)
        routes: list[tuple[str, Any]] = [
            ("/health/live", open_view(self._live)),
            ("/health/ready", open_view(self._ready)),
            ("/metrics", open_view(self._metrics)),
        ]
        token = views_token(settings.secret_key.get_secret_value())
        self.views = {**trail_views(service.aggregates), **holding_views(service.aggregates), **service.views}
        routes += [(path, guarded_view(self._view(path), token)) for path in (*OWN_VIEWS, *self.views)]
        self.app = AsgiFastStream(self.broker, logger=None, asgi_routes=routes, lifespan=self._lifespan, on_shutdown=[self._drain])

    def _subscribe(self, queue: str) -> None:
        """FastStream connects, opens the channel and keeps the consumer alive; what comes goes straight to ours, which acknowledges."""

        async def receive(message: Any) -> None:  # noqa: ANN401 - an IncomingMessage; FastStream wants its own annotation or none
            self.consumers[queue].receive(message)

        self.subscribers[queue] = self.broker.subscriber(
            RabbitQueue(queue, durable=True, declare=False, queue_type=QueueType.QUORUM),
            ack_policy=AckPolicy.MANUAL,
            channel=Channel(prefetch_count=self.prefetch.get(queue, self.settings.prefetch_count)),
            title=queue,
        )
        self.subscribers[queue](receive)
        # FastStream's own dispatch wraps every message in context, parser and middlewares that we use none of.
        self.subscribers[queue].consume = receive

    @asynccontextmanager
    async def _lifespan(self) -> AsyncIterator[None]:
        silence_access_log()
        async with AsyncExitStack() as stack:
            self.database = database_of(self.settings, self.name)
            stack.push_async_callback(self.database.close)
            clock = clock_of(self.settings, self.database)
            await clock.agree()
            await self.publisher.start()
            stack.push_async_callback(self.publisher.stop)
            sealer = Sealer(self.settings.key_for("seal"))
            self.house = House(self.settings, self.database, clock, sealer, self.publisher.publish)
            self._start(work_of(self.service, self.house))
            spare_the_collector()
            yield

    def _start(self, work: Work) -> None:
        self.memory = Memory(work)
        reception = Reception(self.service, self.house, work, self.metrics, self.publisher.user)
        self.dead, self.consumers = reception.dead, reception.consumers()
        self._run(reception.together.run(), "group commit")
        for queue, consumer in self.consumers.items():
            self._run(consumer.run(), queue)
        self._run(self.house.clock.keep_agreeing(), "clock")
        for aggregate in self.service.aggregates:
            self._run(Trimmer(self.database, aggregate).run(), f"trim {aggregate.name}")
        self._run(Stubs(self.database, self.service.aggregates, self.house.clock, self.metrics).run(), "stubs")
        self._run(eraser_of(self.service, self.house).run(), "erasing")
        for outliving in outliving_of(self.service, work, self.house.clock):
            self._run(outliving.run(), f"outliving {outliving.aggregate.name}")
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
        if self.stopping:
            return
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        self.exit_status = 1
        log.error("a task ended; stopping", task=task.get_name(), error=type(error).__name__, where=where(error) if error else "")
        signal.raise_signal(signal.SIGTERM)

    async def _drain(self) -> None:
        """Cancel the consumers first, or the broker keeps sending; then finish what is here; then everything may close."""
        self.stopping = True
        await asyncio.gather(*[one.stop() for one in self.subscribers.values()], return_exceptions=True)
        for _ in range(TURNS_TO_HAND_OVER):
            await asyncio.sleep(TURN_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_WITHIN_S):
                await asyncio.gather(*[one.drained() for one in self.consumers.values()])
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        log.info("stopped", given_back=sum(one.at_hand for one in self.consumers.values()))

    async def _live(self) -> tuple[int, bytes, str]:
        return 200, to_json({"service": self.name, "live": True}), "application/json"

    async def _ready(self) -> tuple[int, bytes, str]:
        reason = "stopping" if self.stopping else await self._health().not_ready_because()
        body = {"service": self.name, "ready": reason is None, "reason": reason, "at": self.house.clock.now() if reason is None else None}
        return (200 if reason is None else 503), to_json(body), "application/json"

    def _health(self) -> Health:
        return Health(self.subscribers, self.consumers, self.tasks, self.publisher, self.database)

    async def _metrics(self) -> tuple[int, bytes, str]:
        return 200, self.metrics.exposition(), "text/plain; version=0.0.4"

    def _view(self, path: str) -> View:
        async def view(query: Query) -> Any:  # noqa: ANN401 - anything JSON
            own = {"/dead": self._dead, "/exchanged": self.memory.exchanged}
            return await (own[path](query) if path in own else self.views[path](self.database, query))

        return view

    async def _dead(self, query: Query) -> Any:  # noqa: ANN401 - anything JSON
        return await dead_view(self.dead, query)


def spare_the_collector() -> None:
    """What was imported stays; batches make many short-lived objects, so the young generation may be larger before it is searched."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
