"""What notification does on each message. Read me first. What leaves by e-mail goes on in senders/post.py."""

from services.notification import incident_rules, rules
from services.notification.codes import Owners, send_code
from services.notification.correspondence import IncidentNotice, RefusalNotice, complaint_of, is_incident, is_refusal
from services.notification.load import Load
from services.notification.phrasebook import Phrasebook
from services.notification.promises import Teams
from shared.contracts import (
    AppealDecided,
    AppealOpened,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    CustomerAnswered,
    CustomerErased,
    DeadlineApproaching,
    DeadlineExtended,
    DeliveryReported,
    FollowUpReceived,
    InboundRefused,
    IncidentProposed,
    IncidentTold,
    LetterReported,
    MaterialRequested,
    OutboundNotice,
    PriorityRaised,
    SurveyAnswered,
    TeamNotice,
    VerificationCodeIssued,
)
from shared.contracts.vocabulary import ClockKind
from shared.decision import Create, Reaction, Transition
from shared.envelope import Envelope
from shared.erasing import erase
from shared.inbox import Inbox

inbox = Inbox("notification", emits=(OutboundNotice, TeamNotice, LetterReported))


@inbox.on(ComplaintRegistered)
def on_complaint_registered(event: ComplaintRegistered, book: Phrasebook, load: Load, envelope: Envelope) -> Reaction:
    return Create(event.complaint_id, rules.acknowledge(event, book, envelope.at, load.complaints))


@inbox.on(InboundRefused)
def on_inbound_refused(event: InboundRefused, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Create(event.inbound_id, rules.refuse(event, book, envelope.at))


@inbox.on(FollowUpReceived)
def on_follow_up_received(event: FollowUpReceived, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_follow_up(held, event, book, envelope.at))


@inbox.on(CustomerAnswered)
def on_customer_answered(event: CustomerAnswered, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_answer(held, event, book, envelope.at))


@inbox.on(MaterialRequested)
def on_material_requested(event: MaterialRequested, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.ask_for_material(held, event, book, envelope.at))


@inbox.on(DeadlineExtended)
def on_deadline_extended(event: DeadlineExtended, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_extension(held, event, book, envelope.at))


@inbox.on(ComplaintMoved)
def on_complaint_moved(event: ComplaintMoved, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_move(held, event, book, envelope.at))


@inbox.on(ComplaintResolved)
def on_complaint_resolved(event: ComplaintResolved, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_outcome(held, event, book, envelope.at))


@inbox.on(AppealOpened)
def on_appeal_opened(event: AppealOpened, book: Phrasebook, teams: Teams, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_appeal(held, event, book, teams, envelope.at))


@inbox.on(AppealDecided)
def on_appeal_decided(event: AppealDecided, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_ruling(held, event, book, envelope.at))


@inbox.on(SurveyAnswered)
def on_survey_answered(event: SurveyAnswered, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.thank(held, event, book, envelope.at))


@inbox.on(PriorityRaised)
def on_priority_raised(event: PriorityRaised, teams: Teams) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_urgency(held, event, teams))


@inbox.on(DeadlineApproaching)
def on_deadline_approaching(event: DeadlineApproaching, book: Phrasebook, teams: Teams, envelope: Envelope) -> Reaction:
    if event.clock is ClockKind.MATERIAL_WAIT:
        return Transition(event.complaint_id, lambda held: rules.remind(held, event, book, envelope.at))
    return Transition(event.complaint_id, lambda held: rules.warn_team(held, event, teams))


@inbox.on(ComplaintEscalated)
def on_complaint_escalated(event: ComplaintEscalated, teams: Teams) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.tell_escalation(held, event, teams))


@inbox.on(IncidentProposed)
def on_incident_proposed(event: IncidentProposed, teams: Teams) -> Reaction:
    return Create(event.incident_id, incident_rules.propose(event, teams))


@inbox.on(IncidentTold)
def on_incident_told(event: IncidentTold, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: incident_rules.tell_incident(held, event, book, envelope.at))


@inbox.on(VerificationCodeIssued)
def on_verification_code_issued(event: VerificationCodeIssued, owners: Owners, book: Phrasebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: send_code(held, event, owners, book, envelope.at))


@inbox.on(CustomerErased)
def on_customer_erased(event: CustomerErased) -> Reaction:
    return Transition(event.complaint_id, erase)


@inbox.on(DeliveryReported, binding="delivery.*")
def on_delivery_reported(report: DeliveryReported, envelope: Envelope) -> Reaction:
    key = complaint_of(report.notice_id)
    if is_refusal(report.notice_id):
        return Transition(key, lambda held: rules.record_refusal_delivery(held, report), of=RefusalNotice)
    if is_incident(report.notice_id):
        return Transition(key, lambda held: incident_rules.record_incident_delivery(held, report), of=IncidentNotice)
    adapter = envelope.routing_key.partition(".")[2]
    return Transition(key, lambda held: rules.hear_of_delivery(held, report, adapter, envelope.at))
