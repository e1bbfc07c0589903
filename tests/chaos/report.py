"""What a run found: for people a table, for programs `.redress/chaos.json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.director import Struck
from tests.chaos.reconciling import Reconciled
from tests.chaos.verdict import Verdict


@dataclass(frozen=True)
class Report:
    broker: str
    complaints: int
    per_s: float
    seed: int
    replicas: int
    took_s: float
    struck: Sequence[Struck]
    verdict: Verdict
    left: Sequence[str]
    """What did not come to rest: queues, replicas, letters."""
    reconciled: Reconciled
    balance: Mapping[str, Any]
    money: Mapping[str, Any]
    """What `redress balance --money` told, beside the wallet's own statement."""
    restarts: int
    slowest_stop_s: float

    @property
    def never_recovered(self) -> list[str]:
        return [one.name for one in self.struck if one.ready_s is None or one.answered_s is None]

    @property
    def not_made(self) -> list[str]:
        """A fault that could not be made proves nothing."""
        return [f"{one.name}: {one.failed}" for one in self.struck if one.failed]

    @property
    def holds(self) -> bool:
        return bool(self.balance.get("ok")) and not any(self.zeros.values())

    @property
    def examples(self) -> dict[str, Sequence[str]]:
        beyond = [f"{count} {what}" for what, count in self.reconciled.beyond.items()]
        found: dict[str, Sequence[str]] = {
            **self.verdict.examples,
            "left_in_queues": self.left,
            "reconcile_found": beyond,
            "faults_not_made": self.not_made,
        }
        for name, told in {"balance_ok": self.balance, "money_unreconciled": self.money}.items():
            if "failed" in told:
                found[name] = [str(told["failed"])]
        found["money_unreconciled"] = [str(one) for one in self.money.get("differences", ())] or found.get("money_unreconciled", ())
        return {name: [*ids] for name, ids in found.items() if ids}

    @property
    def zeros(self) -> dict[str, int]:
        """What must be zero."""
        return {
            **self.verdict.broken,
            "money_unreconciled": len(self.money.get("differences", ())) or int(not self.money.get("ok")),
            "left_in_queues": len(self.left),
            "reconcile_found": sum(self.reconciled.beyond.values()),
            "never_recovered": len(self.never_recovered),
            "faults_not_made": len(self.not_made),
        }

    def told(self) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "complaints": self.complaints,
            "faults": len(self.struck),
            **self.zeros,
            "balance_ok": bool(self.balance.get("ok")),
            "reconcile_planted": self.reconciled.planted,
            **self.verdict.told,
            "restarts": self.restarts,
            "slowest_stop_s": round(self.slowest_stop_s, 1),
            "took_s": round(self.took_s, 1),
            "broker": self.broker,
            "per_s": self.per_s,
            "seed": self.seed,
            "replicas": self.replicas,
            "balance": self.balance,
            "money": self.money,
            "examples": self.examples,
            "struck": [asdict(one) for one in self.struck],
        }


ZERO = "must be zero"
APART = frozenset({"balance", "money", "examples", "struck"})


def write(report: Report, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report.told(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def show(report: Report, console: Console) -> None:
    console.print(_faults(report))
    console.print(_numbers(report))
    for what, ids in report.examples.items():
        console.print(f"{what}, for example: {', '.join(ids)}")
    console.print("every promise held" if report.holds else "A PROMISE WAS BROKEN", style="bold")


def _faults(report: Report) -> Table:
    table = Table(title=f"{len(report.struck)} faults, {report.broker}")
    for name in ("at", "fault", "lasted", "all ready", "first answer"):
        table.add_column(name, justify="left" if name == "fault" else "right")
    for one in report.struck:
        table.add_row(_seconds(one.at_s), f"{one.name}: {one.what}", *map(_seconds, (one.lasted_s, one.ready_s, one.answered_s)))
    return table


def _numbers(report: Report) -> Table:
    table = Table(title=f"{report.complaints} complaints at {report.per_s:g} a second")
    table.add_column("what")
    table.add_column("found", justify="right")
    table.add_column("")
    for name, value in report.told().items():
        if name not in APART:
            table.add_row(name, str(value), ZERO if name in report.zeros else "")
    return table


def _seconds(found: float | None) -> str:
    return "never" if found is None else f"{found:.1f} s"
