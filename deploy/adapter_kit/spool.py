"""What the broker has not confirmed yet, in a file that outlives the process; and which notices were delivered."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

IN_MEMORY = Path(":memory:")
"""For programs whose own source keeps the messages, such as a command with files."""

TABLES = """
CREATE TABLE IF NOT EXISTS waiting (
  place INTEGER PRIMARY KEY AUTOINCREMENT, thread TEXT NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS by_thread ON waiting (thread, place);
CREATE TABLE IF NOT EXISTS delivered (notice_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
FIRST_OF_EACH_THREAD = """
SELECT place, id, key, type, length(body) FROM waiting AS one
WHERE NOT EXISTS (SELECT 1 FROM waiting AS before WHERE before.thread = one.thread AND before.place < one.place)
ORDER BY place LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message to publish. Those of one thread leave in the order in which they came."""

    thread: str
    id: str
    key: str
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The first of its thread. Its body is loaded when it leaves, for it may be large."""

    place: int
    id: str
    key: str
    type: str
    size: int


class Spool:
    """Every call is one transaction, on the disk when it returns. One process owns the file."""

    def __init__(self, file: Path = IN_MEMORY) -> None:
        if file != IN_MEMORY:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.touch(mode=0o600)
        self._turn = threading.Lock()
        self._rows = sqlite3.connect(file, check_same_thread=False)
        self._rows.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {TABLES}")

    def add(self, messages: Iterable[Waiting]) -> None:
        with self._turn, self._rows:
            self._insert(messages)

    def heads(self, most: int) -> list[Head]:
        with self._turn:
            return [Head(*row) for row in self._rows.execute(FIRST_OF_EACH_THREAD, (most,))]

    def body(self, head: Head) -> bytes:
        with self._turn:
            (body,) = self._rows.execute("SELECT body FROM waiting WHERE place = ?", (head.place,)).fetchone()
        return bytes(body)

    def remove(self, heads: Sequence[Head]) -> None:
        with self._turn, self._rows:
            self._rows.executemany("DELETE FROM waiting WHERE place = ?", [(one.place,) for one in heads])

    def count(self) -> int:
        with self._turn:
            (count,) = self._rows.execute("SELECT count(*) FROM waiting").fetchone()
        return int(count)

    def was_delivered(self, notice_id: str) -> bool:
        with self._turn:
            return self._rows.execute("SELECT 1 FROM delivered WHERE notice_id = ?", (notice_id,)).fetchone() is not None

    def delivered(self, notice_id: str, report: Waiting) -> None:
        """Both or neither: who is not reported is not known as delivered."""
        with self._turn, self._rows:
            self._rows.execute("INSERT OR IGNORE INTO delivered VALUES (?)", (notice_id,))
            self._insert([report])

    def close(self) -> None:
        with self._turn:
            self._rows.close()

    def _insert(self, messages: Iterable[Waiting]) -> None:
        rows = [(one.thread, one.id, one.key, one.type, one.body) for one in messages]
        self._rows.executemany("INSERT INTO waiting (thread, id, key, type, body) VALUES (?, ?, ?, ?, ?)", rows)
