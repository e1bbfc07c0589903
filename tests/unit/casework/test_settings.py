from pathlib import Path

import pytest

from services.casework.settings import CaseworkSettings
from services.casework.steps import COMMANDS, name_of
from shared.policy import BadPolicy

PERSON = '[[person]]\nid = "refunds-1"\nrole = "agent"\nteam = "refunds"\n'
MAY = "\n".join(f'{name_of(one)} = ["agent"]' for one in COMMANDS)


def rulebook_of(**files: Path) -> object:
    return CaseworkSettings.model_validate({f"{name}_file": file for name, file in files.items()}).rulebook()


def test_the_files_that_come_with_it_are_whole():
    rulebook = CaseworkSettings().rulebook()

    assert set(rulebook.permissions.may) == {name_of(one) for one in COMMANDS}
    assert all(rulebook.permissions.may.values())
    assert "app.refund.delayed" in rulebook.root_causes.codes


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (PERSON * 2, "listed twice: refunds-1"),
        (PERSON + 'reports_to = "nobody-1"\n', "somebody reports to nobody-1, who is not listed"),
        (PERSON.replace("agent", "wizard"), "people.0.role"),
        (PERSON.replace("refunds-1", "Li Lei"), "people.0.id"),
    ],
)
def test_an_organisation_that_cannot_be_meant_stops_the_service_and_says_where(tmp_path: Path, content: str, complaint: str):
    file = tmp_path / "organisation.toml"
    file.write_text('version = "1"\n' + content)

    with pytest.raises(BadPolicy, match=complaint):
        rulebook_of(organisation=file)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (MAY.replace("take = ", "grab = "), "wrong: grab, take"),
        (MAY.replace('take = ["agent"]', 'take = ["wizard"]'), "may.take"),
    ],
)
def test_permissions_name_every_command_once_and_nothing_else(tmp_path: Path, content: str, complaint: str):
    file = tmp_path / "permissions.toml"
    file.write_text(f'version = "1"\n[may]\n{content}\n')

    with pytest.raises(BadPolicy, match=complaint):
        rulebook_of(permissions=file)


def test_root_causes_have_three_parts_at_most(tmp_path: Path):
    file = tmp_path / "root_causes.toml"
    file.write_text('version = "1"\ncodes = ["a.b.c.d"]\n')

    with pytest.raises(BadPolicy, match="codes"):
        rulebook_of(root_causes=file)
