"""What the watchdog does on each message, and what time does. Read me first."""

from services.sla_watchdog import rules
from services.sla_watchdog.targets import Targets
from shared.contracts import (
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    CustomerAnswered,
    DeadlineApproaching,
    DeadlineExtended,
    DeadlineMissed,
)
from shared.decision import Create, Reaction, Transition
from shared.inbox import Inbox

inbox = Inbox("sla_watchdog", emits=(DeadlineApproaching, DeadlineMissed))

on_time_passing = rules.fire


@inbox.on(ComplaintRegistered)
def on_complaint_registered(event: ComplaintRegistered, targets: Targets) -> Reaction:
    return Create(event.complaint_id, rules.register(event, targets))


@inbox.on(ComplaintRouted)
def on_complaint_routed(event: ComplaintRouted, targets: Targets) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.route(held, event, targets))


@inbox.on(CustomerAnswered)
def on_customer_answered(event: CustomerAnswered) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.answer(held, event))


@inbox.on(ComplaintResolved)
def on_complaint_resolved(event: ComplaintResolved) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.resolve(held, event))


@inbox.on(ComplaintMoved)
def on_complaint_moved(event: ComplaintMoved) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.move(held, event))


@inbox.on(DeadlineExtended)
def on_deadline_extended(event: DeadlineExtended) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.extend(held, event))
