"""Bodies above 256 kB on their way: an adapter lays them into a store, intake takes them out. The only file that knows obstore."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from shared.contracts.inbound import BodyReference
from shared.errors import PermanentError, TransientError

LARGEST_INLINE_BYTES = 256 * 1024
"""What is larger travels by reference."""

WITHIN_S = 60.0
PLACEHOLDER = b"{}"
"""The body of a message whose words lie in the store."""


class BodyMissing(TransientError):
    """Nothing lies where the message points, neither in the store nor in our own ledger. Operator: ask the adapter to send it again."""

    slug = "body-missing"


class BodyStoreAway(TransientError):
    """The store of bodies does not answer. Operator: look at REDRESS_BODIES_URL and the store, then replay."""

    slug = "body-store-away"


class BodyMismatch(PermanentError):
    """What lies in the store is not what the message says, or is another adapter's. Operator: mend the adapter; discard."""

    slug = "body-mismatch"


class BodyTooLarge(PermanentError):
    """The body is larger than its adapter, or the house, may send. Operator: have it sent in smaller pieces; discard."""

    slug = "body-too-large"


class Bodies:
    """Names are `<adapter>/<sha256>`: who may write under his own name alone overwrites nobody's, and the same bytes lie once. ADR-0016."""

    def __init__(self, url: str) -> None:
        """`file:` (a relative path is the process's) or `s3:`, whose keys and region come from AWS_* in the environment."""
        self.folder = _folder(url)
        if self.folder:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store: ObjectStore = from_url(self.folder.as_uri())
        else:
            retries = {"max_retries": 2, "retry_timeout": timedelta(seconds=WITHIN_S / 2)}
            # No client options: obstore would no longer read those of the environment, such as AWS_ALLOW_HTTP.
            self._store = from_url(url, retry_config=retries)  # type: ignore[call-overload]  # any store's

    async def put(self, adapter: str, content: bytes) -> BodyReference:
        """Durable when this returns. Raises `BodyStoreAway`."""
        reference = reference_to(adapter, content)
        async with _answering():
            await self._store.put_async(reference.ref, content)
        if self.folder:
            await asyncio.to_thread(_synced, self.folder / reference.ref)
        return reference

    async def get(self, reference: BodyReference) -> bytes:
        """The very bytes. Raises `BodyMissing`, `BodyMismatch`, `BodyStoreAway`."""
        async with _answering():
            found = await self._store.get_async(reference.ref)
            if found.meta["size"] != reference.size:
                raise BodyMismatch(f"{found.meta['size']:,} bytes lie in the store, {reference.size:,} were announced")
            content = bytes(await found.bytes_async())
        if await asyncio.to_thread(lambda: sha256(content).hexdigest()) != reference.sha256:
            raise BodyMismatch("the bytes in the store have another SHA-256 than was announced")
        return content

    async def drop(self, ref: str) -> None:
        """What is not there is dropped already. Raises `BodyStoreAway`."""
        try:
            async with _answering():
                await self._store.delete_async(ref)
        except BodyMissing:
            return

    async def left_before(self, at: datetime) -> AsyncIterator[str]:
        """Names of what was laid there before `at`, by the store's clock."""
        async with _answering():
            left = [one["path"] async for batch in self._store.list() for one in batch if one["last_modified"] < at]
        for path in left:
            yield path


def reference_to(adapter: str, content: bytes) -> BodyReference:
    digest = sha256(content).hexdigest()
    return BodyReference(ref=f"{adapter}/{digest}", size=len(content), sha256=digest)


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """A time limit, and the store's failures as ours."""
    try:
        async with asyncio.timeout(WITHIN_S):
            yield
    except FileNotFoundError:
        raise BodyMissing("no body lies under the name that the message gives") from None
    except (BaseError, OSError) as error:
        raise BodyStoreAway(f"the store of bodies does not answer: {type(error).__name__}") from None


def _folder(url: str) -> Path | None:
    parts = urlsplit(url)
    return Path(unquote(parts.path)).absolute() if parts.scheme == "file" else None


def _synced(file: Path) -> None:
    """The store renames what it wrote but does not wait for the disk."""
    for path in (file, file.parent, file.parent.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
