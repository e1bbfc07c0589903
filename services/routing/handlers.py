"""What routing does on each message. Read me first."""

from services.routing import chasers, rules
from services.routing.table import Table
from shared.contracts import (
    ComplaintEscalated,
    ComplaintRegistered,
    ComplaintRouted,
    CustomerErased,
    DeadlineMissed,
    EscalationRequested,
    FollowUpReceived,
    PriorityRaised,
)
from shared.decision import Create, Reaction, Transition
from shared.envelope import Envelope
from shared.erasing import erase
from shared.inbox import Inbox

inbox = Inbox("routing", emits=(ComplaintRouted, ComplaintEscalated, PriorityRaised))


@inbox.on(ComplaintRegistered)
def on_complaint_registered(event: ComplaintRegistered, table: Table, envelope: Envelope) -> Reaction:
    return Create(event.complaint_id, rules.route(event, table, envelope.at))


@inbox.on(DeadlineMissed)
def on_deadline_missed(event: DeadlineMissed, table: Table) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.miss(held, event, table))


@inbox.on(EscalationRequested)
def on_escalation_requested(event: EscalationRequested, table: Table, envelope: Envelope) -> Reaction:
    ground = rules.higher_asked_for(event, envelope.message_id)
    return Transition(event.complaint_id, lambda held: rules.escalate(held, ground, table))


@inbox.on(FollowUpReceived)
def on_follow_up_received(event: FollowUpReceived, table: Table) -> Reaction:
    return Transition(event.complaint_id, lambda held: chasers.chase(held, event, table))


@inbox.on(CustomerErased)
def on_customer_erased(event: CustomerErased) -> Reaction:
    return Transition(event.complaint_id, erase)
