"""A mail server that takes every letter and remembers when: light, so that it takes little of what is measured."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_IN_REPLY_TO = re.compile(rb"^In-Reply-To: *(\S+)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"


@dataclass
class LetterBox:
    """`arrived`: id of the message that a letter or notice answers → when it came."""

    port: int = 0
    arrived: dict[str, float] = field(default_factory=dict)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 bench.example ready\r\n")
        while command := (await reader.readline()).strip().upper():
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                self._take(await reader.readuntil(_END))
            writer.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
            if command == b"QUIT":
                break
        await writer.drain()
        writer.close()

    def _take(self, letter: bytes) -> None:
        if found := _IN_REPLY_TO.search(letter):
            self.note(found[1].decode())

    def note(self, answered: str) -> None:
        self.arrived[answered] = time.time()


@asynccontextmanager
async def letter_box(box: LetterBox | None = None) -> AsyncIterator[LetterBox]:
    box = box or LetterBox()
    server = await asyncio.start_server(box.converse, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
