"""The only file that knows the MongoDB driver. Everything else sees documents, writes and three kinds of failure."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON, InvalidDocument
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import IndexModel, InsertOne, UpdateOne, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern

from shared.errors import DatabaseAway, DatabaseRefused, UnstorableState

Document = dict[str, Any]
Write = InsertOne[Any] | UpdateOne
DUPLICATE_KEY = 11_000
TOO_LARGE = {10_334, 17_280, 17_419, 17_420}
NOT_LET_IN = {13, 18}
PASSING = frozenset({91, 189, 10_107, 11_600, 11_602, 13_435, 13_436, 14_031})
"""The server stops, is no primary any more, or has no disk space left: the same write succeeds later."""

MAX_DOCUMENT_BYTES = 15 * 1024 * 1024
"""MongoDB's limit is 16 MiB; the rest is room for the records that are pushed later."""

CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)
ANSWER_WITHIN_MS = 5_000
LOOKED_AT_AT_ONCE = 20_000
"""Documents in one piece of a search: a second's work, also for a cold disk."""
CLIENT = AsyncIOMotorClient
"""The driver. `pymongo.AsyncMongoClient` takes the same place (tests/integration/test_storage.py runs both)."""

__all__ = ["Collection", "Database", "Document", "Index", "InsertOne", "Login", "UpdateOne", "Write", "Written", "connect", "encode"]


def encode(document: Mapping[str, Any]) -> bytes:
    """Raises `UnstorableState` for what no document can hold: a lone surrogate, a 70-bit integer, more than 15 MiB."""
    try:
        encoded = bson.encode(document)
    except (InvalidDocument, InvalidBSON, OverflowError, UnicodeEncodeError, DocumentTooLarge) as error:
        raise UnstorableState(f"the state cannot be encoded: {type(error).__name__}") from None
    if len(encoded) > MAX_DOCUMENT_BYTES:
        raise UnstorableState(f"the state has {len(encoded):,} bytes, at most {MAX_DOCUMENT_BYTES:,} fit")
    return encoded


def insert(document: Mapping[str, Any]) -> InsertOne[Any]:
    """Encoded once: for the check, and for the wire."""
    return InsertOne(RawBSONDocument(encode(document)))


def update(where: Document, change: Document, *, upsert: bool = False) -> UpdateOne:
    encode(change)
    return UpdateOne(where, change, upsert=upsert)


@dataclass(frozen=True, slots=True)
class Index:
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    where: Document | None = None
    expire_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a bulk of writes did. MongoDB names failed writes by index, but gives only totals for conditional updates."""

    failed: Mapping[int, int]
    """index of the write → MongoDB error code"""
    matched: int
    upserted: int

    @property
    def unexpected(self) -> Mapping[int, int]:
        """Failures that are not "this id is known already"."""
        return {index: code for index, code in self.failed.items() if code != DUPLICATE_KEY}


@contextmanager
def _known_failures() -> Iterator[None]:
    try:
        yield
    except (BulkWriteError, DuplicateKeyError):
        raise
    except (ConnectionFailure, ExecutionTimeout) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise DatabaseRefused("the database's certificate is not of an authority we believe, or not of this host") from None
        raise DatabaseAway(type(error).__name__) from error
    except DocumentTooLarge:
        raise UnstorableState("the document is larger than MongoDB takes") from None
    except OperationFailure as error:
        if error.code in TOO_LARGE:
            raise UnstorableState(f"MongoDB refuses the document: {error.code}") from None
        if error.code in NOT_LET_IN:
            raise DatabaseRefused(f"the database does not let us do that, or does not know us: {error.code}") from None
        if error.has_error_label("RetryableWriteError") or error.code in PASSING:
            raise DatabaseAway(f"{type(error).__name__} {error.code}") from error
        raise
    except PyMongoError as error:
        raise DatabaseAway(type(error).__name__) from error


class Collection:
    """Documents of one kind. Every write waits for the majority; every read sees only what the majority has."""

    def __init__(self, raw: Any) -> None:  # noqa: ANN401 - Motor and PyMongo share no base class
        self.raw = raw

    async def write(self, writes: Sequence[Write]) -> Written:
        """One unordered bulk. Raises `DatabaseAway` where the outcome is unknown: read back, or try again."""
        if not writes:
            return Written({}, 0, 0)
        with _known_failures():
            try:
                done = await self.raw.bulk_write(list(writes), ordered=False)
            except BulkWriteError as error:
                details = error.details or {}
                if details.get("writeConcernErrors"):
                    raise DatabaseAway("the majority did not confirm") from error
                failed = {one["index"]: one["code"] for one in details.get("writeErrors", [])}
                if passing := PASSING.intersection(failed.values()):
                    raise DatabaseAway(f"some writes were refused: {min(passing)}") from error
                return Written(failed, details.get("nMatched", 0), details.get("nUpserted", 0))
        return Written({}, done.matched_count, done.upserted_count)

    async def update_all(self, where: Document, change: Document) -> int:
        """For chores that may be repeated: the driver does not retry it."""
        with _known_failures():
            return int((await self.raw.update_many(where, change)).modified_count)

    async def delete_all(self, where: Document) -> int:
        """For chores that may be repeated: the driver does not retry it."""
        with _known_failures():
            return int((await self.raw.delete_many(where)).deleted_count)

    async def find(
        self, where: Document, *, only: Document | None = None, sort: list[tuple[str, int]] | None = None, limit: int = 0, skip: int = 0
    ) -> list[Document]:
        with _known_failures():
            cursor = self.raw.find(where, only).skip(skip).limit(limit)
            found: list[Document] = await (cursor.sort(sort) if sort else cursor).to_list(None)
        return found

    async def stream(self, where: Document, *, only: Document | None = None) -> AsyncIterator[Document]:
        with _known_failures():
            async for document in self.raw.find(where, only, batch_size=1_000):
                yield document

    async def search(self, where: Document, *, only: Document | None = None, at_once: int = LOOKED_AT_AT_ONCE) -> AsyncIterator[Document]:
        """Of all documents, without an index for `where`: piece by piece, since no answer to one question may take longer than we wait."""
        piece: Document = {}
        while True:
            ends = await self.find({"_id": piece} if piece else {}, only={"_id": 1}, sort=[("_id", 1)], skip=at_once, limit=1)
            within = piece | ({"$lte": ends[0]["_id"]} if ends else {})
            for document in await self.find({**({"_id": within} if within else {}), "$and": [where]}, only=only):
                yield document
            if not ends:
                return
            piece = {"$gt": ends[0]["_id"]}

    async def one(self, where: Document, *, only: Document | None = None) -> Document | None:
        found = await self.find(where, only=only, limit=1)
        return found[0] if found else None

    async def count(self, where: Document) -> int:
        with _known_failures():
            return int(await self.raw.count_documents(where))

    async def about_how_many(self) -> int:
        """All documents, by the database's own books: it costs the same however many there are, and may be off after a crash."""
        with _known_failures():
            return int(await self.raw.estimated_document_count())

    async def aggregate(self, pipeline: list[Document]) -> list[Document]:
        with _known_failures():
            cursor = self.raw.aggregate(pipeline)
            found: list[Document] = await (cursor if hasattr(cursor, "to_list") else await cursor).to_list(None)
        return found

    async def ensure(self, indexes: Sequence[Index]) -> None:
        if not indexes:
            return
        models = []
        for index in indexes:
            options: Document = {"unique": index.unique} if index.unique else {}
            if index.where is not None:
                options["partialFilterExpression"] = index.where
            if index.expire_after_s is not None:
                options["expireAfterSeconds"] = index.expire_after_s
            models.append(IndexModel(list(index.keys), **options))
        with _known_failures():
            await self.raw.create_indexes(models)


class Database:
    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - see Collection
        self.client = client
        self.name = name
        self.raw = client.get_database(
            name, codec_options=CODEC, write_concern=WriteConcern("majority", j=True), read_concern=ReadConcern("majority")
        )

    def collection(self, name: str) -> Collection:
        return Collection(self.raw[name])

    async def local_time(self) -> Any:  # noqa: ANN401 - BSON gives datetime
        """The database server's clock, the one clock of all processes."""
        with _known_failures():
            return (await self.raw.command("hello", codec_options=CODEC))["localTime"]

    async def drop(self) -> None:
        await self.client.drop_database(self.name)

    async def close(self) -> None:
        closing = self.client.close()
        if closing is not None:
            await closing


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the database server, and the database that knows him."""

    user: str
    password: str = field(repr=False)
    database: str

    @property
    def options(self) -> Document:
        return {"username": self.user, "password": self.password, "authSource": self.database}


def connect(url: str, name: str, *, driver: Any = CLIENT, login: Login | None = None, ca_file: Path | None = None) -> Database:  # noqa: ANN401 - a client class
    """Raises `ValueError` for an address that cannot be read; it is never shown, for it may hold a password."""
    try:
        client = driver(
            url,
            tz_aware=True,
            tzinfo=UTC,
            retryWrites=True,
            serverSelectionTimeoutMS=ANSWER_WITHIN_MS,
            connectTimeoutMS=ANSWER_WITHIN_MS,
            socketTimeoutMS=4 * ANSWER_WITHIN_MS,
            **(login.options if login else {}),
            **tls_options(url, ca_file),
        )
    except (ConfigurationError, ValueError, TypeError):
        raise ValueError("the database's address cannot be read: see REDRESS_MONGO_URL and REDRESS_TLS_CA_FILE") from None
    return Database(client, name)


def tls_options(url: str, ca_file: Path | None) -> Document:
    """Whom to believe where the address asks for TLS; the driver would take a mere file as the wish for it."""
    asks = url.startswith("mongodb+srv:") or any(wish in url.lower() for wish in ("tls=true", "ssl=true"))
    return {"tlsCAFile": str(ca_file)} if asks and ca_file and "tlsCAFile=" not in url else {}
