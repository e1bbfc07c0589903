"""The file of exported heads: only ever appended to, each line bound to the one before. Ids and hashes, no customer's word."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Self

from pydantic_core import to_json

Line = dict[str, Any]  # one line of the file, in its own shape

FIRST = "0" * 64
"""What stands before the first line."""

ENDED = "exported_at"
"""The last line of each export has it, and no other."""

MARGIN = timedelta(minutes=10)
"""A change is dated when its message was taken up and seen when it was written: an export looks back so far beyond the last one."""


class BadExportError(ValueError):
    """The file is not what the exports wrote."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of the export, or the one before it, was changed, removed or cut off")
        self.line = line


@dataclass
class Export:
    """Open for one command. It is read once from the beginning, so that what was changed in it is found first."""

    file: IO[bytes]
    last: str = FIRST
    lines: int = 0
    since: datetime | None = None
    """From when on there may be something new; None before the first export."""

    @classmethod
    def to_read(cls, path: Path) -> Self:
        return cls(path.open("rb")).read_through()

    @classmethod
    def to_append(cls, path: Path) -> Self:
        """Whoever else exports to it waits."""
        path.touch(mode=0o600)
        export = cls(path.open("a+b"))
        fcntl.flock(export.file, fcntl.LOCK_EX)
        return export.read_through()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def heads(self) -> Iterator[Line]:
        """Every head that was ever exported, first to last."""
        self.file.seek(0)
        return (line for line in map(json.loads, self.file) if ENDED not in line)

    def append(self, heads: Iterable[Line]) -> int:
        """Those that the file does not have yet; returns how many."""
        since = self.since
        known = {_key(one) for one in self.heads() if since and datetime.fromisoformat(one["at"]) >= since}
        before = self.lines
        for one in heads:
            if _key(one) not in known:
                self._write(one)
        return self.lines - before

    def end(self, at: datetime) -> None:
        """On the disk when this returns. An export that dies before has no end: the next one goes back to the last that has."""
        self._write({ENDED: at.isoformat()})
        self.file.flush()
        os.fsync(self.file.fileno())

    def read_through(self) -> Self:
        """Raises `BadExportError`."""
        self.file.seek(0)
        for raw in self.file:
            line = _read(raw)
            if line.get("before") != self.last or not raw.endswith(b"\n"):
                self.file.close()
                raise BadExportError(self.lines + 1)
            self._took(raw)
            if ENDED in line:
                self.since = datetime.fromisoformat(line[ENDED]) - MARGIN
        return self

    def _write(self, line: Line) -> None:
        raw = to_json({**line, "before": self.last}) + b"\n"
        self.file.write(raw)
        self._took(raw)

    def _took(self, raw: bytes) -> None:
        self.last, self.lines = sha256(raw).hexdigest(), self.lines + 1


def _key(line: Line) -> tuple[str, str, str, int, str]:
    return line["service"], line["aggregate"], line["id"], line["sequence"], line["head"]


def _read(raw: bytes) -> Line:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
