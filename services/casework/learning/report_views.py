"""What casework shows of all complaints together: six reports, none of which names anybody."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any, TypeVar

from services.casework.learning.counting import field, together
from services.casework.learning.reports import REPORTS, About, By
from services.casework.records.remedy import RemedyState
from services.casework.store import LIVES
from shared.blanking import ERASED
from shared.storage import Collection, Database, Document
from shared.views import BadQuery, Query, limit_of, moment_of

E = TypeVar("E", bound=StrEnum)
PAYEES = 100
AT_ONCE = 20_000
"""Complaints in one piece of a count: a second's work, for no answer of the database may take longer than we wait."""
GIVEN = (RemedyState.APPROVED, RemedyState.PENDING, RemedyState.DONE)
"""What is paid, or will be."""


async def report(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """Of the complaints that were registered in a span of time, as they stand now."""
    about, by = _one_of(About, query, "about"), _one_of(By, query, "by") if "by" in query else None
    chosen, kind = _chosen(query), REPORTS[about]
    lives = database.collection(LIVES.name)
    found = [one async for one in counted(lives, chosen, kind.counts(field(by)))]
    span = {name: query.get(name) for name in ("from", "to")}
    whole = {"about": about, "by": by, **span, "complaints": await lives.count(chosen), "columns": kind.columns}
    return {**whole, "rows": kind.lines(together(found))}


async def counted(lives: Collection, chosen: Document, counts: list[Document], at_once: int = AT_ONCE) -> AsyncIterator[Document]:
    """Piece by piece, in the order in which the complaints were registered: the same group may come out of several."""
    after: Document = {}
    while True:
        rest = {"created_at": after} if after else {}
        ends = await lives.find({"$and": [_span_of(chosen), rest]}, only={"created_at": 1}, sort=[("created_at", 1)], skip=at_once, limit=1)
        within = {"created_at": after | {"$lte": ends[0]["created_at"]}} if ends else rest
        for one in await lives.aggregate([{"$match": {"$and": [chosen, within]}}, *counts]):
            yield one
        if not ends:
            return
        after = {"$gt": ends[0]["created_at"]}


async def payees(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """Accounts that were given so much or more in one currency, over all complaints, under the names by which they are counted."""
    above = query.get("above", "")
    if not (above.isascii() and above.isdecimal() and len(above) <= 15):
        raise BadQuery(f"above is a sum in minor units, not {above[:20]!r}")
    paid: Document = {"state.remedies.payee": {"$gt": "", "$ne": ERASED}, "state.remedies.state": {"$in": list(GIVEN)}}
    name = {"payee": "$state.remedies.payee", "currency": "$state.remedies.currency"}
    sums: Document = {"remedies": {"$sum": 1}, "amount": {"$sum": "$state.remedies.amount"}, "complaints": {"$addToSet": "$_id"}}
    found = await database.collection(LIVES.name).aggregate(
        [
            {"$match": _chosen(query) | paid},
            {"$unwind": "$state.remedies"},
            {"$match": paid},
            {"$group": {"_id": name, **sums}},
            {"$match": {"amount": {"$gte": int(above)}}},
            {"$sort": {"amount": -1, "_id.payee": 1}},
            {"$limit": limit_of(query, PAYEES)},
        ]
    )
    return [{**one["_id"], "remedies": one["remedies"], "amount": one["amount"], "complaints": len(one["complaints"])} for one in found]


def _chosen(query: Query) -> Document:
    """Registered from a moment on, and before another."""
    bounds = {"$gte": moment_of(query, "from"), "$lt": moment_of(query, "to")}
    span = {name: moment for name, moment in bounds.items() if moment is not None}
    return {"state": {"$exists": True}, **({"created_at": span} if span else {})}


def _span_of(chosen: Document) -> Document:
    """By its index alone."""
    return {"created_at": chosen.get("created_at", {"$type": "date"})}


def _one_of(kind: type[E], query: Query, name: str) -> E:
    try:
        return kind(query.get(name, ""))
    except ValueError:
        raise BadQuery(f"{name} is one of {', '.join(kind)}, not {query.get(name, '')[:40]!r}") from None


VIEWS = {"/report": report, "/payees": payees}
