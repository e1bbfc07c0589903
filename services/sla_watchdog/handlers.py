"""What the watchdog does on each message, and what time does. Read me first."""

from services.sla_watchdog import matters, rules
from services.sla_watchdog.targets import Targets
from shared.contracts import (
    AppealDecided,
    AppealOpened,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    CustomerAnswered,
    CustomerErased,
    DeadlineApproaching,
    DeadlineExtended,
    DeadlineMissed,
    LetterReported,
    MaterialRequested,
    ReferralAnswered,
    ReferralOpened,
    RemedyMoved,
)
from shared.decision import Create, Reaction, Transition
from shared.erasing import erase
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


@inbox.on(MaterialRequested)
def on_material_requested(event: MaterialRequested, targets: Targets) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.ask(held, event, targets))


@inbox.on(ComplaintResolved)
def on_complaint_resolved(event: ComplaintResolved) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.resolve(held, event))


@inbox.on(LetterReported)
def on_letter_reported(event: LetterReported) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.report(held, event))


@inbox.on(ComplaintMoved)
def on_complaint_moved(event: ComplaintMoved) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.move(held, event))


@inbox.on(DeadlineExtended)
def on_deadline_extended(event: DeadlineExtended) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.extend(held, event))


@inbox.on(AppealOpened)
def on_appeal_opened(event: AppealOpened, targets: Targets) -> Reaction:
    return Transition(event.complaint_id, lambda held: matters.open_appeal(held, event, targets))


@inbox.on(AppealDecided)
def on_appeal_decided(event: AppealDecided, targets: Targets) -> Reaction:
    return Transition(event.complaint_id, lambda held: matters.decide_appeal(held, event, targets))


@inbox.on(ReferralOpened)
def on_referral_opened(event: ReferralOpened, targets: Targets) -> Reaction:
    return Transition(event.complaint_id, lambda held: matters.open_referral(held, event, targets))


@inbox.on(ReferralAnswered)
def on_referral_answered(event: ReferralAnswered, targets: Targets) -> Reaction:
    return Transition(event.complaint_id, lambda held: matters.answer_referral(held, event, targets))


@inbox.on(RemedyMoved)
def on_remedy_moved(event: RemedyMoved, targets: Targets) -> Reaction:
    return Transition(event.complaint_id, lambda held: matters.move_remedy(held, event, targets))


@inbox.on(CustomerErased)
def on_customer_erased(event: CustomerErased) -> Reaction:
    return Transition(event.complaint_id, erase)
