"""The mail server of a run: takes every letter and counts each by its Message-ID, the same for every resend of a notice."""

import asyncio
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.load.letters import LetterBox

_MESSAGE_ID = re.compile(rb"^Message-ID: *<([^@>]+)@", re.IGNORECASE | re.MULTILINE)


@dataclass
class Postbox(LetterBox):
    letters: Counter[str] = field(default_factory=Counter)
    """notice id → how often the server accepted it"""

    def _take(self, letter: bytes) -> None:
        if found := _MESSAGE_ID.search(letter):
            self.letters[found[1].decode().replace(".", ":")] += 1

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A sender that dies in the middle of a letter has sent none."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await super().converse(reader, writer)
