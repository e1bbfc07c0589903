"""What casework needs of each command, from whatever program people give it with."""

from collections.abc import Mapping
from typing import Any

from pact import match

from shared.contracts import (
    AddNote,
    AppealComplaint,
    ApproveRemedy,
    ApproveResolution,
    AssignComplaint,
    CaseworkCommand,
    CloseComplaint,
    DecideAppeal,
    EraseCustomer,
    EscalateComplaint,
    ExtendDeadline,
    LiftLegalHold,
    LinkComplaints,
    LookUpTransaction,
    MergeDuplicate,
    ProposeRemedy,
    RecordReferralAnswer,
    RecordSurvey,
    ReferComplaint,
    RejectRemedy,
    RejectResolution,
    ReopenComplaint,
    ReplyToCustomer,
    RequestHigherLevel,
    RequestMaterial,
    ResolveComplaint,
    SetLegalHold,
    TakeAppeal,
    TakeComplaint,
    UnlinkComplaints,
    UnmaskComplaint,
    WaiveMaterial,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import BodyKind, ClockKind, Material, Outcome, RemedyKind, Verdict
from tests.contract.pacts.needs import COMPLAINT, COUNT, ID, INCIDENT, MOMENT, TEXT, Needs, one_of

AGENT = match.regex("refunds-1", regex=r"^[a-z0-9][a-z0-9._@-]{0,63}$")
ANOTHER = match.regex(ID, regex=r"^[0-9a-f-]{36}$")
MATERIALS = match.each_like(one_of(Material), min=1)


def _of(**owed: Any) -> Needs:
    return COMPLAINT | {"by": AGENT} | owed


OF: Mapping[type[CaseworkCommand], Needs] = {
    TakeComplaint: _of(),
    AssignComplaint: _of(assignee=AGENT),
    ReplyToCustomer: _of(text=TEXT),
    AddNote: _of(text=TEXT),
    RequestMaterial: _of(materials=MATERIALS),
    WaiveMaterial: _of(materials=MATERIALS, reason=TEXT),
    EscalateComplaint: _of(reason=TEXT),
    RequestHigherLevel: _of(),
    LookUpTransaction: _of(transaction_id=TEXT),
    ProposeRemedy: _of(kind=one_of(RemedyKind), reason=TEXT),
    ApproveRemedy: _of(remedy=COUNT),
    RejectRemedy: _of(remedy=COUNT, reason=TEXT),
    ExtendDeadline: _of(clock=one_of(ClockKind), due_at=MOMENT, reason=TEXT),
    ResolveComplaint: _of(decision=one_of(Verdict), outcome=one_of(Outcome), reason=TEXT),
    CloseComplaint: _of(root_cause=match.regex("app.payment.delayed", regex=r"^[a-z][a-z0-9_.]*$")),
    ReopenComplaint: _of(reason=TEXT),
    WithdrawComplaint: _of(),
    LinkComplaints: _of(other=ANOTHER),
    UnlinkComplaints: _of(other=ANOTHER),
    MergeDuplicate: _of(into=ANOTHER),
    ApproveResolution: _of(),
    RejectResolution: _of(reason=TEXT),
    AppealComplaint: _of(reason=TEXT),
    TakeAppeal: _of(),
    DecideAppeal: _of(ruling=match.regex("uphold", regex="^uphold$"), reason=TEXT),
    ReferComplaint: _of(body=TEXT, body_kind=one_of(BodyKind), sent=TEXT),
    RecordReferralAnswer: _of(referral=COUNT, answer=TEXT),
    RecordSurvey: _of(),
    SetLegalHold: _of(reason=TEXT),
    LiftLegalHold: _of(reason=TEXT),
    UnmaskComplaint: _of(reason=TEXT),
    EraseCustomer: _of(reason=TEXT),
}

CONFIRMED: Needs = INCIDENT | {"by": AGENT, "text": TEXT}
DISMISSED: Needs = INCIDENT | {"by": AGENT, "reason": TEXT}
