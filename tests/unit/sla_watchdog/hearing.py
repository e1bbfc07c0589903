"""What the watchdog hears, as steps that tests put in any order, counted from the moment the company received the complaint."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce

from services.sla_watchdog import matters, rules
from services.sla_watchdog.calendar import Span
from services.sla_watchdog.clocks import Clock, Clocks
from services.sla_watchdog.targets import House, HouseClock, Law, LegalClock, ResolutionClock, Targets
from shared.contracts.vocabulary import ClockKind, NoticeKind, Priority, RemedyStep, Status
from tests.builders import (
    RECEIVED_AT,
    a_complaint_moved,
    a_complaint_registered,
    a_complaint_resolved,
    a_complaint_routed,
    a_customer_answered,
    a_deadline_extended,
    a_letter_reported,
    a_material_requested,
    a_referral_answered,
    a_referral_opened,
    a_remedy_moved,
    an_appeal_decided,
    an_appeal_opened,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WAITS = (Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY)
LAW = "a_law"
TARGETS = Targets(
    House(
        version="t",
        zone="UTC",
        first_response=HouseClock(Span(24)),
        resolution=ResolutionClock(
            {Priority.URGENT: Span(12), Priority.HIGH: Span(48), Priority.NORMAL: Span(100), Priority.LOW: Span(200)}, pauses_in=WAITS
        ),
        update=HouseClock(Span(60), pauses_in=(Status.WAITING_FOR_CUSTOMER,)),
        material_wait=HouseClock(Span(90), warnings=(0.25, 0.5)),
        appeal_review=HouseClock(Span(80)),
        remedy_paid=HouseClock(Span(40)),
        referral_answer=HouseClock(Span(120)),
    ),
    {LAW: Law("1", "UTC", "a statute", final_response=LegalClock(Span(150)), holding_reply=LegalClock(Span(50)))},
)

Step = Callable[[Clocks], Clocks]


def registered(regime: str = "house") -> Clocks:
    return rules.register(a_complaint_registered(regime=regime), TARGETS).state


def routed(priority: Priority = Priority.NORMAL) -> Step:
    return lambda held: rules.route(held, a_complaint_routed(priority=priority, routed_at=RECEIVED_AT), TARGETS).state


def answered(after: timedelta) -> Step:
    return lambda held: rules.answer(held, a_customer_answered(answered_at=RECEIVED_AT + after)).state


def asked(after: timedelta) -> Step:
    return lambda held: rules.ask(held, a_material_requested(requested_at=RECEIVED_AT + after), TARGETS).state


def resolved(after: timedelta) -> Step:
    return lambda held: rules.resolve(held, a_complaint_resolved(resolved_at=RECEIVED_AT + after)).state


def letter(name: str, kind: NoticeKind, dispatched: timedelta | None, reported: timedelta) -> Step:
    dispatched_at = None if dispatched is None else RECEIVED_AT + dispatched
    event = a_letter_reported(notice_id=name, letter=kind, dispatched_at=dispatched_at, reported_at=RECEIVED_AT + reported)
    return lambda held: rules.report(held, event).state


def left(name: str, kind: NoticeKind, after: timedelta) -> Step:
    return letter(name, kind, after, after)


def came_back(name: str, kind: NoticeKind, after: timedelta) -> Step:
    return letter(name, kind, None, after)


def appealed(number: int, after: timedelta) -> Step:
    return lambda held: matters.open_appeal(held, an_appeal_opened(appeal=number, opened_at=RECEIVED_AT + after), TARGETS).state


def reviewed(number: int, after: timedelta) -> Step:
    return lambda held: matters.decide_appeal(held, an_appeal_decided(appeal=number, decided_at=RECEIVED_AT + after), TARGETS).state


def referred(number: int, after: timedelta, due: timedelta | None = None) -> Step:
    event = a_referral_opened(referral=number, opened_at=RECEIVED_AT + after, answer_due_at=None if due is None else RECEIVED_AT + due)
    return lambda held: matters.open_referral(held, event, TARGETS).state


def body_answered(number: int, after: timedelta) -> Step:
    return lambda held: matters.answer_referral(held, a_referral_answered(referral=number, answered_at=RECEIVED_AT + after), TARGETS).state


def remedy(number: int, step: RemedyStep, after: timedelta) -> Step:
    event = a_remedy_moved(remedy=number, step=step, moved_at=RECEIVED_AT + after)
    return lambda held: matters.move_remedy(held, event, TARGETS).state


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


def after(*steps: Step, regime: str = "house") -> Clocks:
    return reduce(lambda held, step: step(held), steps, registered(regime))


def at(hours: float) -> datetime:
    return RECEIVED_AT + hours * HOUR


def clock_of(held: Clocks, kind: ClockKind, about: str = "") -> Clock:
    (found,) = (one for one in held.clocks if (one.kind, one.about) == (kind, about))
    return found


def first_response(held: Clocks) -> Clock:
    return clock_of(held, ClockKind.FIRST_RESPONSE)


def resolution(held: Clocks) -> Clock:
    return clock_of(held, ClockKind.RESOLUTION)


def update(held: Clocks) -> Clock:
    return clock_of(held, ClockKind.UPDATE)
