"""The house's targets: a wrong file is refused with its place before a single clock starts."""

from pathlib import Path

import pytest

from services.sla_watchdog.settings import SlaWatchdogSettings
from shared.contracts.vocabulary import Status
from shared.policy import BadPolicy

SHIPPED = SlaWatchdogSettings().policy_file.read_text(encoding="utf-8")


def refusal_of(text: str, tmp_path: Path) -> str:
    file = tmp_path / "house.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        SlaWatchdogSettings(policy_file=file).targets()
    assert str(file) in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('version = "2026-11-2"', "", "version:"),
        ("first_response_hours = 24", "first_reply_hours = 24", "first_reply_hours:"),
        ("first_response_hours = 24", 'first_response_hours = "a day"', "first_response_hours:"),
        ("urgent = 48", "asap = 48", "resolution_hours.asap"),
        ("[resolution_hours_of.account_security]", "[resolution_hours_of.security]", "resolution_hours_of.security"),
        (
            "[resolution_hours_of.cross_border]\nnormal",
            "[resolution_hours_of.cross_border]\nusual",
            "resolution_hours_of.cross_border.usual",
        ),
        ("[resolution_hours]", "[resolution_hours", "line"),
        ("[pauses_in]", "[waits_in]", "waits_in"),
        ('resolution = ["waiting_for_customer"', 'resolution = ["waiting_for_godot"', "pauses_in.resolution"),
        ('resolution = ["waiting_for_customer"', 'settling = ["waiting_for_customer"', "pauses_in.settling"),
    ],
)
def test_a_typo_is_refused_with_its_place(was: str, becomes: str, place: str, tmp_path: Path):
    assert was in SHIPPED

    assert place in refusal_of(SHIPPED.replace(was, becomes, 1), tmp_path)


def test_a_priority_without_a_target_is_refused(tmp_path: Path):
    assert "low" in refusal_of(SHIPPED.replace("low = 360\n", ""), tmp_path)


@pytest.mark.parametrize("share", ["-0.5", "1.5", "75", "nan"])
def test_a_warning_outside_the_time_it_warns_of_is_refused(share: str, tmp_path: Path):
    assert "approaching_share" in refusal_of(SHIPPED.replace("approaching_share = 0.75", f"approaching_share = {share}"), tmp_path)


@pytest.mark.parametrize("hours", ["0", "-24", "inf", "nan"])
@pytest.mark.parametrize("target", ["first_response_hours = 24", "normal = 240", "normal = 360"])
def test_a_target_that_is_no_time_is_refused(target: str, hours: str, tmp_path: Path):
    name = target.partition(" ")[0]

    assert name in refusal_of(SHIPPED.replace(target, f"{name} = {hours}"), tmp_path)


def test_a_clock_of_which_is_not_said_where_it_stands_still_is_refused(tmp_path: Path):
    assert "nothing said of first_response" in refusal_of(SHIPPED.replace("first_response = []\n", ""), tmp_path)


@pytest.mark.parametrize("status", sorted({*Status} - {Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY}))
def test_a_clock_that_stands_still_while_it_is_our_turn_is_refused(status: Status, tmp_path: Path):
    assert f"nobody outside is waited for in {status}" in refusal_of(
        SHIPPED.replace("first_response = []", f'first_response = ["{status}"]'), tmp_path
    )
