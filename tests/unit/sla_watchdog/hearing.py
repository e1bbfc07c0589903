"""What the watchdog hears, as steps that tests put in any order, counted from the moment the company received the complaint."""

from collections.abc import Callable
from datetime import timedelta
from functools import reduce

from services.sla_watchdog import rules
from services.sla_watchdog.clocks import Clock, Clocks
from services.sla_watchdog.targets import Targets
from shared.contracts.vocabulary import ClockKind, Priority, Status
from tests.builders import (
    RECEIVED_AT,
    a_complaint_moved,
    a_complaint_registered,
    a_complaint_resolved,
    a_complaint_routed,
    a_customer_answered,
    a_deadline_extended,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TARGETS = Targets(
    version="t",
    approaching_share=0.75,
    first_response_hours=24,
    resolution_hours={Priority.URGENT: 12, Priority.HIGH: 48, Priority.NORMAL: 100, Priority.LOW: 200},
    pauses_in={ClockKind.FIRST_RESPONSE: (), ClockKind.RESOLUTION: (Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY)},
)

Step = Callable[[Clocks], Clocks]


def registered() -> Clocks:
    return rules.register(a_complaint_registered(), TARGETS).state


def routed(priority: Priority = Priority.NORMAL) -> Step:
    return lambda held: rules.route(held, a_complaint_routed(priority=priority), TARGETS).state


def answered(after: timedelta) -> Step:
    return lambda held: rules.answer(held, a_customer_answered(answered_at=RECEIVED_AT + after)).state


def resolved(after: timedelta) -> Step:
    return lambda held: rules.resolve(held, a_complaint_resolved(resolved_at=RECEIVED_AT + after)).state


def moved(revision: int, before: Status, status: Status, after: timedelta) -> Step:
    event = a_complaint_moved(revision=revision, before=before, status=status, moved_at=RECEIVED_AT + after)
    return lambda held: rules.move(held, event).state


def taken_up_again(revision: int, after: timedelta) -> Step:
    return moved(revision, Status.RESOLVED, Status.IN_PROGRESS, after)


def extended(kind: ClockKind, after: timedelta, due: timedelta) -> Step:
    event = a_deadline_extended(clock=kind, extended_at=RECEIVED_AT + after, due_at=RECEIVED_AT + due)
    return lambda held: rules.extend(held, event).state


asks = moved(4, Status.IN_PROGRESS, Status.WAITING_FOR_CUSTOMER, 10 * HOUR)
"""The agent asks the customer for something."""


def fired(at: timedelta) -> Step:
    return lambda held: rules.fire(held, RECEIVED_AT + at).state


def after(*steps: Step) -> Clocks:
    return reduce(lambda held, step: step(held), steps, registered())


def clock_of(held: Clocks, kind: ClockKind) -> Clock:
    (found,) = (one for one in held.clocks if one.kind is kind)
    return found


def first_response(held: Clocks) -> Clock:
    return clock_of(held, ClockKind.FIRST_RESPONSE)


def resolution(held: Clocks) -> Clock:
    return clock_of(held, ClockKind.RESOLUTION)
