"""The short form of `make chaos`: few complaints and the most telling faults, each for a moment. The long form is the same code."""

import sys
from pathlib import Path

import pytest

from tests.chaos.faults import named
from tests.chaos.native import broker
from tests.chaos.run import Parameters, run

FAULTS = named(
    "intake killed",
    "casework killed",
    "payers killed",
    "notification killed",
    "replicas stopped",
    "broker killed",
    "broker line reset",
    "primary killed",
    "database line stalled",
    "disk full",
    "memory alarm",
)
SHORT = Parameters(complaints=400, per_s=15, faults=len(FAULTS), seed=7, share=0.2, catalogue=FAULTS)


@pytest.mark.slow
@pytest.mark.timeout(420)
async def test_whatever_dies_hangs_or_fills_up_nothing_is_lost_and_nothing_happens_twice(tmp_path: Path):
    report = await run(tmp_path, broker(tmp_path / "broker"), SHORT, lambda said: print(said, file=sys.stderr))

    told = report.told()
    assert [name for name, count in report.zeros.items() if count] == [], report.examples
    assert told["balance_ok"], told["balance"]
    assert len(report.struck) == SHORT.faults
    assert told["registered"] > SHORT.complaints
    assert told["dead_planted"] > 0
    assert told["clocks_fired"] > 0
    assert told["remedies"] > told["remedies_paid"] > 0
    assert told["commands"] > told["commands_refused"]
