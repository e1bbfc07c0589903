"""What sensible people would do next with a complaint: left to chance alone, hardly one would see money, a decision or a review."""

from dataclasses import dataclass
from typing import Any

from shared.contracts import (
    AppealComplaint,
    ApproveRemedy,
    ApproveResolution,
    CaseworkCommand,
    DecideAppeal,
    LookUpTransaction,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ResolveComplaint,
    TakeAppeal,
    TakeComplaint,
    WaiveMaterial,
)
from shared.contracts.vocabulary import AgentId, ComplaintId, Outcome, RemedyKind, Verdict
from shared.storage import Document
from tests.builders import a_command

REFUND: dict[str, Any] = {"kind": RemedyKind.REFUND, "currency": "CNY"}
PAID: dict[str, Any] = {"decision": Verdict.UPHELD, "outcome": Outcome.MONETARY_RELIEF}


@dataclass(frozen=True, slots=True)
class Wish:
    """How it is to go on; a reviewer who took part, or more refunds than there is money, is refused."""

    verdict: Verdict
    worker: AgentId
    second: AgentId
    reviewer: AgentId
    amount: int
    refunds: int


def next_step(state: Document, wish: Wish) -> CaseworkCommand | None:
    """None where the wallet's word is waited for."""
    asked = _asked(state, wish) if state["status"] != "registered" else None
    if asked is None:
        return None
    kind, by, changes = asked
    return a_command(kind, complaint_id=ComplaintId(state["complaint_id"]), by=by, **changes)


Asked = tuple[type[CaseworkCommand], str, dict[str, Any]] | None


def _asked(state: Document, wish: Wish) -> Asked:
    match state["status"]:
        case "routed":
            return TakeComplaint, wish.worker, {}
        case "waiting_for_customer":
            materials = tuple(one["material"] for one in state["materials"] if one["state"] == "open")
            return WaiveMaterial, wish.worker, {"materials": materials, "reason": "the ledger shows it"}
        case "in_progress" | "waiting_for_third_party":
            return None if _is_with_the_wallet(state) else _about_money(state, wish) or _about_the_end(state, wish)
        case "resolved":
            return _about_the_review(state, wish) if state["appeals"] else (AppealComplaint, wish.worker, {})
        case "closed":
            return _about_the_review(state, wish)
        case _:
            return ReopenComplaint, wish.worker, {}


def _is_with_the_wallet(state: Document) -> bool:
    paying = (one["state"] in ("approved", "pending") for one in state["remedies"])
    return any(one["state"] == "asked" for one in state["lookups"]) or any(paying)


def _about_money(state: Document, wish: Wish) -> Asked:
    if not any(one["transactions"] for one in state["lookups"]):
        return LookUpTransaction, wish.worker, {}
    last = state["remedies"][-1] if state["remedies"] else {"state": "done"}
    match last["state"]:
        case "done" | "rejected" if len(state["remedies"]) < wish.refunds:
            return ProposeRemedy, wish.worker, REFUND | {"amount": wish.amount}
        case "proposed":
            return ApproveRemedy, wish.second if last["proposed_by"] != wish.second else wish.worker, {"remedy": last["number"]}
        case "failed":
            return RejectRemedy, wish.second, {"remedy": last["number"]}
        case _:
            return None


def _about_the_end(state: Document, wish: Wish) -> Asked:
    if state["proposal"]:
        return ApproveResolution, wish.second, {}
    paid = any(one["state"] == "done" and one["amount"] for one in state["remedies"])
    return ResolveComplaint, wish.worker, PAID if paid and wish.verdict is Verdict.UPHELD else {"decision": wish.verdict}


def _about_the_review(state: Document, wish: Wish) -> Asked:
    open_ = next((one for one in state["appeals"] if one["state"] == "open"), None)
    if open_ is None:
        return None
    return (DecideAppeal if open_["reviewer"] else TakeAppeal), open_["reviewer"] or wish.reviewer, {}
