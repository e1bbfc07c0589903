"""A short run of `make fuzz`, and that it would tell."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.running import piece, shares, taken
from tests.fuzz.targets import TARGETS, Target

INPUTS = 1_500
COUNTS = shares(INPUTS, TARGETS)
ENOUGH_DEEP = 0.4


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_strange_is_answered_with_a_crash_or_a_pause(name: str, tmp_path: Path):
    tally = piece(name, 7, range(COUNTS[name]), tmp_path)

    assert (tally.inputs, tally.crashes, tally.over_1s, tally.kinds) == (COUNTS[name], 0, 0, {})
    assert tally.deep >= ENOUGH_DEEP * tally.inputs, "mutations must leave most inputs well-formed, or nothing deep is tried"


def test_a_crash_is_counted_and_its_input_kept_to_be_taken_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def trip(_: bytes) -> bool:
        raise KeyError("as a fault of ours would")

    broken = Target("letter", 1, TARGETS["letter"].make, trip)
    monkeypatch.setitem(TARGETS, "letter", broken)

    tally = piece("letter", 7, range(5), tmp_path)

    assert (tally.crashes, sum(tally.kinds.values())) == (5, 5)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(tally.kept)
    assert taken(broken, (tmp_path / tally.kept[0]).read_bytes()).crash in tally.kinds


def test_the_same_seed_makes_the_same_inputs():
    for target in TARGETS.values():
        assert target.make(Random(f"1/{target.name}/3")) == target.make(Random(f"1/{target.name}/3"))
