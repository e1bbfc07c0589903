"""Erasing through casework's own write path, what its views show to whom, and what nobody can undo."""

from datetime import timedelta
from typing import Any

import pytest

from services.casework.store import answer
from shared.contracts import (
    AddNote,
    CustomerErased,
    EraseCustomer,
    Message,
    ReplyToCustomer,
    TakeComplaint,
    UnmaskComplaint,
    WithdrawComplaint,
)
from shared.house import eraser_of
from shared.storage import encode
from shared.trail import Page, Trail
from shared.views import BadQuery
from tests.builders import a_command, a_complaint_id, a_complaint_registered, a_complaint_routed, a_follow_up_received, a_reply_to
from tests.under_test import ServiceUnderTest, another_replica

KEY, COMPLIANCE, AGENT = a_complaint_id(), "compliance-1", "refunds-1"
WORDS = "Sternwarte"
YEARS = timedelta(days=3 * 366)


async def seen(casework: ServiceUnderTest, path: str, **query: str) -> Any:
    return await casework.service.views[path](casework.house.database, {"complaint_id": KEY, **query})


@pytest.fixture
async def ended(casework: ServiceUnderTest) -> list[Message]:
    """A complaint at its end, with words of people in it, and everything that was heard of it."""
    said: list[Message] = [
        a_complaint_registered(reply_to=a_reply_to(name=WORDS, account_id=WORDS)),
        a_complaint_routed(),
        a_command(TakeComplaint),
        a_command(AddNote, text=f"called {WORDS}"),
        a_command(ReplyToCustomer, text=f"Dear {WORDS}"),
        a_follow_up_received(reply_to=a_reply_to(name=WORDS)),
        a_command(WithdrawComplaint, reason=f"{WORDS} said so"),
    ]
    for one in said:
        await casework.receives(one)
    return said


async def refusal_of(casework: ServiceUnderTest, command: Message) -> Any:
    [task] = await casework.receives(command)
    found = await answer(casework.house.database, {"complaint_id": KEY, "command_id": task.cause.id})
    return found["refused"]


async def everything(casework: ServiceUnderTest) -> bytes:
    database = casework.house.database
    names = await database.raw.list_collection_names()
    return b"".join([encode(one) for name in names for one in await database.collection(name).find({})])


async def test_nothing_that_people_wrote_is_left_and_nothing_that_comes_again_brings_it_back(
    casework: ServiceUnderTest, ended: list[Message]
):
    before = await everything(casework)
    casework.passes(YEARS)

    [task] = await casework.receives(erasing := a_command(EraseCustomer, by=COMPLIANCE))
    await eraser_of(casework.service, casework.house).look()
    published = len(casework.outbox.published)
    for one in ended:
        await another_replica(casework).receives(one)
        await casework.receives(one.model_copy())

    assert (task.what, WORDS.encode() in before, WORDS.encode() in await everything(casework)) == ("erase", True, False)
    assert len(casework.outbox.published) == published
    page = await Trail({one.name: one for one in casework.service.aggregates}).page(casework.house.database, {})
    assert isinstance(page, Page)
    assert page.broken == []
    await casework.receives(erasing)
    assert [one.complaint_id for one in casework.emitted(CustomerErased)] == [KEY]
    assert casework.outbox.published[-1].type == CustomerErased.key


@pytest.mark.usefixtures("ended")
async def test_the_law_is_told_with_its_end_and_its_source(casework: ServiceUnderTest):
    refused = await refusal_of(casework, a_command(EraseCustomer, by=COMPLIANCE))

    [kept] = (await seen(casework, "/erasable"))["against"]
    assert (refused, kept["why"], bool(kept["source"])) == ("kept-by-law", "kept-by-law", True)
    assert (await seen(casework, "/erasable", at=kept["until"].isoformat()))["against"] == []


@pytest.mark.usefixtures("ended")
async def test_after_that_every_command_is_refused_for_one_reason(casework: ServiceUnderTest):
    casework.passes(YEARS)
    await casework.receives(a_command(EraseCustomer, by=COMPLIANCE))

    assert await refusal_of(casework, a_command(AddNote, text="more words")) == "erased-already"
    assert await refusal_of(casework, a_command(EraseCustomer, by=COMPLIANCE, reason="again")) == "erased-already"


@pytest.mark.usefixtures("ended")
async def test_an_agent_sees_dots_until_they_say_what_for_and_an_operator_sees_states(casework: ServiceUnderTest):
    masked = await seen(casework, "/life", **{"as": AGENT})
    await casework.receives(a_command(UnmaskComplaint, by=AGENT))
    clear = await seen(casework, "/life", **{"as": AGENT})
    others = await seen(casework, "/life", **{"as": "refunds-2"})

    assert (masked["notes"][0]["text"], masked["status"], masked["number"]) == ("•••", "withdrawn", clear["number"])
    assert (clear["notes"][0]["text"], others["notes"][0]["text"]) == (f"called {WORDS}", "•••")
    assert (await seen(casework, "/sight", **{"as": AGENT}), await seen(casework, "/sight", **{"as": "refunds-2"})) == (
        {"sight": "clear"},
        {"sight": "masked"},
    )
    with pytest.raises(BadQuery, match="works here"):
        await seen(casework, "/life", **{"as": "nobody-1"})


async def test_of_a_complaint_that_nobody_knows_nothing_is_shown(casework: ServiceUnderTest):
    assert [await seen(casework, path, **{"as": AGENT}) for path in ("/life", "/sight", "/erasable")] == [None, None, None]
