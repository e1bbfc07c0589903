"""The state machine of a complaint's life as data: what may be done where, and where it leads. docs/life-of-a-complaint.md draws it."""

from collections.abc import Mapping

from shared.contracts import (
    AccountActionReported,
    AddNote,
    AppealComplaint,
    ApproveRemedy,
    ApproveResolution,
    AssignComplaint,
    AuthoriseRepresentative,
    CaseworkCommand,
    CloseComplaint,
    ComplaintEscalated,
    ComplaintRouted,
    ComplaintsLinked,
    ConfirmCode,
    DeadlineMissed,
    DecideAppeal,
    EraseCustomer,
    EscalateComplaint,
    ExtendDeadline,
    FollowUpReceived,
    IncidentTold,
    LedgerAnswered,
    LiftLegalHold,
    LinkComplaints,
    LookUpTransaction,
    MergeDuplicate,
    Message,
    PriorityRaised,
    ProposeRemedy,
    RecordReferralAnswer,
    RecordSurvey,
    RecuseAgent,
    ReferComplaint,
    RejectRemedy,
    RejectResolution,
    RemedyReported,
    ReopenComplaint,
    ReplyToCustomer,
    RequestAccountAction,
    RequestHigherLevel,
    RequestMaterial,
    ResolveComplaint,
    RevokeRepresentative,
    SetLegalHold,
    TakeAppeal,
    TakeComplaint,
    UnlinkComplaints,
    UnmaskComplaint,
    VerifyCustomer,
    WaiveMaterial,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import Status

Way = Mapping[Status, Status]
"""Where the complaint may stand → where it stands then."""

REGISTERED, ROUTED, IN_PROGRESS = Status.REGISTERED, Status.ROUTED, Status.IN_PROGRESS
WAITING_FOR_CUSTOMER, WAITING_FOR_THIRD_PARTY = Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY
RESOLVED, CLOSED, WITHDRAWN, DUPLICATE = Status.RESOLVED, Status.CLOSED, Status.WITHDRAWN, Status.DUPLICATE

AT_WORK = (IN_PROGRESS, WAITING_FOR_CUSTOMER, WAITING_FOR_THIRD_PARTY)
WITH_A_TEAM = (ROUTED, *AT_WORK)
OPEN = (REGISTERED, *WITH_A_TEAM)
DECIDED = (RESOLVED, CLOSED)
"""Only a review is still worked on there."""


def stays(*statuses: Status) -> Way:
    return {one: one for one in statuses}


def leads(*statuses: Status, to: Status) -> Way:
    return dict.fromkeys(statuses, to)


COMMANDS: Mapping[type[CaseworkCommand], Way] = {
    TakeComplaint: {**stays(*AT_WORK), ROUTED: IN_PROGRESS},
    AssignComplaint: {**stays(*AT_WORK), ROUTED: IN_PROGRESS},
    ReplyToCustomer: stays(*AT_WORK, RESOLVED),
    AddNote: stays(*Status),
    RequestMaterial: {**stays(WAITING_FOR_CUSTOMER), IN_PROGRESS: WAITING_FOR_CUSTOMER},
    WaiveMaterial: leads(WAITING_FOR_CUSTOMER, to=IN_PROGRESS),
    EscalateComplaint: stays(*WITH_A_TEAM),
    RequestHigherLevel: stays(*OPEN),
    LookUpTransaction: {**stays(WAITING_FOR_CUSTOMER, WAITING_FOR_THIRD_PARTY, *DECIDED), IN_PROGRESS: WAITING_FOR_THIRD_PARTY},
    ProposeRemedy: stays(*AT_WORK, *DECIDED),
    ApproveRemedy: stays(*AT_WORK, *DECIDED),
    RejectRemedy: stays(*AT_WORK, *DECIDED),
    ExtendDeadline: stays(*WITH_A_TEAM),
    ResolveComplaint: leads(IN_PROGRESS, to=RESOLVED),
    ApproveResolution: leads(IN_PROGRESS, to=RESOLVED),
    RejectResolution: stays(*AT_WORK),
    CloseComplaint: leads(RESOLVED, to=CLOSED),
    ReopenComplaint: leads(RESOLVED, CLOSED, WITHDRAWN, DUPLICATE, to=IN_PROGRESS),
    WithdrawComplaint: leads(*OPEN, to=WITHDRAWN),
    AppealComplaint: stays(*DECIDED),
    TakeAppeal: stays(*DECIDED),
    DecideAppeal: stays(*DECIDED),
    ReferComplaint: stays(*Status),
    RecordReferralAnswer: stays(*Status),
    RecordSurvey: stays(*DECIDED),
    LinkComplaints: stays(*Status),
    UnlinkComplaints: stays(*Status),
    MergeDuplicate: leads(*OPEN, to=DUPLICATE),
    RecuseAgent: stays(*Status),
    VerifyCustomer: stays(*OPEN, *DECIDED),
    ConfirmCode: stays(*OPEN, *DECIDED),
    AuthoriseRepresentative: stays(*Status),
    RevokeRepresentative: stays(*Status),
    RequestAccountAction: stays(*OPEN),
    SetLegalHold: stays(*Status),
    LiftLegalHold: stays(*Status),
    UnmaskComplaint: stays(*Status),
    EraseCustomer: stays(*Status),
}

ASSIGNEES_ALONE: frozenset[type[CaseworkCommand]] = frozenset(
    {
        ReplyToCustomer,
        RequestMaterial,
        WaiveMaterial,
        LookUpTransaction,
        ProposeRemedy,
        EscalateComplaint,
        ExtendDeadline,
        ResolveComplaint,
        CloseComplaint,
    }
)
"""Who has the complaint does these, or who stands above the teams."""

EVENTS: Mapping[type[Message], Way] = {
    ComplaintRouted: {**stays(*WITH_A_TEAM, RESOLVED, CLOSED, WITHDRAWN, DUPLICATE), REGISTERED: ROUTED},
    ComplaintEscalated: stays(*Status),
    ComplaintsLinked: {**stays(*Status), DUPLICATE: IN_PROGRESS},
    FollowUpReceived: {**stays(*Status), WAITING_FOR_CUSTOMER: IN_PROGRESS},
    DeadlineMissed: {**stays(*Status), WAITING_FOR_CUSTOMER: IN_PROGRESS},
    PriorityRaised: stays(*Status),
    IncidentTold: stays(*Status),
    RemedyReported: {**stays(*Status), **leads(RESOLVED, CLOSED, WITHDRAWN, DUPLICATE, to=IN_PROGRESS)},
    AccountActionReported: stays(*Status),
    LedgerAnswered: {**stays(*Status), WAITING_FOR_CUSTOMER: IN_PROGRESS, WAITING_FOR_THIRD_PARTY: IN_PROGRESS},
}
"""What happens without anybody asking. Nothing of it is ever refused."""

WITHDRAWAL: Way = {**stays(RESOLVED, CLOSED, WITHDRAWN, DUPLICATE), **leads(*OPEN, to=WITHDRAWN)}
"""Of a follow-up in which the customer takes the complaint back."""


def name_of(command: type[CaseworkCommand]) -> str:
    """`complaint.request-material.v1` → `request-material`."""
    return command.key.split(".")[1]
