"""Complaints at every point of their lives, brought there by casework's own rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.casework import rules
from services.casework.beginning import begin
from services.casework.keys import Keys
from services.casework.life import Life
from services.casework.settings import CaseworkSettings
from shared.contracts import (
    CaseworkCommand,
    CloseComplaint,
    MergeDuplicate,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import ComplaintId, Status
from shared.decision import Decision
from tests.builders import a_command, a_complaint_id, a_complaint_registered, a_complaint_routed

AT = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
RULEBOOK = replace(CaseworkSettings().rulebook(), keys=Keys(b"of codes", b"of accounts"))
AGENT, COLLEAGUE, SENIOR, SUPERVISOR, STRANGER = "refunds-1", "refunds-2", "refunds-senior", "supervisor-1", "fees-1"
COMPLIANCE, REVIEWER = "compliance-1", "reviewer-1"
COMPLAINT = a_complaint_registered().complaint_id
OTHER = ComplaintId(a_complaint_id("chat-0002"))


def obeyed(held: Life, kind: type[CaseworkCommand], by: str = AGENT, /, **changes: Any) -> Decision[Life]:
    return rules.obey(held, a_command(kind, by=by, **changes), RULEBOOK, AT)


def after(held: Life, *kinds: type[CaseworkCommand]) -> Life:
    for kind in kinds:
        decided = obeyed(held, kind)
        assert not decided.what.startswith("refused"), decided.what
        held = decided.state
    return held


def refused(decided: Decision[Life]) -> str | None:
    return decided.what.removeprefix("refused/") if decided.what.startswith("refused/") else None


REGISTERED = begin(a_complaint_registered(), RULEBOOK).state
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
