"""The policies: a wrong file is refused with its place before a single clock starts, and each regime's days are what its source says."""

from pathlib import Path
from shutil import copytree

import pytest

from services.sla_watchdog.calendar import Span, Unit
from services.sla_watchdog.settings import SlaWatchdogSettings
from services.sla_watchdog.targets import LEGAL
from shared.contracts.vocabulary import Category, ClockKind, Priority, Status
from shared.policy import BadPolicy

FOLDER = SlaWatchdogSettings().policies_dir
HOUSE = (FOLDER / "house.toml").read_text(encoding="utf-8")
UK = (FOLDER / "uk_emoney.toml").read_text(encoding="utf-8")
SHIPPED = SlaWatchdogSettings().targets()
MATTERS = (ClockKind.APPEAL_REVIEW, ClockKind.REMEDY_PAID, ClockKind.REFERRAL_ANSWER)


def refusal_of(name: str, text: str, tmp_path: Path) -> str:
    folder = copytree(FOLDER, tmp_path / "policies", dirs_exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        SlaWatchdogSettings(policies_dir=folder).targets()
    assert str(folder / name) in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('version = "2026-11-3"', "", "version:"),
        ('zone = "Asia/Shanghai"', 'zone = "Mars/Base"', "'Mars/Base' is not an IANA time zone"),
        ("[first_response]", "[first_reply]", "first_reply:"),
        ('[first_response]\ntarget = "24 hours"\n', "", "first_response:"),
        ('target = "72 hours"', 'goal = "72 hours"', "remedy_paid.goal"),
        ("urgent =", "asap =", "resolution.target.asap"),
        ("[resolution.target_of.account_security]", "[resolution.target_of.security]", "resolution.target_of.security"),
        ("[resolution.target_of.cross_border]\nnormal", "[resolution.target_of.cross_border]\nusual", "target_of.cross_border.usual"),
        ("[resolution]", "[resolution", "line"),
        ('pauses_in = ["waiting_for_customer", "waiting', 'pauses_in = ["waiting_for_godot", "waiting', "resolution.pauses_in"),
        (', low = "360 hours"', "", "no target for low"),
        ("[appeal_review]", '[holding_reply]\ntarget = "9 hours"\n\n[appeal_review]', "holding_reply:"),
    ],
)
def test_a_typo_in_the_houses_file_is_refused_with_its_place(was: str, becomes: str, place: str, tmp_path: Path):
    assert was in HOUSE

    assert place in refusal_of("house.toml", HOUSE.replace(was, becomes, 1), tmp_path)


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('source = "', 'sauce = "', "source:"),
        ("[final_response]", "[final_answer]", "final_response:"),
        ('[holding_reply]\ntarget = "15', '[holding_reply]\npauses_in = ["waiting_for_customer"]\ntarget = "15', "holding_reply.pauses_in"),
        ("[final_response]", '[update]\ntarget = "9 hours"\n\n[final_response]', "update:"),
    ],
)
def test_a_law_knows_its_letters_alone_and_waits_for_nobody(was: str, becomes: str, place: str, tmp_path: Path):
    assert was in UK

    assert place in refusal_of("uk_emoney.toml", UK.replace(was, becomes, 1), tmp_path)


@pytest.mark.parametrize("shares", ["[-0.5]", "[1.5]", "[75]", "[nan]", "[0.66, 0.33]", "[0.5, 0.5]", '["half"]'])
def test_warnings_outside_the_time_they_warn_of_or_out_of_order_are_refused(shares: str, tmp_path: Path):
    assert "material_wait.warnings" in refusal_of("house.toml", HOUSE.replace("[0.33, 0.66]", shares), tmp_path)


@pytest.mark.parametrize("span", ["0 hours", "-24 hours", "inf hours", "24", "24 minutes", "1.5 business days", "20000 weeks", "24  hours"])
@pytest.mark.parametrize("target", ['target = "24 hours"', 'normal = "360 hours"'])
def test_a_target_that_is_no_time_is_refused(target: str, span: str, tmp_path: Path):
    name = target.partition(" ")[0]

    assert f"{name}:" in refusal_of("house.toml", HOUSE.replace(target, f'{name} = "{span}"', 1), tmp_path)


@pytest.mark.parametrize("status", sorted({*Status} - {Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY}))
def test_a_clock_that_stands_still_while_it_is_our_turn_is_refused(status: Status, tmp_path: Path):
    text = HOUSE.replace('pauses_in = ["waiting_for_customer"]', f'pauses_in = ["{status}"]')

    assert f"nobody outside is waited for in {status}" in refusal_of("house.toml", text, tmp_path)


def test_a_folder_without_the_houses_file_is_refused(tmp_path: Path):
    (tmp_path / "uk_emoney.toml").write_text(UK, encoding="utf-8")

    with pytest.raises(BadPolicy, match=r"no house\.toml"):
        SlaWatchdogSettings(policies_dir=tmp_path).targets()


@pytest.mark.parametrize(
    ("regime", "holding", "final"),
    [
        ("uk_emoney", (15, Unit.BUSINESS_DAYS), (35, Unit.BUSINESS_DAYS)),
        ("uk_other", None, (8, Unit.WEEKS)),
        ("eu_psd2", (15, Unit.BUSINESS_DAYS), (35, Unit.BUSINESS_DAYS)),
        ("in_rbi", None, (30, Unit.CALENDAR_DAYS)),
        ("us_cfpb", (15, Unit.CALENDAR_DAYS), (60, Unit.CALENDAR_DAYS)),
        ("cn_payment", None, (15, Unit.CALENDAR_DAYS)),
        ("cn_bank", None, (15, Unit.CALENDAR_DAYS)),
    ],
)
def test_each_regime_wants_its_letters_when_its_source_says(regime: str, holding: tuple[int, Unit] | None, final: tuple[int, Unit] | None):
    owed = {ClockKind.HOLDING_REPLY: holding, ClockKind.FINAL_RESPONSE: final}

    promised = SHIPPED.legal(regime)

    assert {kind: one.terms.target for kind, one in promised.items()} == {kind: Span(*one) for kind, one in owed.items() if one}
    assert {one.policy for one in promised.values()} == {f"{regime}@{SHIPPED.laws[regime].version}"}
    assert all(one.terms.pauses_in == () for one in promised.values())


def test_the_house_has_no_law_of_its_own_and_nobody_else_has_its_name():
    assert SHIPPED.legal("house") == SHIPPED.legal("nowhere") == {}
    assert (SHIPPED.knows("house"), SHIPPED.knows("uk_emoney"), SHIPPED.knows("nowhere")) == (True, True, False)


@pytest.mark.parametrize("kind", [one for one in ClockKind if one not in LEGAL and one is not ClockKind.RESOLUTION])
def test_the_house_promises_something_of_every_other_clock(kind: ClockKind):
    promise = SHIPPED.of(kind)

    assert promise.policy == f"house@{SHIPPED.house.version}"
    assert promise.terms.warnings == ((0.33, 0.66) if kind is ClockKind.MATERIAL_WAIT else (0.75,))
    assert kind not in MATTERS or promise.terms.pauses_in == ()


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("priority", Priority)
def test_every_category_and_priority_has_a_target_of_hours(category: Category, priority: Priority):
    target = SHIPPED.resolution(category, priority).terms.target

    assert target.unit is Unit.HOURS
    assert SHIPPED.house.first_response.target.count <= target.count <= 30 * 24


@pytest.mark.parametrize(
    ("category", "priority", "hours"),
    [
        (Category.ACCOUNT_SECURITY, Priority.URGENT, 24),
        (Category.ACCOUNT_SECURITY, Priority.HIGH, 48),
        (Category.ACCOUNT_SECURITY, Priority.NORMAL, 240),
        (Category.CROSS_BORDER, Priority.NORMAL, 360),
        (Category.CROSS_BORDER, Priority.URGENT, 48),
        (Category.REFUND, Priority.LOW, 360),
    ],
)
def test_a_category_of_its_own_target_falls_back_to_the_priority(category: Category, priority: Priority, hours: int):
    assert SHIPPED.resolution(category, priority).terms.target == Span(hours)
