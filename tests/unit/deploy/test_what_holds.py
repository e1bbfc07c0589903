"""`redress show` names the decision that holds now."""

import pytest

from deploy.cli.complaints import holds_now

FIRST = {"decision": "rejected", "outcome": "closed_with_explanation"}
SECOND = {"decision": "upheld", "outcome": "closed"}
OVERTURNED = {"of": 1, "ruling": "overturn", "decision": "upheld", "outcome": "closed_with_monetary_relief"}
UPHELD = {"of": 1, "ruling": "uphold", "decision": None, "outcome": None}
OPEN = {"of": 1, "ruling": None, "decision": None, "outcome": None}


@pytest.mark.parametrize(
    ("life", "holds"),
    [
        ({"resolutions": [FIRST]}, FIRST),
        ({"resolutions": [FIRST], "appeals": [OPEN]}, FIRST),
        ({"resolutions": [FIRST], "appeals": [UPHELD]}, FIRST),
        ({"resolutions": [FIRST], "appeals": [OVERTURNED]}, OVERTURNED),
        ({"resolutions": [FIRST, SECOND], "appeals": [OVERTURNED]}, SECOND),
    ],
)
def test_a_review_puts_its_decision_in_the_place_of_the_one_it_reviewed_and_a_later_decision_in_the_place_of_both(
    life: dict[str, list[dict[str, object]]], holds: dict[str, object]
):
    assert holds_now(life) == holds
