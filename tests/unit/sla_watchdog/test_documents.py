"""What was stored before clocks could stand still, end and start again is read as if they always could."""

from datetime import timedelta

from services.sla_watchdog.clocks import Terms
from services.sla_watchdog.store import CLOCKS
from tests.builders import RECEIVED_AT
from tests.unit.sla_watchdog.hearing import DAY, HOUR, Step, after, answered, asks, fired, resolution, resolved, routed, taken_up_again

OLD = {
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


def test_an_old_clock_has_the_terms_that_its_moments_show_and_no_pauses_since_it_was_promised_none():
    old = loaded()

    assert [one.terms for one in old.clocks] == [Terms(DAY, 0.75), Terms(10 * DAY, 0.75)]
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


def test_what_is_stored_today_comes_back_as_it_was():
    steps: list[Step] = [
        routed(),
        answered(HOUR),
        fired(80 * HOUR),
        resolved(90 * HOUR),
        taken_up_again(5, 100 * HOUR + timedelta(milliseconds=1)),
        asks,
    ]
    held = after(*steps)

    assert CLOCKS.load({"schema": CLOCKS.schema, "state": CLOCKS.dump(held)}) == held
