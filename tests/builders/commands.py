"""Every command to casework with defaults: `a_command(TakeComplaint, by="payments-1")`. An agent of the refunds team gives it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

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
from shared.contracts.vocabulary import (
    AccountAction,
    AppealDecision,
    BodyKind,
    ClockKind,
    Material,
    Outcome,
    ProofWay,
    Relation,
    RemedyKind,
    Verdict,
)
from tests.builders.moments import RECEIVED_AT, a_complaint_id

C = TypeVar("C", bound=CaseworkCommand)

OWED: Mapping[type[CaseworkCommand], Mapping[str, Any]] = {
    TakeComplaint: {},
    AssignComplaint: {"assignee": "refunds-2"},
    ReplyToCustomer: {"text": "您好,退款已经在处理,三个工作日内到账。"},
    AddNote: {"text": "The receiving bank was called."},
    RequestMaterial: {"materials": (Material.TRANSACTION_ID, Material.SCREENSHOT)},
    WaiveMaterial: {"materials": (Material.SCREENSHOT,), "reason": "the ledger shows it"},
    EscalateComplaint: {"reason": "above what an agent may decide"},
    RequestHigherLevel: {},
    LookUpTransaction: {"transaction_id": "2026112000887766"},
    ProposeRemedy: {"kind": RemedyKind.APOLOGY, "reason": "two weeks without a word"},
    ApproveRemedy: {"remedy": 1},
    RejectRemedy: {"remedy": 1, "reason": "the merchant has refunded it"},
    ExtendDeadline: {
        "clock": ClockKind.RESOLUTION,
        "due_at": RECEIVED_AT + timedelta(days=20),
        "reason": "The receiving bank has not answered yet.",
    },
    ResolveComplaint: {
        "decision": Verdict.UPHELD,
        "outcome": Outcome.EXPLANATION,
        "reason": "the payment failed and was debited",
        "text": "退款 128 元已经退回您的账户。",
    },
    ApproveResolution: {},
    RejectResolution: {"reason": "the ledger says otherwise"},
    CloseComplaint: {"root_cause": "app.payment.delayed"},
    ReopenComplaint: {"reason": "the money never arrived"},
    WithdrawComplaint: {},
    LinkComplaints: {"other": a_complaint_id("chat-0002")},
    UnlinkComplaints: {"other": a_complaint_id("chat-0002")},
    MergeDuplicate: {"into": a_complaint_id("chat-0002")},
    AppealComplaint: {"reason": "she says that the merchant has lied"},
    TakeAppeal: {},
    DecideAppeal: {"ruling": AppealDecision.UPHOLD, "reason": "the ledger bears the first decision out", "text": "复核维持原决定。"},
    ReferComplaint: {
        "body": "Financial Ombudsman Service",
        "body_kind": BodyKind.OMBUDSMAN,
        "sent": "our final response",
    },
    RecordReferralAnswer: {"referral": 1, "answer": "they agree with us"},
    SetLegalHold: {"reason": "the court asks for the file"},
    LiftLegalHold: {"reason": "the case is over"},
    UnmaskComplaint: {"reason": "to call the customer back"},
    EraseCustomer: {"reason": "the customer asks for it"},
    RecordSurvey: {"solved": True, "attitude": 5},
    RecuseAgent: {"agent": "refunds-2", "reason": "the complaint is about him"},
    VerifyCustomer: {"how": ProofWay.CODE},
    ConfirmCode: {"code": "000000"},
    AuthoriseRepresentative: {"name": "韩梅梅", "relation": Relation.ATTORNEY, "authority": "a power of attorney, seen on paper"},
    RevokeRepresentative: {"representative": 1, "reason": "the customer said so"},
    RequestAccountAction: {"action": AccountAction.FREEZE, "reason": "somebody else is logged in"},
}
"""What each owes beside the complaint and who asks."""


def a_command(contract: type[C], **changes: Any) -> C:
    return contract(**{"complaint_id": a_complaint_id(), "by": "refunds-1", **OWED[contract], **changes})


def a_command_of_each_kind() -> list[CaseworkCommand]:
    return [a_command(contract) for contract in OWED]
