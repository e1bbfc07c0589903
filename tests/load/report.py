"""From the rounds to figures, and from figures to the table and the file."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from tests.load.figures import medians, paired_ratio, percentile
from tests.load.lineup import CELERY, CONCURRENT, EQUAL_WORK, GROUP_COMMIT, PRODUCT
from tests.load.measuring import ADAPTERS, Round

AT_LEAST = {"ratio_to_equal_work": 0.9, "ratio_to_group_commit": 0.65, "ratio_to_celery": 4.0, "backlog_ratio": 0.9}
AT_MOST = {
    "p99_ms_half_load": 200.0,
    "p99_ratio_to_equal_work": 1.5,
    "python_cpu_ratio_to_equal_work": 1.3,
    "understanding_ms": 1.0,
    "duplicate_ratio": 0.5,
    "commands_p99_ms": 100.0,
    "slowest_start_s": 2.0,
    "memory_mib": 120.0,
    "memory_growth": 1.1,
}
"""What is wanted of each figure, where it was measured. Growth: resident memory after all complaints beside after a fifth of them."""

WORLD = ("broker", "mongod", ADAPTERS)
HEADINGS = ("", "complaints/s", "product is", "CPU ms each", "own processes", "broker", "mongod", "p50 ms", "p99 ms", "at /s")


@dataclass
class Results:
    """By contender. `latencies_ms`: one list for each rated round."""

    rounds: dict[str, list[Round]] = field(default_factory=dict)
    latencies_ms: dict[str, list[list[float]]] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    understanding_ms: float = 0.0

    def per_s(self, name: str) -> float:
        return median(one.per_s for one in self.rounds[name])

    def cpu_ms(self, name: str) -> dict[str, float]:
        return medians([one.cpu_ms for one in self.rounds[name]])

    def latency_ms(self, name: str, share: float) -> float:
        return median(percentile(one, share) for one in self.latencies_ms[name])

    def product_to(self, name: str) -> float:
        return paired_ratio([one.per_s for one in self.rounds[PRODUCT]], [one.per_s for one in self.rounds[name]])

    def p99_to(self, name: str) -> float:
        """Each at half of its own capacity, round by round."""
        ours, theirs = ([percentile(one, 0.99) for one in self.latencies_ms[each]] for each in (PRODUCT, name))
        return paired_ratio(ours, theirs)

    def python_ms(self, name: str) -> float:
        """Processor time of its own processes for each complaint, understanding apart: the path alone."""
        return sum(value for key, value in self.cpu_ms(name).items() if key not in WORLD) - self.understanding_ms

    @property
    def best_celery(self) -> str:
        return max(CELERY, key=self.per_s)


def figures(results: Results) -> dict[str, Any]:
    cpu = results.cpu_ms(PRODUCT)
    others = {"ratio_to_equal_work": EQUAL_WORK, "ratio_to_group_commit": GROUP_COMMIT, "ratio_to_concurrent": CONCURRENT}
    ratios = {key: results.product_to(name) for key, name in (others | {"ratio_to_celery": results.best_celery}).items()}
    return {
        **{key: round(value, 3) for key, value in ratios.items()},
        "complaints_per_s": round(results.per_s(PRODUCT), 1),
        "cpu_ms_per_complaint": {name: round(value, 3) for name, value in (cpu | {"total": _total(cpu)}).items()},
        "understanding_ms": round(results.understanding_ms, 3),
        "p50_ms_half_load": round(results.latency_ms(PRODUCT, 0.5), 1),
        "p99_ms_half_load": round(results.latency_ms(PRODUCT, 0.99), 1),
        "p99_ratio_to_equal_work": round(results.p99_to(EQUAL_WORK), 2),
        "python_cpu_ratio_to_equal_work": round(results.python_ms(PRODUCT) / results.python_ms(EQUAL_WORK), 2),
        "contenders": {name: _contender(results, name) for name in results.rounds},
        "rounds": {name: [asdict(one) for one in rounds] for name, rounds in results.rounds.items()},
    }


def table(results: Results) -> list[list[str]]:
    return [list(HEADINGS), *(_row(results, name) for name in results.rounds)]


def targets(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Of what was measured: what is wanted, and whether it was met."""
    least = {key: {"at_least": wanted, "met": found[key] >= wanted} for key, wanted in AT_LEAST.items() if key in found}
    most = {key: {"at_most": wanted, "met": found[key] <= wanted} for key, wanted in AT_MOST.items() if key in found}
    return least | most


def verdicts(found: Mapping[str, Any]) -> list[str]:
    said = {True: "met", False: "MISSED"}
    return [
        f"{key} {found[key]:.2f}, wanted {name.replace('_', ' ')} {one[name]}: {said[one['met']]}"
        for key, one in targets(found).items()
        for name in one
        if name != "met"
    ]


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def _row(results: Results, name: str) -> list[str]:
    cpu = results.cpu_ms(name)
    own = sum(value for key, value in cpu.items() if key not in WORLD)
    ratio = "" if name == PRODUCT else f"{results.product_to(name):.2f} ×"
    costs = [f"{_total(cpu):.2f}", f"{own:.2f}", *(f"{cpu[key]:.2f}" if key in cpu else "–" for key in ("broker", "mongod"))]
    latencies = [f"{results.latency_ms(name, share):.0f}" for share in (0.5, 0.99)]
    return [name, f"{results.per_s(name):.0f}", ratio, *costs, *latencies, f"{results.rates[name]:.0f}"]


def _contender(results: Results, name: str) -> dict[str, Any]:
    return {
        "complaints_per_s": results.per_s(name),
        "product_to_this": results.product_to(name),
        "cpu_ms_per_complaint": results.cpu_ms(name),
        "half_load_per_s": results.rates[name],
        "p50_ms_half_load": results.latency_ms(name, 0.5),
        "p99_ms_half_load": results.latency_ms(name, 0.99),
    }


def _total(cpu: Mapping[str, float]) -> float:
    """Without the adapters, which are the world's, not ours."""
    return sum(value for key, value in cpu.items() if key != ADAPTERS)
