"""Complaints at every point of their lives, brought there by casework's own rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.casework import rules
from services.casework.life import Life
from services.casework.settings import CaseworkSettings
from shared.contracts import (
    AddNote,
    ApproveRemedy,
    AssignComplaint,
    CaseworkCommand,
    CloseComplaint,
    EscalateComplaint,
    ExtendDeadline,
    LinkComplaints,
    LookUpTransaction,
    MergeDuplicate,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ReplyToCustomer,
    RequestHigherLevel,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
    UnlinkComplaints,
    WaiveMaterial,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import ClockKind, ComplaintId, Material, Outcome, RemedyKind, Status, Verdict
from shared.decision import Decision
from tests.builders import a_complaint_id, a_complaint_registered, a_complaint_routed

AT = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
RULEBOOK = CaseworkSettings().rulebook()
AGENT, COLLEAGUE, SENIOR, SUPERVISOR, STRANGER = "refunds-1", "refunds-2", "refunds-senior", "supervisor-1", "fees-1"
COMPLAINT = a_complaint_registered().complaint_id
OTHER = ComplaintId(a_complaint_id("another"))
REASON = "as the ledger shows"
FIELDS: dict[type[CaseworkCommand], dict[str, Any]] = {
    TakeComplaint: {},
    AssignComplaint: {"assignee": COLLEAGUE},
    ReplyToCustomer: {"text": "We found your transfer."},
    AddNote: {"text": "Called the merchant."},
    RequestMaterial: {"materials": (Material.SCREENSHOT, Material.TRANSACTION_ID)},
    WaiveMaterial: {"materials": (Material.SCREENSHOT,), "reason": REASON},
    EscalateComplaint: {"reason": REASON},
    RequestHigherLevel: {},
    LookUpTransaction: {"transaction_id": "2026112000887766"},
    ProposeRemedy: {"kind": RemedyKind.APOLOGY, "reason": REASON},
    ApproveRemedy: {"remedy": 1},
    RejectRemedy: {"remedy": 1, "reason": REASON},
    ExtendDeadline: {"clock": ClockKind.RESOLUTION, "due_at": AT + timedelta(days=5), "reason": REASON},
    ResolveComplaint: {"decision": Verdict.UPHELD, "outcome": Outcome.EXPLANATION, "reason": REASON},
    CloseComplaint: {"root_cause": "app.refund.delayed"},
    ReopenComplaint: {"reason": REASON},
    WithdrawComplaint: {},
    LinkComplaints: {"other": OTHER},
    UnlinkComplaints: {"other": OTHER},
    MergeDuplicate: {"into": OTHER},
}
"""What each command needs beside who asks."""


def a_command(kind: type[CaseworkCommand], by: str = AGENT, /, **changes: Any) -> CaseworkCommand:
    return kind(**{"complaint_id": COMPLAINT, "by": by, **FIELDS[kind], **changes})


def obeyed(held: Life, kind: type[CaseworkCommand], by: str = AGENT, /, **changes: Any) -> Decision[Life]:
    return rules.obey(held, a_command(kind, by, **changes), RULEBOOK, AT)


def after(held: Life, *kinds: type[CaseworkCommand]) -> Life:
    for kind in kinds:
        decided = obeyed(held, kind)
        assert not decided.what.startswith("refused"), decided.what
        held = decided.state
    return held


def refused(decided: Decision[Life]) -> str | None:
    return decided.what.removeprefix("refused/") if decided.what.startswith("refused/") else None


REGISTERED = rules.begin(a_complaint_registered()).state
ROUTED = rules.route(REGISTERED, a_complaint_routed()).state
TAKEN = after(ROUTED, TakeComplaint)
_AT: dict[Status, Sequence[type[CaseworkCommand]]] = {
    Status.IN_PROGRESS: (),
    Status.WAITING_FOR_CUSTOMER: (RequestMaterial,),
    Status.RESOLVED: (ResolveComplaint,),
    Status.CLOSED: (ResolveComplaint, CloseComplaint),
    Status.WITHDRAWN: (WithdrawComplaint,),
}
LIVES: dict[Status, Life] = {
    Status.REGISTERED: replace(REGISTERED, assignee=AGENT),
    Status.ROUTED: replace(ROUTED, assignee=AGENT),
    **{status: after(TAKEN, *kinds) for status, kinds in _AT.items()},
    Status.WAITING_FOR_THIRD_PARTY: replace(TAKEN, status=Status.WAITING_FOR_THIRD_PARTY),
    Status.DUPLICATE: obeyed(TAKEN, MergeDuplicate, SENIOR).state,
}
"""One life for each status, with an assignee, so that nothing but the status stands in a command's way."""
