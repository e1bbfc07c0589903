"""The files about identity and daily compensation: whole as they come, and refused with file and place where they cannot be meant."""

from pathlib import Path

import pytest

from services.casework.keys import Keys
from services.casework.settings import CaseworkSettings, keys_of
from shared.policy import BadPolicy
from shared.settings import HouseSettings

HERE = Path(__file__).parents[3] / "services" / "casework" / "policies"
IDENTITY = (HERE / "identity.toml").read_text(encoding="utf-8")
COMPENSATION = (HERE / "compensation.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("identity", IDENTITY.replace('seen = ["senior_agent", "supervisor", "compliance"]', ""), "missing: seen"),
        ("identity", IDENTITY.replace('action = "reset"', 'action = "unblock"'), "each of these is named once: freeze, unblock, reset"),
        ("identity", IDENTITY.replace('"contact_verified"', '"sure"'), "level"),
        ("identity", IDENTITY.replace('"app-cn"', '"App CN"'), "logged_in_by"),
        ("compensation", COMPENSATION.replace("Asia/Kolkata", "Asia/Bombayy"), "no zone of the IANA database"),
        ("compensation", COMPENSATION.replace("per_day = 10_000", "per_day = 0"), "per_day"),
    ],
)
def test_what_cannot_be_meant_stops_the_service_and_says_where(tmp_path: Path, name: str, content: str, complaint: str):
    file = tmp_path / f"{name}.toml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(BadPolicy, match=complaint):
        CaseworkSettings.model_validate({f"{name}_file": file}).rulebook()


def test_without_keys_no_code_and_no_payee_is_made():
    with pytest.raises(ValueError, match="without keys"):
        Keys().code("complaint/1")
    with pytest.raises(ValueError, match="without keys"):
        CaseworkSettings().rulebook().keys.account("U1029")
    with pytest.raises(ValueError, match="REDRESS_SECRET_KEY"):
        keys_of(HouseSettings.model_validate({"secret_key": ""}))


def test_keys_are_in_no_representation():
    assert "secret" not in repr(Keys(b"secret of codes", b"secret of accounts"))
