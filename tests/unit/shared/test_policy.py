"""Policies: what is wrong is refused in one sentence with the file and every place."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.policy import BadPolicy, load


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    hours: int


@dataclass(frozen=True, slots=True)
class Policy:
    version: str
    steps: tuple[Step, ...] = ()


STEPS = {"step": "steps"}
GOOD = 'version = "1"\n[[step]]\nname = "甲"\nhours = 24\n'


def a_file(tmp_path: Path, content: str | bytes) -> Path:
    file = tmp_path / "policy.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def refusal_of(file: Path) -> str:
    with pytest.raises(BadPolicy) as refused:
        load(file, Policy, STEPS)
    assert str(file) in str(refused.value)
    return str(refused.value)


def test_a_good_file_becomes_its_type(tmp_path: Path):
    assert load(a_file(tmp_path, GOOD), Policy, STEPS) == Policy("1", (Step("甲", 24),))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "version: "),
        (GOOD.replace("hours", "huors"), "steps.0.huors: "),
        (GOOD.replace("24", '"a day"'), "steps.0.hours: "),
        (GOOD.replace("step", "stage"), "stage: "),
        (GOOD + "[[step]]\nhours = 1\n", "steps.1.name: "),
        ('version = "1\n', "line 1"),
        ('version = "1"\nversion = "2"\n', "line 2"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(content: str, place: str, tmp_path: Path):
    assert place in refusal_of(a_file(tmp_path, content))


def test_all_places_are_named_at_once(tmp_path: Path):
    said = refusal_of(a_file(tmp_path, 'owner = "ops"\n[[step]]\nname = "甲"\nhours = "x"\n'))

    assert all(place in said for place in ("version: ", "steps.0.hours: ", "owner: "))


def test_a_missing_file_is_named(tmp_path: Path):
    assert "No such file" in refusal_of(tmp_path / "nowhere.toml")


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path):
    """An editor on a Chinese desktop may well save GB18030."""
    refusal_of(a_file(tmp_path, GOOD.encode("gb18030")))


def test_singular_and_plural_in_one_file_are_refused_and_not_half_read(tmp_path: Path):
    """One typo, `[[steps]]` for `[[step]]`, must not make all the other steps vanish."""
    refusal_of(a_file(tmp_path, GOOD + '[[steps]]\nname = "乙"\nhours = 1\n'))
