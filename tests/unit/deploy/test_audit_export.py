"""The file of exported heads: appended to only, and any change to it shows."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.cli.audit_export import BadExportError, Export, Line

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def a_head(name: str, sequence: int = 1, at: datetime = AT) -> Line:
    return {
        "service": "routing",
        "aggregate": "assignments",
        "id": name,
        "sequence": sequence,
        "head": f"{sequence:064x}",
        "at": at.isoformat(),
    }


def exported(file: Path, *heads: Line, at: datetime = AT) -> int:
    with Export.to_append(file) as book:
        added = book.append(heads)
        book.end(at)
    return added


def ids(file: Path) -> list[str]:
    with Export.to_read(file) as book:
        return [one["id"] for one in book.heads()]


def test_a_second_export_adds_only_what_is_new(file: Path):
    first = exported(file, a_head("a"), a_head("b"))

    second = exported(file, a_head("a"), a_head("b", sequence=2), a_head("c"), at=AT + timedelta(minutes=1))

    assert (first, second) == (2, 2)
    assert ids(file) == ["a", "b", "b", "c"]


def test_an_export_looks_back_beyond_the_last_one(file: Path):
    exported(file, a_head("a"))

    with Export.to_append(file) as book:
        assert book.since == AT - timedelta(minutes=10)


def test_an_export_that_died_is_gone_over_again_and_repeats_nothing(file: Path):
    exported(file, a_head("a"))
    later = AT + timedelta(hours=1)
    with Export.to_append(file) as book:
        book.append([a_head("b", at=later)])

    added = exported(file, a_head("b", at=later), a_head("c", at=later), at=later)

    assert (added, ids(file)) == (1, ["a", "b", "c"])


def test_the_file_holds_ids_and_hashes_and_belongs_to_its_owner(file: Path):
    exported(file, a_head("a"))

    line = json.loads(file.read_text(encoding="utf-8").splitlines()[0])
    assert set(line) == {"service", "aggregate", "id", "sequence", "head", "at", "before"}
    assert file.stat().st_mode & 0o077 == 0


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_changed_removed_doubled_or_cut_line_shows(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    """Only lines taken off the end need the hash of the last one, which every export prints."""
    file = tmp_path_factory.mktemp("export") / "audit.jsonl"
    exported(file, *(a_head(f"c{n}") for n in range(5)))
    lines = file.read_bytes().splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 2))
    match data.draw(st.sampled_from(["change", "remove", "double", "swap", "cut"])):
        case "change":
            sign = data.draw(st.integers(0, len(lines[place]) - 1))
            lines[place] = lines[place][:sign] + bytes([lines[place][sign] ^ 1]) + lines[place][sign + 1 :]
        case "remove":
            del lines[place]
        case "double":
            lines.insert(place, lines[place])
        case "swap":
            lines[place], lines[place + 1] = lines[place + 1], lines[place]
        case _:
            lines[-1] = lines[-1][: data.draw(st.integers(1, len(lines[-1]) - 1))]
    file.write_bytes(b"".join(lines))

    with pytest.raises(BadExportError):
        Export.to_read(file)
