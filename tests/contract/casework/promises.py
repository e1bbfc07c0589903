"""What must hold of a complaint at every moment of its life, said apart from the rules that are to keep it."""

from collections import Counter
from collections.abc import Sequence

from shared.contracts import ExecuteRemedy, Transaction
from shared.contracts.wallet import GIVES_BACK
from shared.storage import Document

LIVE = ("approved", "pending", "done")
DECIDED = ("resolved", "closed")
PART = frozenset(
    {
        "take",
        "reply",
        "request-material",
        "waive-material",
        "extend-deadline",
        "escalate",
        "propose-remedy",
        "approve-remedy",
        "resolve",
        "approve-resolution",
    }
)
"""Lines of the history after which somebody may not review what was decided."""


def broken(state: Document, executions: Sequence[ExecuteRemedy], ledger: Sequence[Transaction]) -> list[str]:
    return [*_of_the_history(state), *_of_decisions(state), *_of_reviews(state), *_of_money(state, executions, ledger)]


def _of_the_history(state: Document) -> list[str]:
    lines = state["history"]
    found = []
    if [one["revision"] for one in lines] != list(range(1, state["revision"] + 1)):
        found.append("a change without a line, or a line without a change")
    if lines[-1]["status"] != state["status"]:
        found.append("the status is not what the last line left")
    if any(not one["by"] or not one["what"] for one in lines):
        found.append("nobody did it")
    return found


def _of_decisions(state: Document) -> list[str]:
    if state["status"] not in DECIDED:
        return []
    last = state["resolutions"][-1] if state["resolutions"] else {}
    found = [f"resolved without {name}" for name in ("decision", "outcome", "reason", "by") if not last.get(name)]
    open_ = [one["material"] for one in state["materials"] if one["state"] == "open"]
    return [*found, *(f"resolved, and {one} still open" for one in open_)]


def _of_reviews(state: Document) -> list[str]:
    """A reviewer had no part in what came before the appeal."""
    found = []
    for one in state["appeals"]:
        before = [line for line in state["history"] if line["at"] < one["opened_at"] and line["what"] in PART]
        if one["state"] == "decided" and one["reviewer"] in {line["by"] for line in before}:
            found.append(f"appeal {one['number']} was decided by {one['reviewer']}, who took part")
    return found


def _of_money(state: Document, executions: Sequence[ExecuteRemedy], ledger: Sequence[Transaction]) -> list[str]:
    """One key for each remedy, one remedy for each proposal, one sum under each key, and never more than the transaction."""
    remedies = state["remedies"]
    decided = {one["remedy_id"] for one in remedies if one["decided_by"]}
    proposed = sum(line["what"] == "propose-remedy" for line in state["history"])
    asked = {(one.remedy_id, one.amount, one.currency, one.account_id) for one in executions}
    found = [f"{one} twice" for one, count in Counter(one["remedy_id"] for one in remedies).items() if count > 1]
    found += [f"{len(remedies)} remedies of {proposed} proposals"] if len(remedies) != proposed else []
    found += [f"{one} is asked for as two things" for one, count in Counter(one[0] for one in asked).items() if count > 1]
    found += [f"{one} is executed, and nobody approved it" for one in sorted({one[0] for one in asked} - decided)]
    found += _approved_alone(state)
    given = Counter[str]()
    for one in remedies:
        if one["kind"] in GIVES_BACK and one["state"] in LIVE:
            given[one["transaction_id"]] += one["amount"]
    held = {one.transaction_id: one.amount for one in ledger}
    return found + [f"{amount} of the {held[one]} in {one}" for one, amount in given.items() if amount > held[one]]


def _approved_alone(state: Document) -> list[str]:
    """Within the own limit a proposal is approved with that; who approves one afterwards is somebody else."""
    proposers = {str(one["number"]): one["proposed_by"] for one in state["remedies"]}
    approved = [(line["by"], line["reason"].partition(":")[0]) for line in state["history"] if line["what"] == "approve-remedy"]
    return [f"remedy {number} was approved by {by}, who proposed it" for by, number in approved if proposers[number] == by]
