"""The proxy of the chaos suite on real sockets: what it does to a connection, and that healing ends it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.chaos.proxy import HOST, Proxy, proxy_to
from tests.chaos.stage import Address

SOON_S = 0.2


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(1_000):
        writer.write(said)
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """Before a server that says what it hears; its first address answers nobody."""
    server = await asyncio.start_server(echo, HOST, 0)
    nobody = await asyncio.start_server(echo, HOST, 0)
    dead = Address(HOST, nobody.sockets[0].getsockname()[1])
    nobody.close()
    async with server, proxy_to([dead, Address(HOST, server.sockets[0].getsockname()[1])]) as found:
        yield found


@asynccontextmanager
async def line_to(proxy: Proxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def heard_back(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], said: bytes) -> bytes:
    line[1].write(said)
    return await asyncio.wait_for(line[0].readexactly(len(said)), 5)


async def test_it_leads_to_the_first_address_that_answers(proxy: Proxy):
    async with line_to(proxy) as line:
        assert await heard_back(line, b"hello") == b"hello"


async def test_a_drop_ends_the_connection_in_order_and_every_new_one_until_it_is_healed(proxy: Proxy):
    async with line_to(proxy) as line:
        await heard_back(line, b"hello")
        proxy.drop()
        assert await line[0].read() == b""
    async with line_to(proxy) as line:
        assert await line[0].read() == b""
    proxy.heal()
    async with line_to(proxy) as line:
        assert await heard_back(line, b"again") == b"again"


async def test_a_reset_is_no_orderly_end(proxy: Proxy):
    async with line_to(proxy) as line:
        await heard_back(line, b"hello")
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            await line[0].read()


async def test_a_black_hole_swallows_nothing_what_was_said_arrives_once_it_is_healed(proxy: Proxy):
    async with line_to(proxy) as line:
        await heard_back(line, b"hello")
        proxy.stall()
        line[1].write(b"into the dark")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line[0].readexactly(1), SOON_S)
        proxy.heal()
        assert await asyncio.wait_for(line[0].readexactly(13), 5) == b"into the dark"


async def test_who_connects_to_a_black_hole_waits_until_it_is_healed(proxy: Proxy):
    proxy.stall()
    async with line_to(proxy) as line:
        line[1].write(b"hello")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line[0].readexactly(1), SOON_S)
        proxy.heal()
        assert await asyncio.wait_for(line[0].readexactly(5), 5) == b"hello"


async def test_a_slow_line_keeps_the_order(proxy: Proxy):
    proxy.slow_down(0.05)
    async with line_to(proxy) as line:
        began = asyncio.get_running_loop().time()
        for number in range(20):
            line[1].write(b"%02d" % number)
            await asyncio.sleep(0)
        assert await asyncio.wait_for(line[0].readexactly(40), 5) == b"".join(b"%02d" % number for number in range(20))
        assert asyncio.get_running_loop().time() - began >= 0.1
