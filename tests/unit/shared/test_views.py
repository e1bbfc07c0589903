"""Read-only HTTP: a view answers who has the house's token, and says what was wrong without failing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from faststream.asgi.types import Message, Scope

from shared.errors import DatabaseAway
from shared.views import BadQuery, Query, View, guarded_view, limit_of, moment_of, open_view, query_of

TOKEN = "t" * 64


def a_scope(*, authorization: str | None = f"Bearer {TOKEN}", query: bytes = b"", method: str = "GET") -> Scope:
    headers = [(b"authorization", authorization.encode())] if authorization is not None else []
    return {"type": "http", "method": method, "path": "/x", "query_string": query, "headers": headers}


async def response_of(view: Any, scope: Scope) -> tuple[int, bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await view(scope, receive, send)
    start = next(one for one in sent if one["type"] == "http.response.start")
    return start["status"], b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")


async def echo(query: Query) -> Any:
    return dict(query)


async def nothing(_: Query) -> Any:
    return None


async def fussy(_: Query) -> Any:
    raise BadQuery("number is a complaint number")


async def away(_: Query) -> Any:
    raise DatabaseAway("ServerSelectionTimeoutError on db-0.internal")


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", f"bearer {TOKEN}", TOKEN, f"Bearer {TOKEN} ", f"Bearer {TOKEN[:-1]}", "Bearer 密码"]
)
async def test_without_the_token_nothing_is_shown(authorization: str | None):
    status, body = await response_of(guarded_view(echo, TOKEN), a_scope(authorization=authorization, query=b"number=1"))

    assert (status, json.loads(body)) == (401, {"error": "this view needs the house's token"})


@pytest.mark.parametrize(
    ("view", "status", "said"),
    [
        (echo, 200, {"number": "2"}),
        (nothing, 404, {"error": "not found"}),
        (fussy, 400, {"error": "number is a complaint number"}),
        (away, 503, {"error": "the database does not answer"}),
    ],
)
async def test_with_the_token_the_answer_is_json_whatever_happens(view: View, status: int, said: dict[str, str]):
    answer = await response_of(guarded_view(view, TOKEN), a_scope(query=b"number=1&number=2"))

    assert (answer[0], json.loads(answer[1])) == (status, said)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_views_only_read(method: str):
    status, _ = await response_of(guarded_view(echo, TOKEN), a_scope(method=method))

    assert status == 405


async def test_an_open_view_needs_no_token():
    async def alive() -> tuple[int, bytes, str]:
        return 200, b"{}", "application/json"

    assert await response_of(open_view(alive), a_scope(authorization=None)) == (200, b"{}")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (b"", {}),
        (b"team=%E9%80%80%E6%AC%BE&limit=", {"team": "退款"}),
        (b"source_id=%3Ca%2Bb%40example.com%3E", {"source_id": "<a+b@example.com>"}),
        (b"a=1&a=2", {"a": "2"}),
    ],
)
def test_a_query_is_read_as_it_was_meant(query: bytes, found: dict[str, str]):
    assert query_of(a_scope(query=query)) == found


@pytest.mark.parametrize(("given", "limit"), [(None, 50), ("1", 1), ("007", 7), ("10000", 10_000)])
def test_a_limit_is_a_number_with_a_default(given: str | None, limit: int):
    assert limit_of({"limit": given} if given else {}) == limit


@pytest.mark.parametrize("given", ["0", "10001", "-1", "1.5", "all", " 5", "1e3", "", "²", "9" * 5_000])
def test_any_other_limit_is_the_callers_mistake(given: str):
    with pytest.raises(BadQuery, match="from 1 to 10000"):
        limit_of({"limit": given})


def test_a_time_is_read_with_its_zone_and_may_be_left_out():
    assert moment_of({"since": "2026-11-22T18:00+08:00"}, "since") == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert moment_of({}, "since") is None


@pytest.mark.parametrize("given", ["", "yesterday", "2026-11-22T10:00", "10:00Z", "0001-01-01T00:00+08:00"])
def test_a_time_that_could_mean_several_is_the_callers_mistake(given: str):
    with pytest.raises(BadQuery, match="before is a time with its zone"):
        moment_of({"before": given}, "before")
