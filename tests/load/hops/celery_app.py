"""The four hops as Celery tasks, as Celery's own documents advise for work that must not be lost: late acks, confirms, quorum queues."""

import os
from functools import cache
from typing import Any

from celery import Celery
from kombu.entity import Exchange, Queue
from pymongo import MongoClient, WriteConcern
from pymongo.errors import BulkWriteError

from tests.load.hops import HOPS, NEXT, queue_of
from tests.load.hops.writes import WRITES, Document, collection_of

POOL = os.environ.get("BENCH_CELERY_POOL", "prefork")
STYLE = f"celery-{POOL}"


def _queue(name: str) -> Queue:
    """With an exchange of its own: Celery would bind queues without one to one key, and give every task to all of them."""
    return Queue(name, Exchange(name, type="direct"), routing_key=name, queue_arguments={"x-queue-type": "quorum"})


app = Celery("hops", broker=os.environ.get("REDRESS_AMQP_URL", "amqp://").replace("amqp://", "pyamqp://"))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_delivery_mode="persistent",
    task_default_queue_type="quorum",
    task_queues=[_queue(queue_of(STYLE, hop)) for hop in HOPS],
    task_routes={queue_of(STYLE, hop): {"queue": queue_of(STYLE, hop)} for hop in HOPS},
    worker_prefetch_multiplier=4,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
)


@cache
def database() -> Any:
    """Connected on first use: a connection must not be carried over a fork."""
    name = f"{os.environ['REDRESS_DATABASE_PREFIX']}_hops_{STYLE}"
    return MongoClient[Document](os.environ["REDRESS_MONGO_URL"]).get_database(name, write_concern=WriteConcern("majority", j=True))


def handle(hop: str, complaint: Document) -> None:
    try:
        database()[collection_of(hop)].bulk_write([WRITES[hop](complaint)])
    except BulkWriteError as error:
        if any(one["code"] != 11_000 for one in error.details["writeErrors"]):
            raise
    if hop in NEXT:
        app.send_task(queue_of(STYLE, NEXT[hop]), args=[complaint])


def _task(hop: str) -> None:
    @app.task(name=queue_of(STYLE, hop))  # type: ignore[untyped-decorator]  # Celery ships no types
    def task(complaint: Document) -> None:
        handle(hop, complaint)


for _hop in HOPS:
    _task(_hop)
