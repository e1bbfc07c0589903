"""Dead letters as an operator sees them: found by what failed, where and when, page by page. Bodies stay sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.dead import DeadLetters
from shared.storage import Document
from shared.views import Query, limit_of, moment

NEWEST_LETTERS = 200
"""How many a list shows unless it is asked for more."""

ORDER = [("last_failed_at", -1), ("_id", -1)]
SEALED = {"body": 0, "body_key": 0}
IN_LISTS = {**SEALED, "shape": 0, "headers": 0}


async def dead_view(dead: DeadLetters, query: Query) -> Any:  # noqa: ANN401 - anything JSON
    """`dead_id`: one letter, whatever became of it. Otherwise open ones, newest first: their number with `count`, else a page."""
    if dead_id := query.get("dead_id"):
        return await shown(dead, dead_id)
    if "count" in query:
        return {"count": await dead.letters.count(where_of(query))}
    return await listed(dead, query)


async def shown(dead: DeadLetters, dead_id: str) -> Document | None:
    return await dead.letters.one({"_id": dead_id}, only=SEALED)


async def listed(dead: DeadLetters, query: Query) -> list[Document]:
    return await dead.letters.find(where_of(query), only=IN_LISTS, sort=ORDER, limit=limit_of(query, NEWEST_LETTERS))


def where_of(query: Query) -> Document:
    """`reason`, `queue`; `since` and `until` of the last failure; `after`: what the last letter of the page before was."""
    named: Document = {name: query[name] for name in ("reason", "queue") if name in query}
    span = {sign: moment(query[name], name) for name, sign in (("since", "$gte"), ("until", "$lte")) if name in query}
    where: Document = {"state": "open", **named}
    if "after" in query:
        at, dead_id = _page(query["after"])
        span["$lte"] = min(at, span.get("$lte", at))
        where["$or"] = [{"last_failed_at": {"$lt": at}}, {"last_failed_at": at, "_id": {"$lt": dead_id}}]
    return where | ({"last_failed_at": span} if span else {})


def page_after(letter: Mapping[str, Any]) -> str:
    """What `after` says to go on behind this letter."""
    return f"{letter['last_failed_at']}/{letter['_id']}"


def _page(after: str) -> tuple[datetime, str]:
    at, _, dead_id = after.partition("/")
    return moment(at, "after"), dead_id
