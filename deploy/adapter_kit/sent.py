"""The adapter's own list of what the broker has confirmed: what a house that was restored from a back-up is held against."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path


class SentLog:
    """One JSON object a line: adapter, source_id, confirmed_at. A message that was sent again is listed again."""

    def __init__(self, file: Path, adapter: str) -> None:
        self._file = file
        self._adapter = adapter

    def add(self, source_ids: Iterable[str]) -> None:
        """On the disk when it returns."""
        at = datetime.now(UTC).isoformat()
        lines = [json.dumps({"adapter": self._adapter, "source_id": one, "confirmed_at": at}, ensure_ascii=False) for one in source_ids]
        if not lines:
            return
        with self._file.open("a", encoding="utf-8") as log:
            log.write("".join(f"{line}\n" for line in lines))
            log.flush()
            os.fsync(log.fileno())
