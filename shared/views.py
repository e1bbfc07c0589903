"""Read-only HTTP: health, metrics, dead letters and what each service shows of its own data. Reads need the house's token."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from faststream.asgi import AsgiResponse, get
from faststream.asgi.types import ASGIApp, Scope
from pydantic_core import to_json

from shared.errors import DatabaseAway

Query = Mapping[str, str]
View = Callable[[Query], Awaitable[Any]]
"""Query → anything JSON; None is a 404."""


class BadQuery(ValueError):
    """The caller's mistake; the sentence says what was expected."""


def open_view(answer: Callable[[], Awaitable[tuple[int, bytes, str]]]) -> ASGIApp:
    @get
    async def view(_: Scope) -> AsgiResponse:
        status, body, content_type = await answer()
        return AsgiResponse(body, status_code=status, headers={"content-type": content_type})

    return view


def guarded_view(view: View, token: str) -> ASGIApp:
    @get
    async def guarded(scope: Scope) -> AsgiResponse:
        if not hmac.compare_digest(_authorization(scope), f"Bearer {token}".encode()):
            return as_json({"error": "this view needs the house's token"}, 401)
        try:
            found = await view(query_of(scope))
        except BadQuery as error:
            return as_json({"error": str(error)}, 400)
        except DatabaseAway:
            return as_json({"error": "the database does not answer"}, 503)
        return as_json({"error": "not found"}, 404) if found is None else as_json(found)

    return guarded


def as_json(value: Any, status: int = 200) -> AsgiResponse:  # noqa: ANN401 - anything JSON
    return AsgiResponse(to_json(value), status_code=status, headers={"content-type": "application/json"})


def query_of(scope: Scope) -> Query:
    return {name: values[-1] for name, values in parse_qs(scope.get("query_string", b"").decode()).items()}


def limit_of(query: Query, default: int = 50) -> int:
    given = query.get("limit", str(default))
    if not (given.isascii() and given.isdecimal() and len(given) <= 5) or not 1 <= int(given) <= 10_000:
        raise BadQuery(f"limit is a number from 1 to 10000, not {given[:20]!r}")
    return int(given)


def moment_of(query: Query, name: str) -> datetime | None:
    return moment(query[name], name) if name in query else None


def moment(given: str, name: str) -> datetime:
    with suppress(ValueError, OverflowError):  # no time, or one of which UTC knows no year
        if (found := datetime.fromisoformat(given)).tzinfo is not None:
            return found.astimezone(UTC)
    raise BadQuery(f"{name} is a time with its zone, like 2026-11-22T10:00:00+00:00, not {given[:40]!r}")


def _authorization(scope: Scope) -> bytes:
    return next((bytes(value) for name, value in scope.get("headers", ()) if name == b"authorization"), b"")
