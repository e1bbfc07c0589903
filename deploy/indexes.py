"""The indexes of every service's database: built by this explicit step, so that no service builds one while it starts."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from deploy.house import aggregates_of, indexes_beside
from deploy.items import Item
from deploy.management import NobodyAnswersError
from deploy.trust import refused_database
from shared.access import database_of_administrator
from shared.errors import DatabaseAway
from shared.settings import HouseSettings
from shared.storage import Database, Index

DEAD_LETTERS = "dead_letters"
BUILT_IN = "_id_"
DEAD_LETTER_INDEXES = (Index((("state", 1), ("last_failed_at", -1), ("_id", -1))),)


def wanted(service: str) -> Mapping[str, Sequence[Index]]:
    """Collection → indexes. Claims are found by `_id` alone."""
    aggregates = aggregates_of(service)
    named = {one.name: one.all_indexes for one in aggregates}
    archives = {one.archive: (Index((("of", 1),)),) for one in aggregates}
    return {**named, **archives, DEAD_LETTERS: DEAD_LETTER_INDEXES, **indexes_beside(service)}


def desired(settings: HouseSettings, services: Sequence[str]) -> list[Item]:
    return [
        Item("index", f"{settings.database_prefix}_{service}.{collection} {_name(index.keys)}", _options(index))
        for service in services
        for collection, indexes in wanted(service).items()
        for index in indexes
    ]


async def found(settings: HouseSettings, services: Sequence[str]) -> list[Item]:
    async with administered(settings) as root:
        items: list[Item] = []
        for service in services:
            database = Database(root.client, f"{settings.database_prefix}_{service}")
            for collection in await database.raw.list_collection_names():
                known = await database.raw[collection].index_information()
                items += [_item(database.name, collection, one) for name, one in known.items() if name != BUILT_IN]
        return items


async def build(settings: HouseSettings, services: Sequence[str]) -> None:
    async with administered(settings) as root:
        for service in services:
            database = Database(root.client, f"{settings.database_prefix}_{service}")
            for collection, indexes in wanted(service).items():
                await database.collection(collection).ensure(indexes)


@asynccontextmanager
async def administered(settings: HouseSettings) -> AsyncIterator[Database]:
    database = database_of_administrator(settings)
    try:
        await database.local_time()
        yield database
    except DatabaseAway as error:
        away = NobodyAnswersError("MongoDB does not answer.", cure="start everything with `redress up`.")
        raise refused_database(error) or away from None
    finally:
        await database.close()


def _name(keys: Sequence[tuple[str, Any]]) -> str:
    return ",".join(f"{field} {'down' if direction < 0 else 'up'}" for field, direction in keys)


def _options(index: Index) -> dict[str, Any]:
    return {"unique": index.unique, "where": index.where, "expire_after_s": index.expire_after_s}


def _item(database: str, collection: str, index: Mapping[str, Any]) -> Item:
    options = {
        "unique": index.get("unique", False),
        "where": index.get("partialFilterExpression"),
        "expire_after_s": index.get("expireAfterSeconds"),
    }
    return Item("index", f"{database}.{collection} {_name(index['key'])}", options)
