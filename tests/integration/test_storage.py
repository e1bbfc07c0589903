"""The store behaves the same with both drivers, so that changing from Motor to PyMongo stays one line."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from shared.errors import DatabaseAway, UnstorableState
from shared.storage import CLIENT, Database, Index, UpdateOne, connect, encode, insert
from tests.namespaces import Namespace


@pytest.fixture(params=[CLIENT, AsyncMongoClient], ids=["motor", "pymongo"])
async def database(request: pytest.FixtureRequest, module_namespace: Namespace) -> AsyncIterator[Database]:
    driver: Any = request.param
    found = connect(module_namespace.mongo_url, f"{module_namespace.prefix}_{driver.__name__}", driver=driver)
    yield found
    await found.drop()
    await found.close()


async def test_failed_inserts_are_named_by_index_and_their_neighbours_go_in(database: Database):
    things = database.collection("things")

    done = await things.write([insert({"_id": name}) for name in ("a", "b", "a", "c")])

    assert dict(done.failed) == {2: 11_000}
    assert [one["_id"] for one in await things.find({}, sort=[("_id", 1)])] == ["a", "b", "c"]


async def test_a_conditional_update_that_matches_nothing_shows_in_the_total(database: Database):
    things = database.collection("versions")
    await things.write([insert({"_id": "a", "version": 1}), insert({"_id": "b", "version": 7})])

    done = await things.write([UpdateOne({"_id": name, "version": 1}, {"$inc": {"version": 1}}) for name in ("a", "b")])

    assert (done.matched, done.upserted) == (1, 0)


async def test_indexes_are_made_once_and_enforced(database: Database):
    things = database.collection("indexed")
    index = Index((("name", 1),), unique=True, where={"name": {"$exists": True}})

    await things.ensure([index])
    await things.ensure([index])

    assert dict((await things.write([insert({"_id": n, "name": "same"}) for n in range(2)])).failed) == {1: 11_000}


async def test_the_servers_time_has_its_zone_wherever_a_process_stands(database: Database):
    """Without one it would be taken for the time of the process's own zone."""
    assert (await database.local_time()).utcoffset() == timedelta(0)


async def test_streams_counts_and_aggregates(database: Database):
    things = database.collection("numbers")
    await things.write([insert({"_id": n, "even": n % 2 == 0}) for n in range(10)])

    streamed = [one["_id"] async for one in things.stream({"even": True}, only={"_id": 1})]
    summed = await things.aggregate([{"$group": {"_id": "$even", "sum": {"$sum": "$_id"}}}, {"$sort": {"_id": 1}}])

    assert (sorted(streamed), await things.count({}), await things.about_how_many()) == ([0, 2, 4, 6, 8], 10, 10)
    assert [one["sum"] for one in summed] == [25, 20]


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 14, 20])
async def test_a_search_piece_by_piece_finds_each_document_once(database: Database, count: int):
    searched = database.collection(f"searched_{count}")
    await searched.write([insert({"_id": f"{n:03}", "n": n}) for n in range(count)])

    found = [one["n"] async for one in searched.search({"n": {"$gte": 2}}, only={"n": 1}, at_once=7)]

    assert found == list(range(2, count))


async def test_a_database_that_is_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shared.storage.ANSWER_WITHIN_MS", 200)
    nowhere = connect("mongodb://127.0.0.1:1/?directConnection=true", "nowhere")

    with pytest.raises(DatabaseAway):
        await nowhere.collection("things").write([insert({"_id": 1})])


@pytest.mark.parametrize("poison", ["\ud800", 2**70, "x" * 17_000_000], ids=["lone surrogate", "70 bits", "17 MB"])
def test_what_no_document_can_hold_is_refused_before_it_joins_a_batch(poison: object):
    with pytest.raises(UnstorableState):
        encode({"state": poison})
