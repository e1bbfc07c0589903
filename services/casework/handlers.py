"""What casework does on each message. Read me first. All commands come through one queue, in the order in which they were given."""

from services.casework import rules
from services.casework.beginning import begin
from services.casework.learning import incidents
from services.casework.learning.incidents import Deciders, Incident
from services.casework.learning.likeness import Alike, also
from services.casework.life import Life
from services.casework.policies.rulebook import Rulebook
from services.casework.steps import COMMANDS
from shared.contracts import (
    AccountActionReported,
    AppealDecided,
    AppealOpened,
    CaseworkCommand,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintsLinked,
    ConfirmIncident,
    CustomerAnswered,
    CustomerErased,
    DeadlineExtended,
    DeadlineMissed,
    DismissIncident,
    EscalationRequested,
    ExecuteAccountAction,
    ExecuteRemedy,
    FollowUpReceived,
    IncidentCommand,
    IncidentPartlyTold,
    IncidentProposed,
    IncidentTold,
    LedgerAnswered,
    LookUpLedger,
    MaterialRequested,
    PriorityRaised,
    ReferralAnswered,
    ReferralOpened,
    RemedyMoved,
    RemedyReported,
    SimilarComplaint,
    SurveyAnswered,
    VerificationCodeIssued,
)
from shared.decision import Create, Decision, Reaction, Transition
from shared.envelope import Envelope
from shared.inbox import Inbox

inbox = Inbox(
    "casework",
    emits=(
        ComplaintMoved,
        CustomerAnswered,
        MaterialRequested,
        EscalationRequested,
        DeadlineExtended,
        ComplaintResolved,
        AppealOpened,
        AppealDecided,
        ReferralOpened,
        ReferralAnswered,
        RemedyMoved,
        SurveyAnswered,
        ComplaintsLinked,
        LookUpLedger,
        ExecuteRemedy,
        ExecuteAccountAction,
        VerificationCodeIssued,
        CustomerErased,
        SimilarComplaint,
        IncidentProposed,
        IncidentTold,
        IncidentPartlyTold,
    ),
)


@inbox.on(ComplaintRegistered)
def on_complaint_registered(event: ComplaintRegistered, alike: Alike, rulebook: Rulebook) -> Reaction:
    return Create(event.complaint_id, also(begin(event, rulebook), alike.in_complaint(event)))


@inbox.on(ComplaintRouted)
def on_complaint_routed(event: ComplaintRouted) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.route(held, event))


@inbox.on(ComplaintEscalated)
def on_complaint_escalated(event: ComplaintEscalated) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hand_up(held, event))


@inbox.on(FollowUpReceived)
def on_follow_up_received(event: FollowUpReceived, rulebook: Rulebook, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hear_the_customer(held, event, rulebook, envelope.at))


@inbox.on(PriorityRaised)
def on_priority_raised(event: PriorityRaised) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.raise_priority(held, event))


@inbox.on(DeadlineMissed)
def on_deadline_missed(event: DeadlineMissed) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.go_on_without(held, event))


@inbox.on(ComplaintsLinked)
def on_complaints_linked(event: ComplaintsLinked) -> Reaction:
    return Transition(event.other, lambda held: rules.link_back(held, event))


@inbox.on(LedgerAnswered)
def on_ledger_answered(event: LedgerAnswered, alike: Alike, envelope: Envelope) -> Reaction:
    def heard(held: Life) -> Decision[Life]:
        decided = rules.hear_the_ledger(held, event, envelope.at)
        return decided if decided.state is held else also(decided, alike.at_the_ledger(held, event))

    return Transition(event.complaint_id, heard)


@inbox.on(RemedyReported)
def on_remedy_reported(event: RemedyReported, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hear_of_execution(held, event, envelope.at))


@inbox.on(AccountActionReported)
def on_account_action_reported(event: AccountActionReported, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hear_of_account(held, event, envelope.at))


def on_command(command: CaseworkCommand, rulebook: Rulebook, envelope: Envelope) -> Reaction:
    return Transition(command.complaint_id, lambda held: rules.obey(held, command, rulebook, envelope.at))


for _command in COMMANDS:
    inbox.on(_command, queue="casework.commands")(on_command)


@inbox.on(SimilarComplaint)
def on_similar_complaint(event: SimilarComplaint, envelope: Envelope) -> Reaction:
    return incidents.grouped(event, envelope.at)


@inbox.on(IncidentTold)
def on_incident_told(event: IncidentTold) -> Reaction:
    return Transition(event.complaint_id, lambda held: incidents.remember(held, event))


@inbox.on(IncidentPartlyTold)
def on_incident_partly_told(event: IncidentPartlyTold, envelope: Envelope) -> Reaction:
    return Transition(event.incident_id, lambda held: incidents.tell_on(held, event, envelope.at), of=Incident)


def on_incident_command(command: IncidentCommand, deciders: Deciders, envelope: Envelope) -> Reaction:
    return Transition(command.incident_id, lambda held: incidents.obey(held, command, deciders, envelope.at), of=Incident)


for _incident_command in (ConfirmIncident, DismissIncident):
    inbox.on(_incident_command, queue="casework.commands")(on_incident_command)
