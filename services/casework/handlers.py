"""What casework does on each message. Read me first. All commands come through one queue, in the order in which they were given."""

from services.casework import rules
from services.casework.rulebook import Rulebook
from services.casework.steps import COMMANDS
from shared.contracts import (
    CaseworkCommand,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintsLinked,
    CustomerAnswered,
    DeadlineExtended,
    EscalationRequested,
    ExecuteRemedy,
    FollowUpReceived,
    LedgerAnswered,
    LookUpLedger,
    MaterialRequested,
    RemedyReported,
)
from shared.decision import Create, Reaction, Transition
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
        ComplaintsLinked,
        LookUpLedger,
        ExecuteRemedy,
    ),
)


@inbox.on(ComplaintRegistered)
def on_complaint_registered(event: ComplaintRegistered) -> Reaction:
    return Create(event.complaint_id, rules.begin(event))


@inbox.on(ComplaintRouted)
def on_complaint_routed(event: ComplaintRouted) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.route(held, event))


@inbox.on(ComplaintEscalated)
def on_complaint_escalated(event: ComplaintEscalated) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hand_up(held, event))


@inbox.on(FollowUpReceived)
def on_follow_up_received(event: FollowUpReceived, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hear_the_customer(held, event, envelope.at))


@inbox.on(ComplaintsLinked)
def on_complaints_linked(event: ComplaintsLinked) -> Reaction:
    return Transition(event.other, lambda held: rules.link_back(held, event))


@inbox.on(LedgerAnswered)
def on_ledger_answered(event: LedgerAnswered, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hear_the_ledger(held, event, envelope.at))


@inbox.on(RemedyReported)
def on_remedy_reported(event: RemedyReported, envelope: Envelope) -> Reaction:
    return Transition(event.complaint_id, lambda held: rules.hear_of_execution(held, event, envelope.at))


def on_command(command: CaseworkCommand, rulebook: Rulebook, envelope: Envelope) -> Reaction:
    return Transition(command.complaint_id, lambda held: rules.obey(held, command, rulebook, envelope.at))


for _command in COMMANDS:
    inbox.on(_command, queue="casework.commands")(on_command)
