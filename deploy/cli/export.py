"""Everything about one person in a zip: what each service shows, the letters, and the messages as they came."""

import os
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from pydantic_core import from_json, to_json

from deploy.cli import views

PARTS: Mapping[str, tuple[str, str]] = {
    "complaint.json": ("intake", "complaint"),
    "life.json": ("casework", "life"),
    "routing.json": ("routing", "assignment"),
    "clocks.json": ("sla_watchdog", "clocks"),
    "notices.json": ("notification", "notices"),
    "letters.json": ("notification", "letters"),
}
"""Name in the zip → whose view it is. What teams were told is about them."""
READ_ME = """What the company holds of you about these complaints.

complaint.json  what you wrote, as it was understood    life.json     what was done, decided and paid
letters.json    what was written to you                 notices.json  when, and what became of it
routing.json    who had it                              clocks.json   until when it was owed
originals/      your messages as they came, with what was attached inside; those older than the house keeps are gone
"""


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens what is sealed, and what for. The services keep it on record."""

    by: str
    reason: str


def write(reader: views.Views, complaints: Sequence[views.Document], opener: Opener, to: Path) -> list[str]:
    """The names of the files in the zip. Raises `FileExistsError` rather than write over something."""
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("README.txt", READ_ME)
        for one in complaints:
            for name, content in _files(reader, one, opener):
                zipped.writestr(f"{one['number']}/{name}", content)
        return zipped.namelist()


def _files(reader: views.Views, complaint: views.Document, opener: Opener) -> Iterator[tuple[str, bytes]]:
    key = complaint["complaint_id"]
    for name, (service, path) in PARTS.items():
        yield name, to_json(reader.one(service, path, complaint_id=key), indent=2)
    asked = {"complaint_id": key, "by": opener.by, "reason": opener.reason}
    number = 1
    while (original := reader.one("intake", "original", number=str(number), **asked)) is not None:
        if original["content_b64"]:
            yield from _original(f"originals/{number:03}-{original['channel']}", b64decode(original["content_b64"]))
        number += 1


def _original(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """As it came; beside it the mail and the files that it carries, as programs open them."""
    yield f"{name}.json", content
    try:
        body = from_json(content)
        if raw := (body.get("email") or {}).get("raw_b64"):
            yield f"{name}.eml", b64decode(raw)
        for number, one in enumerate(body.get("attachments") or (), 1):
            if one.get("content_b64"):
                yield f"{name}-{number}{_ending(one['name'])}", b64decode(one["content_b64"])
    except (ValueError, AttributeError, TypeError, KeyError):
        return  # what nobody could read is handed over as it came


def _ending(name: str) -> str:
    """Of a file that a customer named: nothing but letters and digits."""
    ending = Path(name).suffix[1:9]
    return f".{ending}" if ending.isascii() and ending.isalnum() else ""
