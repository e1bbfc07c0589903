"""A back-up of the services' databases as they all were at one moment, and its way back into empty ones. ADR-0019."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from inspect import isawaitable
from pathlib import Path
from typing import Any, BinaryIO

from bson import decode_file_iter
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import WriteConcern
from pymongo.errors import OperationFailure

from deploy.indexes import administered
from deploy.problem import SetupError
from shared.access import database_name
from shared.settings import HouseSettings

MANIFEST = "manifest.json"
AT_ONCE = 500
SNAPSHOT_IS_GONE = 239
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)

Contents = dict[str, dict[str, dict[str, Any]]]
"""Service → collection → `documents` and `sha256`; what the manifest holds."""


def back_up(settings: HouseSettings, services: Sequence[str], directory: Path) -> Contents:
    """Nothing waits for it. The files are `mongodump`'s: BSON documents one after the other."""
    if directory.exists() and any(directory.iterdir()):
        raise SetupError(f"{directory} is not empty.", cure="name a directory that does not exist yet.")
    contents: Contents = _finished(_back_up(settings, services, directory))
    _private(directory / MANIFEST).write_text(json.dumps(contents, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return contents


def restore(settings: HouseSettings, services: Sequence[str], directory: Path) -> Contents:
    """Into databases that hold nothing; `services` may be some of those in the back-up."""
    wanted = {service: collections for service, collections in _manifest(directory).items() if service in services}
    for service, collections in wanted.items():
        for name, about in collections.items():
            _refuse_if_damaged(directory / service / f"{name}.bson", about)
    _finished(_restore(settings, wanted, directory))
    return wanted


async def _back_up(settings: HouseSettings, services: Sequence[str], directory: Path) -> Contents:
    async with administered(settings) as root:
        names = {service: await _collections(root.client, database_name(settings, service)) for service in services}
        started = root.client.start_session(snapshot=True)
        async with await started if isawaitable(started) else started as session:
            return {
                service: {
                    name: await _saved(_read(root.client, database_name(settings, service), name, session), directory / service, name)
                    for name in collections
                }
                for service, collections in names.items()
            }


async def _collections(client: Any, database: str) -> list[str]:  # noqa: ANN401 - see shared/storage.py
    """Asked before the first read, which is the moment of the back-up: what comes later is not in it."""
    return sorted(await client[database].list_collection_names())


async def _read(client: Any, database: str, name: str, session: Any) -> AsyncIterator[RawBSONDocument]:  # noqa: ANN401 - see above
    try:
        async for document in client.get_database(database, codec_options=RAW)[name].find({}, session=session, batch_size=AT_ONCE):
            yield document
    except OperationFailure as error:
        if error.code == SNAPSHOT_IS_GONE:
            cure = "raise minSnapshotHistoryWindowInSeconds, or take snapshots of the file system (docs/operations.md)."
            raise SetupError("the back-up took longer than MongoDB remembers that moment.", cure=cure) from None
        raise


async def _saved(documents: AsyncIterator[RawBSONDocument], directory: Path, name: str) -> dict[str, Any]:
    count, digest = 0, sha256()
    with _private(directory / f"{name}.bson").open("wb") as file:
        async for document in documents:
            file.write(document.raw)
            digest.update(document.raw)
            count += 1
    return {"documents": count, "sha256": digest.hexdigest()}


async def _restore(settings: HouseSettings, wanted: Mapping[str, Mapping[str, Any]], directory: Path) -> None:
    async with administered(settings) as root:
        for service in wanted:
            await _refuse_if_used(root.client, database_name(settings, service))
        for service, collections in wanted.items():
            database = root.client.get_database(database_name(settings, service), write_concern=WriteConcern("majority", j=True))
            for name in collections:
                with (directory / service / f"{name}.bson").open("rb") as file:
                    for page in _pages(file):
                        await database[name].insert_many(page, ordered=False)


async def _refuse_if_used(client: Any, database: str) -> None:  # noqa: ANN401 - see above
    for name in await _collections(client, database):
        if await client[database][name].find_one({}, {"_id": 1}) is not None:
            raise SetupError(f"{database}.{name} is not empty.", cure="set REDRESS_DATABASE_PREFIX to a new one; nothing is overwritten.")


def _pages(file: BinaryIO) -> Iterable[list[RawBSONDocument]]:
    page: list[RawBSONDocument] = []
    for document in decode_file_iter(file, RAW):
        page.append(document)
        if len(page) == AT_ONCE:
            yield page
            page = []
    if page:
        yield page


def _manifest(directory: Path) -> Contents:
    try:
        contents: Contents = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SetupError(f"{directory} holds no finished back-up.", cure="name the directory that `redress backup` wrote.") from None
    return contents


def _refuse_if_damaged(file: Path, about: Mapping[str, Any]) -> None:
    digest = sha256()
    with file.open("rb") as content:
        while part := content.read(1 << 20):
            digest.update(part)
    if digest.hexdigest() != about["sha256"]:
        raise SetupError(f"{file.name} is not what the back-up wrote.", cure="take another back-up.")


def _private(path: Path) -> Path:
    """Customers' words are in it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    return path


def _finished(work: Any) -> Any:  # noqa: ANN401 - a coroutine and what it returns
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
