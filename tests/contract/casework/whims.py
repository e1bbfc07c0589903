"""What people, customers and the wallet may come up with: strategies for the state machine of a complaint's life."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from services.simulators.wallet import Fault
from shared.contracts import (
    AppealComplaint,
    ApproveRemedy,
    ApproveResolution,
    CaseworkCommand,
    CloseComplaint,
    DecideAppeal,
    LookUpTransaction,
    MergeDuplicate,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ResolveComplaint,
    TakeAppeal,
    TakeComplaint,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import AgentId, AppealDecision, Material, Outcome, RemedyKind, Verdict
from tests.builders import a_command
from tests.contract.casework.sensible import Wish

PEOPLE = ("refunds-1", "refunds-2", "refunds-senior", "supervisor-1", "supervisor-2", "compliance-1", "reviewer-1", "reviewer-2", "fees-1")
TO_THE_END = (
    TakeComplaint,
    LookUpTransaction,
    ProposeRemedy,
    ApproveRemedy,
    RejectRemedy,
    ResolveComplaint,
    ApproveResolution,
    CloseComplaint,
    ReopenComplaint,
    AppealComplaint,
    TakeAppeal,
    DecideAppeal,
    WithdrawComplaint,
    MergeDuplicate,
)
"""The commands that lead to money, a decision and its review: they are given more often than chance would give them."""

CHANGES: Mapping[str, st.SearchStrategy[Any]] = {
    "materials": st.lists(st.sampled_from(Material), min_size=1, max_size=3).map(tuple),
    "assignee": st.sampled_from(PEOPLE),
    "remedy": st.integers(1, 3),
    "decision": st.sampled_from(Verdict),
    "outcome": st.sampled_from([Outcome.EXPLANATION, Outcome.MONETARY_RELIEF]),
    "ruling": st.just(AppealDecision.UPHOLD),
}
# The most telling first: that is what Hypothesis tries before anything else, and mostly.
WISHES = st.builds(
    Wish,
    verdict=st.sampled_from(Verdict),
    worker=st.sampled_from(["supervisor-1", "compliance-1"]).map(AgentId),
    second=st.sampled_from(["supervisor-2", "compliance-1"]).map(AgentId),
    reviewer=st.sampled_from(["compliance-1", "reviewer-1"]).map(AgentId),
    amount=st.sampled_from([12_800, 4_000]),
    refunds=st.sampled_from([1, 2, 3, 0]),
)
FAULTS = st.sampled_from([None, None, None, *Fault])


@st.composite
def commands(draw: st.DrawFn, kinds: Sequence[type[CaseworkCommand]]) -> CaseworkCommand:
    kind = draw(st.sampled_from(kinds))
    changes = {name: draw(values) for name, values in CHANGES.items() if name in kind.model_fields and kind is not DecideAppeal}
    if kind is ProposeRemedy:
        changes |= draw(proposals())
    return a_command(kind, by=draw(st.sampled_from(PEOPLE)), **changes)


@st.composite
def proposals(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([RemedyKind.REFUND, RemedyKind.REFUND, RemedyKind.COMPENSATION, RemedyKind.APOLOGY]))
    money = {"amount": draw(st.sampled_from([100, 5_000, 12_800])), "currency": "CNY"}
    return {"kind": kind, **({} if kind is RemedyKind.APOLOGY else money)}
