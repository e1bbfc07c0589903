"""What casework shows of all complaints together: six reports, none of which names anybody."""

from enum import StrEnum
from typing import Any, TypeVar

from services.casework.counting import field
from services.casework.remedy import RemedyState
from services.casework.reports import REPORTS, About, By
from services.casework.store import LIVES
from shared.blanking import ERASED
from shared.storage import Database, Document
from shared.views import BadQuery, Query, limit_of, moment_of

E = TypeVar("E", bound=StrEnum)
PAYEES = 100
GIVEN = (RemedyState.APPROVED, RemedyState.PENDING, RemedyState.DONE)
"""What is paid, or will be."""


async def report(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """Of the complaints that were registered in a span of time, as they stand now."""
    about, by = _one_of(About, query, "about"), _one_of(By, query, "by") if "by" in query else None
    chosen, kind = _chosen(query), REPORTS[about]
    lives = database.collection(LIVES.name)
    found = await lives.aggregate([{"$match": chosen}, *kind.counts(field(by))])
    rows = kind.lines(sorted(found, key=lambda one: str(one["_id"])))
    span = {name: query.get(name) for name in ("from", "to")}
    return {"about": about, "by": by, **span, "complaints": await lives.count(chosen), "columns": kind.columns, "rows": rows}


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


def _one_of(kind: type[E], query: Query, name: str) -> E:
    try:
        return kind(query.get(name, ""))
    except ValueError:
        raise BadQuery(f"{name} is one of {', '.join(kind)}, not {query.get(name, '')[:40]!r}") from None


VIEWS = {"/report": report, "/payees": payees}
