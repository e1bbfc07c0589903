"""Logs and metrics: one structured line for each decision, counters in process. No customer's data in either."""

import logging
import sys
from collections import Counter as Tally
from collections.abc import Sequence

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from pydantic_core import to_json

from shared.errors import where
from shared.task import End, Task

log = structlog.get_logger()


def configure_logs(service: str) -> None:
    """JSON lines on standard output; as lean as a line for each decision must be."""

    def of_service(_: object, __: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
        line["service"] = service
        return line

    structlog.configure(
        processors=[
            of_service,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(lambda line, **_: to_json(line)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )


def silence_access_log() -> None:
    """A query names complaint numbers and message ids. The web server sets up its logs when it starts, so this comes after."""
    logging.getLogger("uvicorn.access").disabled = True


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.messages = Counter("redress_messages", "Messages by queue and how they ended", ("queue", "end"), registry=self.registry)
        self.batch_size = Histogram(
            "redress_batch_messages", "Messages in a batch", buckets=(1, 2, 4, 8, 16, 32, 64, 128), registry=self.registry
        )
        self.batch_seconds = Histogram("redress_batch_seconds", "From taking a batch to its acknowledgement", registry=self.registry)
        self.paused = Gauge("redress_paused", "1 while the consumer takes no messages", ("queue",), registry=self.registry)
        self.pauses = Counter("redress_pauses", "How often a consumer paused", ("queue", "reason"), registry=self.registry)
        self.redelivered = Counter("redress_redelivered", "Messages the broker delivered again", ("queue",), registry=self.registry)
        self.dead = Counter("redress_dead_letters", "Messages parked", ("queue", "reason"), registry=self.registry)
        self.stuck = Gauge("redress_stuck", "Aggregates that are due and cannot be moved on", registry=self.registry)
        self.early = Gauge("redress_early_waiting", "Aggregates whose first message is missing for over an hour", registry=self.registry)
        self.fired = Counter("redress_fired", "Aggregates that time moved on", registry=self.registry)

    def batch_done(self, queue: str, tasks: Sequence[Task], seconds: float) -> None:
        self.batch_size.observe(len(tasks))
        self.batch_seconds.observe(seconds)
        for end, count in Tally(task.end or End.RETRY for task in tasks).items():
            self.messages.labels(queue, end).inc(count)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)


def tell(queue: str, tasks: Sequence[Task]) -> None:
    """One line for each decision. The message's own id stays out: on some channels it is the customer's address."""
    for task in tasks:
        key = getattr(task.reaction, "key", None)
        if task.end in (End.RETRY, End.DEAD):
            log.warning(
                "message failed",
                queue=queue,
                end=task.end,
                reason=task.what,
                aggregate=key,
                error=type(task.error).__name__,
                where=where(task.error) if task.error else "",
            )
        else:
            log.info("message handled", queue=queue, end=task.end, what=task.what, aggregate=key)
