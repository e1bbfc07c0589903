"""What a service holds of one complaint that is personal: where it stands and how often, never what it says."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from shared.aggregate import AnyAggregate
from shared.blanking import said_in
from shared.record import republished
from shared.storage import Database, Document
from shared.views import Query

PATH = "/personal"
View = Callable[[Database, Query], Awaitable[Any]]


def holding_views(aggregates: Sequence[AnyAggregate]) -> Mapping[str, View]:
    return {PATH: Holdings(aggregates)}


class Holdings:
    """A view: what would go if the customer were erased. After it nothing is left to count."""

    def __init__(self, aggregates: Sequence[AnyAggregate]) -> None:
        self._aggregates = aggregates

    async def __call__(self, database: Database, query: Query) -> Document:
        key = query.get("complaint_id", "")
        found: Counter[str] = Counter()
        for aggregate in self._aggregates:
            found += await _in_aggregate(database, aggregate, key)
        letters = {"correlation": key, "body_key": {"$exists": True}}
        found["dead letters"] = len([one async for one in database.collection("dead_letters").search(letters, only={"_id": 1})])
        return {name: count for name, count in sorted(found.items()) if count}


async def _in_aggregate(database: Database, aggregate: AnyAggregate, key: str) -> Counter[str]:
    """Fields of the state by their names, messages in its records, and what came early."""
    document = await database.collection(aggregate.name).one({"_id": key})
    if document is None:
        return Counter()
    state = aggregate.load(document) if "state" in document else None
    fields = Counter(f"{aggregate.name}: {place}" for place in said_in(state))
    archived = await database.collection(aggregate.archive).find({"of": key, "sequence": {"$lt": _erased(document)}})
    embedded = [one for one in document["handled"] if one["sequence"] < _erased(document)]
    fields[f"{aggregate.name}: messages said"] = sum(len(republished(one)) for one in (*embedded, *archived))
    fields[f"{aggregate.name}: messages that came early"] = len(document.get("early", ()))
    return fields


def _erased(document: Document) -> float:
    """What it said since it was erased has nothing personal in it."""
    return float(document.get("erased", "inf"))
