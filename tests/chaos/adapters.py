"""Channel adapters and desk: each publishes under its own user until the broker confirms, and adapters read their own queues."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, DeliveryError
from pydantic_core import from_json, to_json
from yarl import URL

from shared.contracts import COMMANDS
from tests.chaos.traffic import Sending
from tests.load.publishing import Prepared

IN_FLIGHT = 400
CONFIRMED_WITHIN_S = 10.0
CONNECTED_WITHIN_S = 5.0
PAUSE_S = (0.1, 1.0)
PREFETCH = 500
FAILURES = (AMQPError, DeliveryError, ConnectionError, TimeoutError, OSError, RuntimeError)


@dataclass
class Noted:
    """What adapters and desk were promised, and what the adapters were given."""

    confirmed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """Adapter and source id → when the broker had taken it: from then on it must not be lost."""
    commanded: set[str] = field(default_factory=set)
    """Ids of the commands that the broker had taken: each must be answered."""
    repeated_tries: int = 0
    """Published again because the confirm did not come."""
    notices: Counter[str] = field(default_factory=Counter)
    """notice id → how often it came; a repeat has the same id, and the adapter drops it"""
    differing: set[str] = field(default_factory=set)
    """Notices that came twice with different bytes."""
    _hashes: dict[str, bytes] = field(default_factory=dict)
    _probes: dict[str, asyncio.Event] = field(default_factory=dict)

    def write(self, file: Path) -> None:
        """The list that an adapter keeps, as `redress balance --sent` reads it."""
        lines = (
            to_json({"adapter": adapter, "source_id": source_id, "confirmed_at": at}) for (adapter, source_id), at in self.confirmed.items()
        )
        file.write_bytes(b"\n".join(lines))

    def confirm(self, one: Prepared) -> None:
        if one.exchange == COMMANDS:
            self.commanded.add(one.id)
        else:
            self.confirmed.setdefault((one.user, one.id), datetime.now(UTC))

    def notice_on(self, source_id: str) -> asyncio.Event:
        """Set once a notice comes that answers this message."""
        return self._probes.setdefault(source_id, asyncio.Event())

    def take(self, notice_id: str, body: bytes) -> None:
        self.notices[notice_id] += 1
        digest = sha256(body).digest()[:8]
        if self._hashes.setdefault(notice_id, digest) != digest:
            self.differing.add(notice_id)
        if self._probes and (probe := self._probes.pop(from_json(body).get("in_reply_to"), None)):
            probe.set()


@dataclass
class AdapterLine:
    """A connection to publish on, of one adapter or the desk, made anew whenever it is gone."""

    url: URL
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _connection: AbstractConnection | None = None
    _channel: AbstractChannel | None = None

    async def publish(self, one: Prepared) -> None:
        channel = await self._ready()
        try:
            async with asyncio.timeout(CONFIRMED_WITHIN_S):
                exchange = await channel.get_exchange(one.exchange, ensure=False)
                await exchange.publish(one.message, one.routing_key, mandatory=True)
        except FAILURES:
            await self.hang_up(channel)
            raise

    async def hang_up(self, used: AbstractChannel | None = None) -> None:
        """Only the line that failed: others may have made a new one in the meantime."""
        if used is not None and used is not self._channel:
            return
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(*FAILURES):
                await asyncio.wait_for(connection.close(), CONNECTED_WITHIN_S)

    async def _ready(self) -> AbstractChannel:
        async with self._lock:
            if self._channel is None:
                async with asyncio.timeout(CONNECTED_WITHIN_S):
                    self._connection = await aio_pika.connect(self.url)
                    self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
            return self._channel


@dataclass
class Adapters:
    lines: Mapping[str, AdapterLine]
    noted: Noted = field(default_factory=Noted)
    sent: int = 0
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))

    async def say(self, sendings: Sequence[Sending]) -> None:
        """By the timetable; while the broker blocks, at most `IN_FLIGHT` wait and the timetable slips."""
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for one in sendings:
                await asyncio.sleep(max(0.0, started + one.at_s - time.monotonic()))
                await self._room.acquire()
                group.create_task(self._deliver_in_turn(one.prepared))

    async def _deliver_in_turn(self, one: Prepared) -> None:
        try:
            await self.deliver(one)
        finally:
            self._room.release()

    async def deliver(self, one: Prepared) -> None:
        """Until it is confirmed, however long that takes."""
        while True:
            try:
                await self.lines[one.user].publish(one)
            except FAILURES:
                self.noted.repeated_tries += 1
                await asyncio.sleep(random.uniform(*PAUSE_S))
            else:
                self.noted.confirm(one)
                self.sent += 1
                return

    async def take_notices(self, adapter: str, queue: str) -> None:
        """For ever; after a broken connection it begins again, and what was not acknowledged comes again."""
        while True:
            with suppress(*FAILURES):
                await self._take(adapter, queue)
            await asyncio.sleep(random.uniform(*PAUSE_S))

    async def _take(self, adapter: str, queue: str) -> None:
        async with asyncio.timeout(CONNECTED_WITHIN_S):
            connection = await aio_pika.connect(self.lines[adapter].url.update_query(heartbeat=10))
        async with connection:
            channel = await connection.channel()
            await channel.set_qos(PREFETCH)
            gone = asyncio.Event()
            connection.close_callbacks.add(lambda *_: gone.set())
            channel.close_callbacks.add(lambda *_: gone.set())

            async def take(message: AbstractIncomingMessage) -> None:
                self.noted.take(message.message_id or "", message.body)
                await message.ack()

            reading = await channel.get_queue(queue, ensure=False)
            await reading.consume(take)
            await gone.wait()


@asynccontextmanager
async def adapters_on(urls: Mapping[str, URL], queues: Mapping[str, str]) -> AsyncIterator[Adapters]:
    """`queues`: adapter → the queue it reads; those of e-mail are read by the house itself."""
    adapters = Adapters({name: AdapterLine(url) for name, url in urls.items()})
    readers = [asyncio.create_task(adapters.take_notices(name, queue)) for name, queue in queues.items()]
    try:
        yield adapters
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        for line in adapters.lines.values():
            await line.hang_up()
