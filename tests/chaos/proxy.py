"""A TCP proxy that can be told to misbehave: drop, reset, stall, or be slow. What it holds while stalled flows on once healed."""

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import Enum, auto

from tests.chaos.stage import Address

HOST = "127.0.0.1"
NO_LINGER = struct.pack("ii", 1, 0)
"""Closing then sends a reset instead of an orderly end."""


class Mood(Enum):
    FORWARDS = auto()
    DROPS = auto()
    RESETS = auto()
    STALLS = auto()


class Half(asyncio.Protocol):
    """One side of a connection; what it receives goes to `other`."""

    def __init__(self, proxy: "Proxy") -> None:
        self._proxy = proxy
        self._delayed: deque[bytes] = deque()
        self.other: Half | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._proxy.opened(self)

    def data_received(self, data: bytes) -> None:
        if not self._proxy.delay_s and not self._delayed:
            self._forward(data)
            return
        self._delayed.append(data)
        asyncio.get_running_loop().call_later(self._proxy.delay_s, self._forward_delayed)

    def connection_lost(self, exc: Exception | None) -> None:
        self._proxy.closed(self)
        if self.other and self.other.transport:
            _reset(self.other.transport) if exc else self.other.transport.close()

    def pause_writing(self) -> None:
        if self.other:
            self.other.listen(ears=False)

    def resume_writing(self) -> None:
        if self.other and not self._proxy.stalls:
            self.other.listen(ears=True)

    def listen(self, *, ears: bool) -> None:
        if self.transport and not self.transport.is_closing():
            self.transport.resume_reading() if ears else self.transport.pause_reading()

    def _forward(self, data: bytes) -> None:
        if self.other and self.other.transport and not self.other.transport.is_closing():
            self.other.transport.write(data)

    def _forward_delayed(self) -> None:
        self._forward(self._delayed.popleft())


class Proxy:
    """Leads to the first of `upstream` that answers, the one that answered last being asked first."""

    def __init__(self, upstream: Sequence[Address]) -> None:
        self._upstream = list(upstream)
        self._mood = Mood.FORWARDS
        self._halves: set[Half] = set()
        self._connecting: set[asyncio.Task[None]] = set()
        self._healed = asyncio.Event()
        self._healed.set()
        self.delay_s = 0.0
        self.port = 0

    @property
    def stalls(self) -> bool:
        return self._mood is Mood.STALLS

    def drop(self) -> None:
        """Every connection ends in order, and so does every new one."""
        self._mood = Mood.DROPS
        for half in [*self._halves]:
            if half.transport:
                half.transport.close()

    def reset(self) -> None:
        self._mood = Mood.RESETS
        for half in [*self._halves]:
            if half.transport:
                _reset(half.transport)

    def stall(self) -> None:
        """A black hole: nothing is refused, and nothing arrives."""
        self._mood = Mood.STALLS
        self._healed.clear()
        for half in self._halves:
            half.listen(ears=False)

    def slow_down(self, delay_s: float) -> None:
        """In each direction."""
        self.delay_s = delay_s

    def heal(self) -> None:
        self._mood, self.delay_s = Mood.FORWARDS, 0.0
        self._healed.set()
        for half in self._halves:
            half.listen(ears=half.other is not None)

    def opened(self, half: Half) -> None:
        self._halves.add(half)
        if half.other is not None:
            return
        assert half.transport is not None
        if self._mood is Mood.DROPS:
            half.transport.close()
        elif self._mood is Mood.RESETS:
            _reset(half.transport)
        else:
            half.listen(ears=False)
            task = asyncio.create_task(self._connect(half))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    def closed(self, half: Half) -> None:
        self._halves.discard(half)

    async def _connect(self, client: Half) -> None:
        await self._healed.wait()
        for address in [*self._upstream]:
            server = Half(self)
            server.other = client
            try:
                await asyncio.get_running_loop().create_connection(lambda found=server: found, address.host, address.port)  # type: ignore[misc]
            except OSError:
                continue
            self._upstream.remove(address)
            self._upstream.insert(0, address)
            client.other = server
            if client.transport is None or client.transport.is_closing():
                assert server.transport is not None
                server.transport.close()
            for half in (client, server):
                half.listen(ears=not self.stalls)
            return
        if client.transport:
            client.transport.close()


def _reset(transport: asyncio.Transport) -> None:
    with contextlib.suppress(OSError):
        found = transport.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()


@asynccontextmanager
async def proxy_to(upstream: Sequence[Address], port: int = 0) -> AsyncIterator[Proxy]:
    proxy = Proxy(upstream)
    server = await asyncio.get_running_loop().create_server(lambda: Half(proxy), HOST, port)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.drop()
