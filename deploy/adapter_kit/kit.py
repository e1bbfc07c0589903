"""The way from a channel's program to the house and back: `send` and `deliver`. docs/adapters.md says how to use it."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.adapter_kit.link import Letter, Link, Refusal
from deploy.adapter_kit.notices import Deliver, Reading
from deploy.adapter_kit.sent import SentLog
from deploy.adapter_kit.spool import Head, Spool, Waiting
from shared.bodies import LARGEST_INLINE_BYTES, PLACEHOLDER, Bodies, BodyStoreAway
from shared.contracts import INBOUND_BY_CHANNEL, Inbound
from shared.contracts.vocabulary import AdapterName, Channel
from shared.envelope import BODY

AT_ONCE = 100
LONGEST_ID_BYTES = 255
"""AMQP carries no longer message id."""
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0


class MessageRefused(ValueError):
    """The house would never take this message: its sender has to hear it."""


class NotTaken(Exception):
    """Nothing was confirmed for as long as the caller would wait. Everything is still in the spool."""

    def __init__(self, left: int, reason: Refusal | None) -> None:
        super().__init__(f"{left} not taken: {reason}")
        self.left = left
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """What the house gives an adapter. `url` holds its password; `bodies_url` is REDRESS_BODIES_URL."""

    name: AdapterName
    channel: Channel
    url: str = field(repr=False)
    bodies_url: str
    max_message_bytes: int = 64 * 1024**2

    @property
    def key(self) -> str:
        return f"{self.channel}.{self.name}"


class AdapterKit:
    """Use it as `async with`. What `send` has taken is published until the broker confirms it, over crashes if the spool is a file."""

    def __init__(self, identity: Identity, spool: Spool | None = None, sent: Path | None = None) -> None:
        self.identity = identity
        self.paused_for: Refusal | None = None
        self._spool = spool or Spool()
        self._sent = SentLog(sent, identity.name) if sent else None
        self._link = Link(identity.url, f"adapter {identity.name}")
        self._wake = asyncio.Event()
        self._progress = asyncio.Condition()
        self._large = asyncio.Lock()

    @cached_property
    def _bodies(self) -> Bodies:
        return Bodies(self.identity.bodies_url)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._publish_all(), name=f"adapter {self.identity.name}")
        return self

    async def __aexit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        """What is not confirmed stays in the spool."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._link.close()
        self._spool.close()

    async def connect(self) -> None:
        """For programs that want to know at once: raises what the broker or the network says. Otherwise the kit connects by itself."""
        await self._link.channel()

    async def send(self, *messages: Inbound) -> None:
        """Safe in the spool when it returns. Raises `MessageRefused`, and then takes none of them."""
        await self.send_bytes([(one.source_id, one.thread_id, one.encoded()) for one in messages])

    async def send_bytes(self, messages: Sequence[tuple[str, str | None, bytes]]) -> None:
        """Source id, thread and body of each, for a program that writes the JSON itself."""
        kind = INBOUND_BY_CHANNEL[self.identity.channel].key
        for source_id, _, body in messages:
            self._refuse_what_never_fits(source_id, body)
        waiting = [Waiting(thread or source_id, source_id, self.identity.key, kind, body) for source_id, thread, body in messages]
        await asyncio.to_thread(self._spool.add, waiting)
        self._wake.set()

    async def settled(self, *, patience_s: float | None = None) -> None:
        """When the broker has confirmed everything. Raises `NotTaken` where nothing more was confirmed for `patience_s`."""
        async with self._progress:
            while left := self._spool.count():
                if self._task.done():
                    await self._task
                try:
                    async with asyncio.timeout(patience_s):
                        await self._progress.wait()
                except TimeoutError:
                    raise NotTaken(left, self.paused_for) from None

    async def deliver(self, deliver: Deliver) -> None:
        """Hands each notice of the adapter's queue to `deliver` once, and reports what became of it. Runs until it is cancelled."""
        link = Link(self.identity.url, f"adapter {self.identity.name} notices")
        await Reading(self.identity.name, self.identity.channel, link, self._spool, self._wake).run(deliver)

    def _refuse_what_never_fits(self, source_id: str, body: bytes) -> None:
        if len(source_id.encode(errors="surrogatepass")) > LONGEST_ID_BYTES:
            raise MessageRefused(f"a source_id of more than {LONGEST_ID_BYTES} bytes is carried by no message")
        if len(body) > self.identity.max_message_bytes:
            raise MessageRefused(f"the message has {len(body):,} bytes; at most {self.identity.max_message_bytes:,} are taken")

    async def _publish_all(self) -> None:
        try:
            pause = FIRST_PAUSE_S
            while True:
                taken, refused = await self._round()
                pause = FIRST_PAUSE_S if taken else min(2 * pause, LONGEST_PAUSE_S)
                if refused:
                    await asyncio.sleep(pause * random.uniform(0.5, 1))
        finally:
            async with self._progress:
                self._progress.notify_all()

    async def _round(self) -> tuple[int, int]:
        """The first of each thread, side by side; so the second never overtakes it. How many were taken, and how many not."""
        self._wake.clear()
        heads = await asyncio.to_thread(self._spool.heads, AT_ONCE)
        if not heads:
            await self._wake.wait()
            return 0, 0
        refusals = await asyncio.gather(*[self._publish(one) for one in heads])
        confirmed = [head for head, refusal in zip(heads, refusals, strict=True) if refusal is None]
        self.paused_for = next((one for one in refusals if one), None)
        await asyncio.to_thread(self._settle, confirmed)
        if confirmed:
            async with self._progress:
                self._progress.notify_all()
        return len(confirmed), len(heads) - len(confirmed)

    def _settle(self, confirmed: Sequence[Head]) -> None:
        """Listed before it is forgotten: a crash in between lists it twice, never not at all."""
        if self._sent:
            self._sent.add(one.id for one in confirmed if one.key == self.identity.key)
        self._spool.remove(confirmed)

    async def _publish(self, head: Head) -> Refusal | None:
        if head.size <= LARGEST_INLINE_BYTES:
            return await self._link.publish(Letter(head.id, head.key, head.type, self._spool.body(head), {}))
        async with self._large:
            return await self._publish_large(head)

    async def _publish_large(self, head: Head) -> Refusal | None:
        """The bytes first: a message never points to what was not there."""
        try:
            reference = await self._bodies.put(self.identity.name, await asyncio.to_thread(self._spool.body, head))
        except BodyStoreAway:
            return Refusal.STORE_AWAY
        return await self._link.publish(Letter(head.id, head.key, head.type, PLACEHOLDER, {BODY: reference.model_dump_json()}))
