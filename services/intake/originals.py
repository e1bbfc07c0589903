"""The sealed bytes of what arrived. What one document of the ledger cannot hold lies in `arrival_parts`."""

import asyncio
from datetime import datetime
from uuid import uuid4

from shared.errors import DatabaseAway
from shared.sealing import Sealed, Sealer
from shared.storage import Collection, Document, insert

PART_BYTES = 8 * 1024 * 1024
LARGE_BYTES = 256 * 1024
"""Sealing more than this takes longer than other messages should wait: a thread does it."""


class Originals:
    def __init__(self, parts: Collection, sealer: Sealer) -> None:
        self._parts = parts
        self._sealer = sealer

    async def sealed(self, inbound_id: str, content: bytes, kept_until: datetime) -> Document:
        """Fields of the ledger's entry. What lies beside it is durable when this returns; it is found by the entry alone."""
        about = f"arrival/{inbound_id}"
        sealed = (
            self._sealer.seal(content, about) if len(content) <= LARGE_BYTES else await asyncio.to_thread(self._sealer.seal, content, about)
        )
        entry: Document = {"about": about, "body": sealed.body[:PART_BYTES], "body_key": sealed.key}
        if len(sealed.body) <= PART_BYTES:
            return entry
        name = uuid4().hex
        starts = range(PART_BYTES, len(sealed.body), PART_BYTES)
        for number, start in enumerate(starts, 1):
            part = {"_id": f"{name}/{number}", "body": sealed.body[start : start + PART_BYTES], "kept_until": kept_until}
            if (await self._parts.write([insert(part)])).failed:
                raise DatabaseAway("a part of the message was not kept")
        return {**entry, "parts": name, "parts_count": len(starts)}

    async def opened(self, arrival: Document) -> bytes:
        """Raises `KeyError` once the bytes were erased."""
        ids = [f"{arrival['parts']}/{number}" for number in range(1, arrival["parts_count"] + 1)] if "parts" in arrival else []
        found = {one["_id"]: bytes(one["body"]) for one in await self._parts.find({"_id": {"$in": ids}})} if ids else {}
        sealed = Sealed(b"".join([bytes(arrival["body"]), *(found[one] for one in ids)]), bytes(arrival["body_key"]))
        return await asyncio.to_thread(self._sealer.open, sealed, arrival.get("about", f"arrival/{arrival['_id']}"))

    async def drop(self, arrival: Document) -> None:
        """What of it lies beside its entry."""
        if "parts" in arrival:
            ids = [f"{arrival['parts']}/{number}" for number in range(1, arrival["parts_count"] + 1)]
            await self._parts.delete_all({"_id": {"$in": ids}})

    async def expire(self, now: datetime) -> None:
        await self._parts.delete_all({"kept_until": {"$lt": now}})
