"""`redress reconcile` after a run: what the planted purges took must be all that it finds, and nothing must be left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from deploy.house import SERVICES, inbox_of
from tests.chaos.scene import Scene

WAIT_S = "60"


@dataclass(frozen=True, slots=True)
class Reconciled:
    planted: int
    """Found where a fault had emptied a queue on purpose, and published again."""
    beyond: int
    """Found anywhere else, or still missing afterwards."""


def can_reconcile() -> bool:
    return find_spec("deploy.cli.reconcile") is not None


async def reconciled(scene: Scene) -> Reconciled:
    if not can_reconcile():
        return Reconciled(0, 0)
    _, first = await scene.command("reconcile", "--json", "--older-than", "0s", "--wait", WAIT_S)
    planted, beyond = _parted(first["edges"], scene.planted)
    return Reconciled(planted, beyond + sum(int(edge["left"]) for edge in first["edges"]))


async def found_again(scene: Scene) -> int:
    """A second look, once what was published again has been handled: by then nothing may be missing anywhere."""
    if not can_reconcile():
        return 0
    _, found = await scene.command("reconcile", "--json", "--older-than", "0s", "--dry-run")
    return sum(int(edge["missing"]) + int(edge["untold"]) for edge in found["edges"])


def _parted(edges: Sequence[Mapping[str, Any]], planted: Mapping[str, int]) -> tuple[int, int]:
    ours = [edge for edge in edges if queue_of(edge) in planted]
    others = [edge for edge in edges if queue_of(edge) not in planted]
    return sum(int(edge["missing"]) for edge in ours), sum(int(edge["missing"]) + int(edge["untold"]) for edge in others)


def queue_of(edge: Mapping[str, Any]) -> str | None:
    """Where the message between these two waits; None for what leaves the house."""
    heard = inbox_of(edge["to"]).subscriptions if edge["to"] in SERVICES else ()
    return next((one.queue for one in heard if one.contract.key == edge["event"]), None)
