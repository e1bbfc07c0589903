"""What is handed over to a person: whole, as it came, and named so that no customer chooses a path."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from deploy.cli.export import PARTS, Opener, write

OPENER = Opener("compliance-1", "asked for it")
COMPLAINT = {"complaint_id": "c-1", "number": "RD-7K3MQ-2XV9H-5"}
FOLDER = COMPLAINT["number"]


class Shown:
    """The views of a house that keeps these messages of one complaint."""

    def __init__(self, *originals: bytes | None) -> None:
        self.originals = originals
        self.asked: list[dict[str, str]] = []

    def one(self, service: str, path: str, **query: str) -> Any:
        if path != "original":
            return {"from": service, "of": query["complaint_id"]}
        self.asked.append(query)
        number = int(query["number"])
        if number > len(self.originals):
            return None
        content = self.originals[number - 1]
        return {"channel": "email", "content_b64": b64encode(content).decode() if content is not None else None}


def an_original(**changes: Any) -> bytes:
    attachments = [{"name": "../../etc/截图.PNG", "content_b64": b64encode(b"image").decode()}, {"name": "by reference", "ref": "s3://x"}]
    body = {"email": {"raw_b64": b64encode(b"From: a@example.com").decode()}, "attachments": attachments}
    return json.dumps(body | changes).encode()


def zipped(views: Shown, tmp_path: Path) -> dict[str, bytes]:
    names = write(views, [COMPLAINT], OPENER, tmp_path / "person.zip")  # type: ignore[arg-type] # the same reads
    with ZipFile(tmp_path / "person.zip") as found:
        assert found.namelist() == names
        return {name: found.read(name) for name in names}


def test_every_services_part_is_in_it_and_the_messages_as_they_came_with_their_files(tmp_path: Path):
    files = zipped(Shown(original := an_original()), tmp_path)

    assert {name for name in files if "originals" not in name} == {"README.txt", *(f"{FOLDER}/{name}" for name in PARTS)}
    assert json.loads(files[f"{FOLDER}/life.json"]) == {"from": "casework", "of": "c-1"}
    assert {name.partition("originals/")[2]: content for name, content in files.items() if "originals" in name} == {
        "001-email.json": original,
        "001-email.eml": b"From: a@example.com",
        "001-email-1.PNG": b"image",
    }


def test_whoever_opens_an_original_says_who_they_are_and_what_for(tmp_path: Path):
    zipped(views := Shown(an_original()), tmp_path)

    assert {(one["by"], one["reason"]) for one in views.asked} == {("compliance-1", "asked for it")}


@pytest.mark.parametrize("content", [b"\xff not JSON", b"[]", b'{"email": 7}', an_original(attachments=[{"content_b64": "!"}])])
def test_what_nobody_could_read_is_handed_over_as_it_came(tmp_path: Path, content: bytes):
    assert zipped(Shown(content), tmp_path)[f"{FOLDER}/originals/001-email.json"] == content


def test_an_original_that_is_gone_leaves_a_gap_and_the_next_one_is_there(tmp_path: Path):
    files = zipped(Shown(None, an_original(email=None, attachments=[])), tmp_path)

    assert [name for name in files if "originals" in name] == [f"{FOLDER}/originals/002-email.json"]


def test_only_its_owner_can_read_it_and_nothing_is_written_over(tmp_path: Path):
    zipped(Shown(), tmp_path)

    assert (tmp_path / "person.zip").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        zipped(Shown(), tmp_path)
