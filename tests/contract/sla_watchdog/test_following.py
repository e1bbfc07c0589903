"""What the watchdog promises casework: the clocks follow the complaint's status, and a deadline moves when somebody moves it."""

import random
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from shared.contracts import ComplaintMoved, DeadlineApproaching, DeadlineMissed
from shared.contracts.vocabulary import ClockKind, Status
from shared.storage import Document
from shared.task import End
from tests.builders import (
    a_complaint_id,
    a_complaint_moved,
    a_complaint_registered,
    a_complaint_resolved,
    a_complaint_routed,
    a_customer_answered,
    a_deadline_extended,
)
from tests.under_test import ServiceUnderTest

HOUR = timedelta(hours=1)
MOMENT = timedelta(seconds=1)
CUSTOMER, IN_PROGRESS, RESOLVED, WITHDRAWN = Status.WAITING_FOR_CUSTOMER, Status.IN_PROGRESS, Status.RESOLVED, Status.WITHDRAWN


Told = TypeVar("Told", DeadlineApproaching, DeadlineMissed)


class Story:
    """One complaint that the company received just now; its events by hours since."""

    def __init__(self, watchdog: ServiceUnderTest, name: str = "chat-0001") -> None:
        self.watchdog, self.known = watchdog, {"complaint_id": a_complaint_id(name)}
        self.received_at = watchdog.house.clock.now()
        self.registered = a_complaint_registered(**self.known, received_at=self.received_at, registered_at=self.received_at)
        self.routed = a_complaint_routed(**self.known, received_at=self.received_at, routed_at=self.received_at)
        self.answered = a_customer_answered(**self.known, answered_at=self.at(1))

    def at(self, hours: float) -> datetime:
        return self.received_at + hours * HOUR

    def moved(self, revision: int, before: Status, status: Status, hours: float) -> ComplaintMoved:
        return a_complaint_moved(**self.known, revision=revision, before=before, status=status, moved_at=self.at(hours))

    def extended(self, hours: float, due: float, clock: ClockKind = ClockKind.RESOLUTION) -> Any:
        return a_deadline_extended(**self.known, clock=clock, extended_at=self.at(hours), due_at=self.at(due))

    async def begins(self) -> None:
        """With its first response given."""
        await self.watchdog.receives(self.registered, self.routed, self.answered)

    def told(self, contract: type[Told]) -> list[Told]:
        """Of the resolution."""
        return [one for one in self.watchdog.emitted(contract) if one.clock is ClockKind.RESOLUTION]

    async def clock(self, kind: ClockKind = ClockKind.RESOLUTION) -> Document:
        """As the view shows it."""
        shown = await self.watchdog.service.views["/clocks"](self.watchdog.house.database, self.known)
        return next(one for one in shown if one["kind"] == kind)


@pytest.fixture
def story(sla_watchdog: ServiceUnderTest) -> Story:
    return Story(sla_watchdog)


async def test_a_clock_stands_still_while_the_customer_is_waited_for_and_fires_later_by_as_much(story: Story):
    watchdog, sweeper = story.watchdog, story.watchdog.sweeper()
    await story.begins()

    await watchdog.receives(story.moved(5, IN_PROGRESS, CUSTOMER, 10))
    waiting = await story.clock()
    watchdog.passes(300 * HOUR)
    still = await sweeper.sweep()
    await watchdog.receives(story.moved(6, CUSTOMER, IN_PROGRESS, 300))
    going = await story.clock()
    watchdog.passes(230 * HOUR + MOMENT)
    fired = [await sweeper.sweep(), await sweeper.sweep()]

    assert (waiting["state"], waiting["paused_since"], still) == ("paused", story.at(10), 0)
    assert (going["state"], going["due_at"], going["paused_s"]) == ("running", story.at(240 + 290), 290 * 3600)
    assert fired == [1, 0]
    assert [one.due_at for one in story.told(DeadlineMissed)] == [story.at(530)]
    assert [one["what"] for one in going["history"]][-2:] == ["waits", "goes-on"]


async def test_a_move_heard_twice_counts_once(story: Story):
    await story.begins()
    there, back = story.moved(5, IN_PROGRESS, CUSTOMER, 10), story.moved(6, CUSTOMER, IN_PROGRESS, 30)

    await story.watchdog.receives(there, back, times=3)

    assert (await story.clock())["due_at"] == story.at(260)
    assert len((await story.watchdog.state(story.registered.complaint_id))["moves"]) == 2


async def test_moves_heard_in_the_wrong_order_pause_as_in_the_right_one(story: Story):
    await story.begins()

    await story.watchdog.receives(story.moved(6, CUSTOMER, IN_PROGRESS, 30))
    await story.watchdog.receives(story.moved(5, IN_PROGRESS, CUSTOMER, 10))

    assert ((await story.clock())["state"], (await story.clock())["due_at"]) == ("running", story.at(260))


async def test_a_move_heard_before_the_complaint_counts(story: Story):
    await story.watchdog.receives(story.moved(5, IN_PROGRESS, CUSTOMER, 10))

    await story.begins()

    assert (await story.clock())["state"] == "paused"


async def test_a_move_of_a_complaint_that_never_comes_is_kept_and_starts_nothing(story: Story):
    [task] = await story.watchdog.receives(story.moved(5, IN_PROGRESS, CUSTOMER, 10))

    assert (task.end, story.watchdog.outbox.published) == (End.EARLY, [])
    assert await story.watchdog.service.views["/clocks"](story.watchdog.house.database, story.known) is None


async def test_a_complaint_that_is_withdrawn_stops_its_clocks_for_good(story: Story):
    await story.watchdog.receives(story.registered, story.routed, story.moved(5, IN_PROGRESS, WITHDRAWN, 2))
    story.watchdog.passes(900 * HOUR)

    assert await story.watchdog.sweeper().sweep() == 0
    for kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
        assert ((await story.clock(kind))["state"], (await story.clock(kind))["stopped_at"]) == ("stopped", story.at(2))


async def test_a_complaint_that_is_taken_up_again_runs_warns_and_is_met_anew(story: Story):
    watchdog = story.watchdog
    await story.begins()
    await watchdog.receives(a_complaint_resolved(**story.known, resolved_at=story.at(50)), story.moved(5, IN_PROGRESS, RESOLVED, 50))

    await watchdog.receives(story.moved(6, RESOLVED, IN_PROGRESS, 60), times=2)
    again = await story.clock()
    watchdog.passes(60 * HOUR + 180 * HOUR + MOMENT)
    await watchdog.sweeper().sweep()
    await watchdog.receives(a_complaint_resolved(**story.known, resolved_at=story.at(290)))

    assert (again["generation"], again["state"], again["started_at"], again["due_at"]) == (2, "running", story.at(60), story.at(300))
    assert [one.generation for one in story.told(DeadlineApproaching)] == [2]
    assert ((await story.clock())["state"], (await story.clock())["met_at"]) == ("met", story.at(290))


async def test_an_extended_deadline_is_warned_of_and_missed_anew(story: Story):
    watchdog, sweeper = story.watchdog, story.watchdog.sweeper()
    await story.begins()
    watchdog.passes(241 * HOUR)
    await sweeper.sweep()

    await watchdog.receives(story.extended(242, 300), times=2)
    extended = await story.clock()
    watchdog.passes(60 * HOUR)
    await sweeper.sweep()

    assert (extended["generation"], extended["state"], extended["due_at"]) == (2, "running", story.at(300))
    assert [(one.generation, one.due_at) for one in story.told(DeadlineMissed)] == [(1, story.at(240)), (2, story.at(300))]


@pytest.mark.parametrize("order", [1, -1])
async def test_of_two_extensions_in_any_order_the_later_deadline_holds(story: Story, order: int):
    await story.begins()

    for one in [story.extended(20, 400), story.extended(30, 500)][::order]:
        await story.watchdog.receives(one)

    assert ((await story.clock())["due_at"], (await story.clock())["generation"]) == (story.at(500), 3)


async def test_an_extension_heard_before_its_clock_started_is_remembered(story: Story):
    await story.watchdog.receives(story.extended(5, 400))
    await story.watchdog.receives(story.registered)

    await story.watchdog.receives(story.routed)

    assert (await story.clock())["due_at"] == story.at(400)
    assert (await story.clock(ClockKind.FIRST_RESPONSE))["generation"] == 1


async def test_an_extension_for_a_complaint_that_never_comes_is_kept_and_starts_nothing(story: Story):
    [task] = await story.watchdog.receives(story.extended(5, 400))

    assert (task.end, story.watchdog.outbox.published) == (End.EARLY, [])


@pytest.mark.parametrize("seed", range(12))
async def test_any_order_and_repetition_of_a_whole_life_ends_the_same(sla_watchdog: ServiceUnderTest, seed: int):
    chance, story = random.Random(seed), Story(sla_watchdog)
    events = [
        story.registered,
        story.routed,
        story.moved(4, Status.ROUTED, IN_PROGRESS, 1),
        story.moved(5, IN_PROGRESS, CUSTOMER, 10),
        story.moved(7, CUSTOMER, IN_PROGRESS, 30),
        a_complaint_resolved(**story.known, resolved_at=story.at(50)),
        story.moved(8, IN_PROGRESS, RESOLVED, 50),
        story.moved(9, RESOLVED, IN_PROGRESS, 60),
        story.moved(10, IN_PROGRESS, Status.WAITING_FOR_THIRD_PARTY, 70),
        story.extended(75, 400),
        story.moved(12, Status.WAITING_FOR_THIRD_PARTY, IN_PROGRESS, 80),
    ]
    shuffled = chance.sample(events, len(events)) + chance.choices(events, k=4)

    for start in range(0, len(shuffled), 3):
        await sla_watchdog.receives(*shuffled[start : start + 3])

    clock, first = await story.clock(), await story.clock(ClockKind.FIRST_RESPONSE)
    assert (clock["generation"], clock["state"], clock["started_at"], clock["due_at"]) == (3, "running", story.at(60), story.at(405))
    assert (clock["paused_s"], clock["paused_since"]) == (10 * 3600, None)
    assert (first["state"], first["met_at"]) == ("met_late", story.at(50))
