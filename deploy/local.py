"""Backing services without Docker: RabbitMQ and MongoDB as our own processes, with free ports and data of this checkout."""

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy import mongo_node, packages, programs, rabbitmq_node
from deploy.addresses import Addresses
from deploy.ports import are_free, free_ports

# The broker leaves before epmd, which it still asks at its end.
ORDER = ((rabbitmq_node.NAME, mongo_node.NAME), (rabbitmq_node.EPMD,))
PATIENCE_S = 20.0


def start(root: Path) -> Addresses:
    packages.mongod()
    packages.rabbitmq_server()
    stop(root)
    numbers = _ports(root)
    try:
        with ThreadPoolExecutor(max_workers=2) as both:
            mongo = both.submit(mongo_node.start, root, numbers[0])
            broker = both.submit(rabbitmq_node.start, root, rabbitmq_node.Ports(*numbers[1:]))
            return Addresses(*broker.result(), mongo.result())
    except BaseException:
        stop(root)
        raise


def stop(root: Path) -> None:
    """End what runs, and whatever a crashed run left behind."""
    for names in ORDER:
        programs.end(root, names, patience_s=PATIENCE_S)
    for name in (name for names in ORDER for name in names):
        programs.sweep(root, name)


def _ports(root: Path) -> tuple[int, ...]:
    """Those of the last run where they are still free, so that addresses stay the same."""
    kept = programs.place(root) / "ports.json"
    with contextlib.suppress(OSError, ValueError):
        numbers = tuple(json.loads(kept.read_text(encoding="utf-8")))
        if are_free(numbers):
            return numbers
    numbers = free_ports(6)
    kept.write_text(json.dumps(numbers), encoding="utf-8")
    return numbers
