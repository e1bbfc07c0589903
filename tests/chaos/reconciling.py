"""`redress reconcile` after a run: what the planted purges took must be all that it finds, and nothing must be left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.house import SERVICES, inbox_of
from tests.chaos.scene import Scene

WAIT_S = "240"


@dataclass(frozen=True, slots=True)
class Reconciled:
    planted: int = 0
    """Found where a fault had emptied a queue on purpose, and published again."""
    beyond: Mapping[str, int] = field(default_factory=dict)
    """Found anywhere else, or still missing afterwards: neighbours and event → messages."""


async def reconciled(scene: Scene) -> Reconciled:
    _, found = await scene.command("reconcile", "--json", "--older-than", "0s", "--wait", WAIT_S)
    planted = {queue_of(edge): int(edge["missing"]) for edge in found["edges"] if queue_of(edge) in scene.planted}
    others = [edge for edge in found["edges"] if queue_of(edge) not in scene.planted]
    return Reconciled(sum(planted.values()), _counted(others, "missing", "untold") | _counted(found["edges"], "left"))


async def found_again(scene: Scene) -> Mapping[str, int]:
    """A second look, once what was published again has been handled: by then nothing may be missing anywhere."""
    _, found = await scene.command("reconcile", "--json", "--older-than", "0s", "--dry-run")
    return _counted(found["edges"], "missing", "untold")


def _counted(edges: Sequence[Mapping[str, Any]], *columns: str) -> dict[str, int]:
    counted = {f"{edge['event']} from {edge['from']} to {edge['to']}": sum(int(edge[name]) for name in columns) for edge in edges}
    return {name: count for name, count in counted.items() if count}


def queue_of(edge: Mapping[str, Any]) -> str | None:
    """Where the message between these two waits; None for what leaves the house."""
    heard = inbox_of(edge["to"]).subscriptions if edge["to"] in SERVICES else ()
    return next((one.queue for one in heard if one.contract.key == edge["event"]), None)
