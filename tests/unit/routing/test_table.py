"""The table that ops may edit: the shipped one is good, a wrong one is refused with its place before anything is consumed."""

from pathlib import Path

import pytest

from services.routing.settings import RoutingSettings
from shared.contracts.vocabulary import Category
from shared.policy import BadPolicy

HEAD = 'version = "1"\ndefault_team = "general"\ndefault_priority = "normal"\nescalation = ["supervisors"]\n'


def refusal_of(text: str, tmp_path: Path) -> str:
    file = tmp_path / "table.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        RoutingSettings(table_file=file).table()
    assert str(file) in str(refused.value)
    return str(refused.value)


def test_the_smallest_table_is_enough(tmp_path: Path):
    file = tmp_path / "table.toml"
    file.write_text(HEAD, encoding="utf-8")

    assert RoutingSettings(table_file=file).table().rules == ()


def test_the_shipped_rules_have_names_of_their_own_and_effects():
    rules = RoutingSettings().table().rules

    assert len({one.name for one in rules}) == len(rules)
    assert all(one.team or one.priority or one.at_least for one in rules)
    assert {category for one in rules for category in one.categories} == set(Category) - {Category.OTHER}


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ('nme = "a"', "rules.0.nme"),
        ('name = "a"\ncategory = ["refund"]', "rules.0.category"),
        ('name = "a"\ncategories = ["refnud"]', "rules.0.categories.0"),
        ('name = "a"\npriority = "highest"', "rules.0.priority"),
        ('name = "a"\nat_least = "High"', "rules.0.at_least"),
        ('name = "a"\nchannels = ["fax"]', "rules.0.channels.0"),
        ('name = "a"\nsignals = ["anger"]', "rules.0.signals.0"),
        ('name = "a"\nlanguages = ["Chinese language"]', "rules.0.languages.0"),
        ('name = "a"\namount = { at_least = "a lot", currency = "CNY" }', "rules.0.amount.at_least"),
        ('name = "a"\namount = { at_least = 100 }', "rules.0.amount.currency"),
        ('name = "a"\namount = { at_least = 100, currency = "yuan" }', "rules.0.amount.currency"),
        ('name = "good"\n[[rule]]\nname = "a"\nteem = "fees"', "rules.1.teem"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(rule: str, place: str, tmp_path: Path):
    assert f"{place}:" in refusal_of(f"{HEAD}[[rule]]\n{rule}\n", tmp_path)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD.replace('version = "1"\n', ""), "version:"),
        (HEAD.replace('"normal"', '"medium"'), "default_priority:"),
        (HEAD + 'owner = "ops"\n', "owner:"),
        (HEAD + "chaser_raises_every_hours = 0\n", "chaser_raises_every_hours:"),
        (HEAD + "rules = 3\n", "rules:"),
        (HEAD + "[[rule]\n", "line 5"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(text: str, place: str, tmp_path: Path):
    assert place in refusal_of(text, tmp_path)
