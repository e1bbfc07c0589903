"""Expressions by which the database counts complaints: so the numbers travel, and the complaints stay where they are."""

from collections.abc import Iterable, Mapping
from typing import Any

Document = dict[str, Any]
"""An expression, or a stage of a pipeline, in the database's own language."""
TENTH_OF_AN_HOUR_MS = 360_000


def field(name: str | None) -> Document:
    """Of the complaint's state; None where it has none, or where nothing is asked for."""
    return {"$ifNull": [f"$state.{name}", None]} if name else {"$literal": None}


def summed(by: Document, sums: Mapping[str, Any]) -> Document:
    """How many there are in each group, and what else they come to."""
    return {"$group": {"_id": by, "count": {"$sum": 1}, **{name: {"$sum": of} for name, of in sums.items()}}}


def list_of(name: str) -> Document:
    """Documents of an older schema may not have it."""
    return {"$ifNull": [f"$state.{name}", []]}


def how_many(of: Document, where: Document) -> Document:
    """`$$this` is each of them."""
    return {"$size": {"$filter": {"input": of, "as": "this", "cond": where}}}


def one_where(condition: Document) -> Document:
    return {"$cond": [condition, 1, 0]}


def first_time(where: Document) -> Document:
    """When it first happened, by the complaint's history; null where it never did."""
    those = {"$filter": {"input": list_of("history"), "as": "this", "cond": where}}
    return {"$min": {"$map": {"input": those, "as": "one", "in": {"$toDate": "$$one.at"}}}}


def tenths_of_hours(begun: str, ended: str) -> Document:
    """Between two moments, whole tenths; null where one of them never came. What was told late is no time less than none."""
    tenths = {"$floor": {"$divide": [{"$subtract": [ended, begun]}, TENTH_OF_AN_HOUR_MS]}}
    known = {"$and": [{"$gt": [begun, None]}, {"$gt": [ended, None]}]}
    return {"$cond": [known, {"$toInt": {"$max": [0, tenths]}}, None]}


def together(found: Iterable[Document]) -> list[Document]:
    """What several pieces yielded, as if they were one: everything in a group is a sum."""
    groups: dict[str, Document] = {}
    for one in found:
        group = groups.setdefault(str(one["_id"]), {"_id": one["_id"]})
        for name in one.keys() - {"_id"}:
            group[name] = group.get(name, 0) + one[name]
    return [groups[name] for name in sorted(groups)]
