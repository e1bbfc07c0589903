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
    AuthoriseRepresentative,
    CaseworkCommand,
    CloseComplaint,
    ConfirmCode,
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
    RecuseAgent,
    ReferComplaint,
    RejectRemedy,
    RejectResolution,
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
from shared.contracts.vocabulary import AccountAction, BodyKind, ClockKind, Material, Outcome, Relation, RemedyKind, Verdict
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
    RecuseAgent: _of(agent=AGENT, reason=TEXT),
    VerifyCustomer: _of(how=match.regex("code", regex="^(code|ledger)$")),
    ConfirmCode: _of(code=match.regex("123456", regex="^[0-9]{6}$")),
    AuthoriseRepresentative: _of(name=TEXT, relation=one_of(Relation), authority=TEXT),
    RevokeRepresentative: _of(representative=COUNT, reason=TEXT),
    RequestAccountAction: _of(action=one_of(AccountAction), reason=TEXT),
    SetLegalHold: _of(reason=TEXT),
    LiftLegalHold: _of(reason=TEXT),
    UnmaskComplaint: _of(reason=TEXT),
    EraseCustomer: _of(reason=TEXT),
}

CONFIRMED: Needs = INCIDENT | {"by": AGENT, "text": TEXT}
DISMISSED: Needs = INCIDENT | {"by": AGENT, "reason": TEXT}
