"""What was stored before clocks could stand still, end and start again is read as if they always could."""

from datetime import timedelta
from typing import Any

import pytest

from services.sla_watchdog.calendar import Span
from services.sla_watchdog.clocks import ClockState, Terms
from services.sla_watchdog.store import CLOCKS
from shared.contracts.vocabulary import ClockKind, NoticeKind, RemedyStep, Status
from tests.builders import RECEIVED_AT
from tests.unit.sla_watchdog.hearing import (
    DAY,
    HOUR,
    LAW,
    Step,
    after,
    answered,
    asked,
    asks,
    fired,
    left,
    referred,
    remedy,
    resolution,
    resolved,
    routed,
    taken_up_again,
)

OLD: dict[str, Any] = {
    "complaint_id": "c-1",
    "number": "RD-7K3MQ-2XV9H-5",
    "received_at": "2026-11-22T02:00:05Z",
    "team": "refunds",
    "answered_at": "2026-11-22T07:00:05Z",
    "resolved_at": None,
    "clocks": [
        {
            "kind": "first_response",
            "generation": 1,
            "policy": "house@2026-11-1",
            "started_at": "2026-11-22T02:00:05Z",
            "approaches_at": "2026-11-22T20:00:05Z",
            "due_at": "2026-11-23T02:00:05Z",
            "state": "met",
            "met_at": "2026-11-22T07:00:05Z",
        },
        {
            "kind": "resolution",
            "generation": 1,
            "policy": "house@2026-11-1",
            "started_at": "2026-11-22T02:00:05Z",
            "approaches_at": "2026-11-29T14:00:05Z",
            "due_at": "2026-12-02T02:00:05Z",
            "state": "approaching",
            "met_at": None,
        },
    ],
}


def loaded(**changes: object):
    return CLOCKS.load({"schema": 1, "state": OLD | changes})


MOVES = [{"revision": 4, "before": "in_progress", "status": "waiting_for_customer", "at": "2026-11-22T12:00:05Z"}]
SINCE_MOVES = {"moves": MOVES, "resolutions": [], "extensions": []}


def loaded_since_clocks_move(clock: dict[str, object]):
    """As schema 2 kept it."""
    terms = {"target": "P10D", "approaching_share": 0.75, "pauses_in": ["waiting_for_customer"]}
    own = OLD["clocks"][1] | {"terms": terms, "generation": 3, "paused_s": 0.0, "paused_since": None, "stopped_at": None} | clock
    return CLOCKS.load({"schema": 2, "state": {**OLD, **SINCE_MOVES, "clocks": [own]}})


def test_an_old_clock_has_the_terms_that_its_moments_show_and_no_pauses_since_it_was_promised_none():
    old = loaded()

    assert [one.terms for one in old.clocks] == [Terms(Span(24), (0.75,)), Terms(Span(240), (0.75,))]
    assert not resolution(asks(old)).paused


def test_an_old_clock_keeps_what_was_told_and_fires_when_it_would_have():
    old = loaded()

    assert old.next_due == RECEIVED_AT + 10 * DAY
    assert resolution(asks(old)).next_due == old.next_due


def test_an_old_resolution_meets_the_clock_as_it_did_and_a_complaint_that_is_taken_up_again_has_its_old_target():
    resolved_at = (RECEIVED_AT + 3 * DAY).isoformat()

    again = taken_up_again(5, 4 * DAY)(loaded(resolved_at=resolved_at))

    assert loaded(resolved_at=resolved_at).resolutions == (RECEIVED_AT + 3 * DAY,)
    assert (resolution(again).due_at, resolution(again).generation) == (RECEIVED_AT + 14 * DAY, 2)


@pytest.mark.parametrize(
    ("state", "told", "left"), [("running", 0, ["approaches_at", "due_at"]), ("approaching", 1, ["due_at"]), ("missed", 2, [])]
)
def test_a_clock_of_one_warning_keeps_its_terms_and_what_was_told_of_it(state: str, told: int, left: list[str]):
    old = loaded_since_clocks_move({"state": state})

    clock = resolution(old)
    assert (clock.terms, clock.generation) == (Terms(Span(240), (0.75,), (Status.WAITING_FOR_CUSTOMER,)), 3)
    assert (clock.state, clock.told) == (ClockState(state), told)
    moments = {"approaches_at": clock.warns_at[0], "due_at": clock.due_at}
    assert clock.next_due == (moments[left[0]] if left else None)
    assert (old.answers, old.moves[0].status) == ((RECEIVED_AT + 5 * HOUR,), Status.WAITING_FOR_CUSTOMER)


@pytest.mark.parametrize(
    ("state", "ended"), [("met_late", {"met_at": "2026-12-03T02:00:05Z"}), ("stopped", {"stopped_at": "2026-11-29T02:00:05Z"})]
)
def test_a_clock_that_had_ended_stays_so(state: str, ended: dict[str, object]):
    assert resolution(loaded_since_clocks_move({"state": state, **ended})).state == state


def test_a_complaint_that_was_routed_before_there_were_updates_gets_no_clock_for_them():
    assert {one.kind for one in answered(HOUR)(loaded()).clocks} == {ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION}


def test_what_is_stored_today_comes_back_as_it_was():
    steps: list[Step] = [
        asked(2 * HOUR),
        left("notice-1", NoticeKind.OUTCOME, 3 * HOUR),
        remedy(1, RemedyStep.APPROVED, 4 * HOUR),
        referred(1, 4 * HOUR, 50 * HOUR),
        routed(),
        answered(HOUR),
        fired(80 * HOUR),
        resolved(90 * HOUR),
        taken_up_again(5, 100 * HOUR + timedelta(milliseconds=1)),
        asks,
    ]
    held = after(*steps, regime=LAW)

    assert CLOCKS.load({"schema": CLOCKS.schema, "state": CLOCKS.dump(held)}) == held
