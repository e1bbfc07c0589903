"""What the watchdog promises of its further clocks: each starts, ends and fires once, known by its kind and what it is about."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shared.contracts import DeadlineApproaching, DeadlineMissed, Event
from shared.contracts.vocabulary import ClockKind, NoticeKind, RemedyStep, Status
from shared.storage import Document
from shared.task import End
from tests.builders import (
    a_complaint_id,
    a_complaint_moved,
    a_complaint_registered,
    a_complaint_routed,
    a_customer_answered,
    a_letter_reported,
    a_material_requested,
    a_referral_answered,
    a_referral_opened,
    a_remedy_moved,
    an_appeal_decided,
    an_appeal_opened,
)
from tests.under_test import ServiceUnderTest

HOUR = timedelta(hours=1)
MOMENT = timedelta(seconds=1)
KNOWN = {"complaint_id": a_complaint_id()}
Make = Callable[[datetime], Event]


def waits(since: datetime) -> Event:
    return a_complaint_moved(**KNOWN, revision=5, before=Status.IN_PROGRESS, status=Status.WAITING_FOR_CUSTOMER, moved_at=since + HOUR)


STARTS: dict[tuple[str, str], Make] = {
    ("material_wait", ""): lambda since: a_material_requested(**KNOWN, requested_at=since + HOUR),
    ("appeal_review", "appeal/1"): lambda since: an_appeal_opened(**KNOWN, opened_at=since + HOUR),
    ("remedy_paid", "remedy/1"): lambda since: a_remedy_moved(**KNOWN, moved_at=since + HOUR),
    ("referral_answer", "referral/1"): lambda since: a_referral_opened(**KNOWN, opened_at=since + HOUR),
}
ENDS: dict[tuple[str, str], Make] = {
    ("material_wait", ""): lambda since: a_complaint_moved(
        **KNOWN, revision=6, before=Status.WAITING_FOR_CUSTOMER, status=Status.IN_PROGRESS, moved_at=since + 2 * HOUR
    ),
    ("appeal_review", "appeal/1"): lambda since: an_appeal_decided(**KNOWN, decided_at=since + 2 * HOUR),
    ("remedy_paid", "remedy/1"): lambda since: a_remedy_moved(**KNOWN, step=RemedyStep.DONE, moved_at=since + 2 * HOUR),
    ("referral_answer", "referral/1"): lambda since: a_referral_answered(**KNOWN, answered_at=since + 2 * HOUR),
}
EACH = pytest.mark.parametrize("of", STARTS, ids="/".join)
LETTERS = {"holding_reply": NoticeKind.HOLDING_REPLY, "final_response": NoticeKind.OUTCOME}


async def clocks(watchdog: ServiceUnderTest) -> dict[tuple[str, str], Document]:
    """As the view shows them."""
    shown = await watchdog.service.views["/clocks"](watchdog.house.database, KNOWN)
    return {(one["kind"], one["about"]): one for one in shown}


async def begins(watchdog: ServiceUnderTest, *, regime: str = "house", first: int = 0) -> datetime:
    """Received just now, answered at once; `first` of its events are left out."""
    since = watchdog.house.clock.now()
    said = [
        a_complaint_registered(**KNOWN, regime=regime, received_at=since, registered_at=since),
        a_complaint_routed(**KNOWN, received_at=since, routed_at=since),
        a_customer_answered(**KNOWN, answered_at=since),
    ]
    await watchdog.receives(*said[first:])
    return since


def left(since: datetime, letter: NoticeKind, *, bounced: timedelta | None = None) -> Event:
    dispatched_at = None if bounced else since + HOUR
    return a_letter_reported(
        **KNOWN, notice_id=f"{letter}:1", letter=letter, dispatched_at=dispatched_at, reported_at=since + (bounced or HOUR)
    )


@EACH
async def test_it_starts_once_and_is_met_once_however_often_that_is_heard(sla_watchdog: ServiceUnderTest, of: tuple[str, str]):
    since = await begins(sla_watchdog)

    await sla_watchdog.receives(STARTS[of](since), waits(since), times=2)
    started = await clocks(sla_watchdog)
    await sla_watchdog.receives(ENDS[of](since), times=2)

    assert (started[of]["state"], started[of]["started_at"], started[of]["generation"]) == ("running", since + HOUR, 1)
    ended = (await clocks(sla_watchdog))[of]
    assert (ended["state"], ended["met_at"], ended["generation"]) == ("met", since + 2 * HOUR, 1)


@EACH
async def test_its_end_may_be_heard_before_its_beginning_and_both_before_the_complaint(sla_watchdog: ServiceUnderTest, of: tuple[str, str]):
    since = sla_watchdog.house.clock.now()

    early = await sla_watchdog.receives(ENDS[of](since), waits(since), STARTS[of](since))
    await begins(sla_watchdog)

    assert {one.end for one in early} == {End.EARLY}
    assert (await clocks(sla_watchdog))[of]["state"] == "met"


@EACH
async def test_it_warns_and_misses_once_and_says_what_it_is_about(sla_watchdog: ServiceUnderTest, of: tuple[str, str]):
    since = await begins(sla_watchdog)
    await sla_watchdog.receives(STARTS[of](since), waits(since))
    due_at = (await clocks(sla_watchdog))[of]["due_at"]
    sweeper = sla_watchdog.sweeper()

    sla_watchdog.passes(due_at - since + MOMENT)
    for _ in range(3):
        await sweeper.sweep()

    warned = [one for one in sla_watchdog.emitted(DeadlineApproaching) if (one.clock, one.about) == of]
    missed = [one for one in sla_watchdog.emitted(DeadlineMissed) if (one.clock, one.about) == of]
    assert [one.warning for one in warned] == ([1, 2] if of[0] == "material_wait" else [1])
    assert [(one.due_at, one.generation) for one in missed] == [(due_at, 1)]
    assert ((await clocks(sla_watchdog))[of]["state"], (await clocks(sla_watchdog))[of]["warned"]) == ("missed", len(warned))


async def test_a_remedy_is_still_owed_when_the_complaint_is_withdrawn(sla_watchdog: ServiceUnderTest):
    since = await begins(sla_watchdog)
    withdrawn = a_complaint_moved(**KNOWN, revision=7, before=Status.IN_PROGRESS, status=Status.WITHDRAWN, moved_at=since + 2 * HOUR)

    await sla_watchdog.receives(a_remedy_moved(**KNOWN, moved_at=since + HOUR), withdrawn)

    found = {kind: one["state"] for (kind, _), one in (await clocks(sla_watchdog)).items()}
    assert found == {"first_response": "met", "resolution": "stopped", "update": "stopped", "remedy_paid": "running"}


@pytest.mark.parametrize("kind", LETTERS)
async def test_a_legal_clock_is_met_by_a_letter_that_left_and_owed_again_when_it_comes_back(sla_watchdog: ServiceUnderTest, kind: str):
    since = await begins(sla_watchdog, regime="uk_emoney")

    await sla_watchdog.receives(left(since, LETTERS[kind]), times=2)
    met = (await clocks(sla_watchdog))[kind, ""]
    await sla_watchdog.receives(left(since, LETTERS[kind], bounced=3 * HOUR), left(since, LETTERS[kind]), times=2)

    assert (met["state"], met["met_at"], met["policy"]) == ("met", since + HOUR, "uk_emoney@2026-11-1")
    again = (await clocks(sla_watchdog))[kind, ""]
    assert (again["state"], again["met_at"], again["due_at"]) == ("running", None, met["due_at"])


async def test_a_regime_that_has_no_policy_is_on_record_and_the_house_has_its_clocks(sla_watchdog: ServiceUnderTest):
    await begins(sla_watchdog, regime="atlantis")

    found = await clocks(sla_watchdog)
    assert {kind for kind, _ in found} == {"first_response", "resolution", "update"}
    assert found["first_response", ""]["history"][0]["what"] == "unknown-regime"


async def test_everything_that_the_customer_hears_puts_the_next_update_off(sla_watchdog: ServiceUnderTest):
    since = await begins(sla_watchdog)

    await sla_watchdog.receives(a_customer_answered(**KNOWN, answered_at=since + 100 * HOUR))
    sla_watchdog.passes(150 * HOUR)
    await sla_watchdog.sweeper().sweep()

    update = (await clocks(sla_watchdog))["update", ""]
    assert (update["due_at"], update["state"], update["generation"]) == (since + 220 * HOUR, "running", 3)
    assert ClockKind.UPDATE not in {one.clock for one in sla_watchdog.emitted(DeadlineApproaching)}


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_and_repetition_of_all_of_it_ends_the_same(sla_watchdog: ServiceUnderTest, seed: int):
    chance = random.Random(seed)
    since = await begins(sla_watchdog, regime="uk_emoney", first=3)
    events = [
        a_complaint_registered(**KNOWN, regime="uk_emoney", received_at=since, registered_at=since),
        a_complaint_routed(**KNOWN, received_at=since, routed_at=since),
        waits(since),
        *(make(since) for make in (*STARTS.values(), *ENDS.values())),
        left(since, NoticeKind.HOLDING_REPLY),
        left(since, NoticeKind.OUTCOME),
        left(since, NoticeKind.OUTCOME, bounced=3 * HOUR),
    ]
    shuffled = chance.sample(events, len(events)) + chance.choices(events, k=4)

    for start in range(0, len(shuffled), 3):
        await sla_watchdog.receives(*shuffled[start : start + 3])

    assert {kind: one["state"] for (kind, _), one in (await clocks(sla_watchdog)).items()} == {
        "first_response": "running",
        "resolution": "running",
        "update": "running",
        "holding_reply": "met",
        "final_response": "running",
        **dict.fromkeys(("material_wait", "appeal_review", "remedy_paid", "referral_answer"), "met"),
    }
