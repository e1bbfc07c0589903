"""Every pattern has a bound: what grows with the square of a text stops a worker."""

import re
from random import Random
from typing import Any

import pytest

from services.intake.time_limit import TimeLimit, TookTooLong
from tests.fuzz.patterns import attacks, patterns

ENOUGH = TimeLimit(2.0)
"""Ten times what the slowest takes; a quadratic one takes minutes."""
ATTACKS = 2
PATTERNS = {name: pattern for name, pattern in patterns().items() if isinstance(pattern.pattern, str)}


def found_in(pattern: "re.Pattern[Any]", text: str, limit: TimeLimit = ENOUGH) -> int:
    return limit.run(lambda: sum(1 for _ in pattern.finditer(text)))


def test_the_patterns_of_all_services_are_found_and_some_stand_inside_of_other_things():
    names = set(PATTERNS)

    assert {"services.intake.understanding.secrets_numbers._RUN", "services.notification.senders.letter._MESSAGE_ID"} <= names
    assert any("times.SHAPES[" in name for name in names)
    assert any("follow_up_words.ON_COMPLAINT[" in name for name in names)


def test_a_pattern_without_a_bound_would_be_noticed():
    endless = re.compile(r"(?:\w+[ .]?)+:")

    with pytest.raises(TookTooLong):
        _ = [found_in(endless, text, TimeLimit(0.2)) for text in attacks(endless, Random(1), 3)]


@pytest.mark.parametrize("name", PATTERNS)
def test_no_text_of_200_kb_keeps_a_pattern_busy(name: str):
    pattern = PATTERNS[name]

    for text in attacks(pattern, Random(name), ATTACKS):
        assert found_in(pattern, text) >= 0
