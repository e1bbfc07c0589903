"""Who is measured: the product, the equal-work pipeline, two bare pipelines and two ways to run Celery."""

import os
import sys
from pathlib import Path

from deploy import mongo_node, programs, rabbitmq_node
from deploy.backing import Backing
from deploy.topology import apply
from shared.contracts.vocabulary import Channel
from shared.settings import HouseSettings
from tests.load.contender import Contender
from tests.load.crews import Programs, Services
from tests.load.hops import HOPS, queue_of
from tests.load.hops_path import HopsPath
from tests.load.house_path import ADAPTERS, HousePath
from tests.load.letters import LetterBox
from tests.namespaces import Namespace

PRODUCT, EQUAL_WORK, GROUP_COMMIT, CONCURRENT = "product", "equal work", "group commit", "concurrent"
CELERY_PREFORK, CELERY_THREADS = "Celery prefork", "Celery threads"
CELERY = (CELERY_PREFORK, CELERY_THREADS)

# Complaints in a round: what each does in some seconds.
COUNTS = {PRODUCT: 1_500, EQUAL_WORK: 2_000, GROUP_COMMIT: 3_000, CONCURRENT: 1_500, CELERY_PREFORK: 600, CELERY_THREADS: 700}
CONCURRENCY = {"prefork": 2, "threads": 8}
"""For each of the four workers: a process for each core, and threads enough to wait beside each other. Not tuned further."""

BARE = ("intake", "routing", "casework", "watchdog", "notification")
BARE_QUEUES = (
    *(f"intake.{channel}" for channel in Channel),
    "routing.complaint-registered",
    "casework.complaint-registered",
    "casework.complaint-routed",
    "casework.commands",
    "sla-watchdog.complaint-registered",
    "sla-watchdog.complaint-routed",
    "sla-watchdog.complaint-moved",
    "notification.complaint-registered",
    "notification.complaint-moved",
    "notification.delivery-reported",
)


def product(root: Path, backing: Backing, corner: Namespace, box: LetterBox) -> Contender:
    env = corner.environment | {"REDRESS_TEST_CLOCK": "0", "NOTIFICATION_SMTP_PORT": str(box.port)}
    own = Backing(corner.amqp_url, corner.management_url, corner.mongo_url, backing.chosen)
    return Contender(PRODUCT, COUNTS[PRODUCT], Services(root, own, env), HousePath(corner, box))


def equal_work(root: Path, corner: Namespace, box: LetterBox) -> Contender:
    env = _environment(corner) | {"NOTIFICATION_SMTP_PORT": str(box.port)}
    crew = Programs(root, env, {f"bare-{name}": ("tests.load.bare", name) for name in BARE}, BARE_QUEUES)
    return Contender(EQUAL_WORK, COUNTS[EQUAL_WORK], crew, HousePath(corner, box))


def declare(corner: Namespace) -> None:
    """The product declares its own while it starts."""
    names = ("amqp_url", "management_url", "mongo_url", "secret")
    told = {name.replace("secret", "secret_key"): getattr(corner, name) for name in names}
    apply(HouseSettings.model_validate(told | {"database_prefix": corner.prefix, "adapters_file": ADAPTERS}))


def hops(root: Path, corner: Namespace, name: str) -> Contender:
    style = name.replace(" ", "-")
    path = HopsPath(corner, style)
    commands = {f"{style}-{hop}": ("tests.load.hops", style, hop) for hop in HOPS}
    return Contender(name, COUNTS[name], Programs(root, _environment(corner), commands, path.queues), path)


def celery(root: Path, corner: Namespace, name: str) -> Contender:
    pool = name.split()[1]
    path = HopsPath(corner, f"celery-{pool}")
    commands = {f"{path.style}-{hop}": _worker(path.style, pool, hop) for hop in HOPS}
    env = _environment(corner) | {"BENCH_CELERY_POOL": pool}
    return Contender(name, COUNTS[name], Programs(root, env, commands, path.queues), path)


def _worker(style: str, pool: str, hop: str) -> tuple[str, ...]:
    where = ("-Q", queue_of(style, hop), "-n", f"{style}-{hop}@bench", "-l", "ERROR")
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return ("celery", "-A", "tests.load.hops.celery_app", "worker", "-P", pool, "-c", str(CONCURRENCY[pool]), *where, *alone)


def backing_pids(root: Path) -> dict[str, list[int]]:
    """Empty where broker and database are not our own programs: then their cost is not measured."""
    names = {"broker": rabbitmq_node.NAME, "mongod": mongo_node.NAME}
    found = {kind: programs.running(root, name) for kind, name in names.items()}
    return {kind: [process.pid] for kind, process in found.items() if process}


def _environment(corner: Namespace) -> dict[str, str]:
    return {
        **os.environ,
        **corner.environment,
        "REDRESS_ADAPTERS_FILE": str(ADAPTERS),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
