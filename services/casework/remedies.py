"""Proposing a remedy, approving it by somebody else above one's limit, and having the wallet execute it exactly once."""

from dataclasses import replace
from datetime import datetime

from services.casework.deed import Deed, Refused
from services.casework.life import Event, Life, happened
from services.casework.organisation import WalletPatience
from services.casework.remedy import COUNTS, MONEY, OURS_TO_DO, Remedy, RemedyState
from services.casework.rulebook import Rulebook
from services.casework.steps import EVENTS
from shared.contracts import (
    ApproveRemedy,
    ExecuteRemedy,
    Execution,
    Message,
    ProposeRemedy,
    RejectRemedy,
    RemedyReported,
    Transaction,
)
from shared.contracts.vocabulary import AgentId, RemedyKind
from shared.decision import Decision

LONGEST_WAITS = 10
"""The wallet is asked after once, twice, … ten times its usual patience, and then every ten: money is never given up on."""
REPORTED = {Execution.PENDING: RemedyState.PENDING, Execution.EXECUTED: RemedyState.DONE, Execution.FAILED: RemedyState.FAILED}
RANK = {RemedyState.APPROVED: 0, RemedyState.PENDING: 1, RemedyState.DONE: 2, RemedyState.FAILED: 3}
"""Reports come in any order. A payment that was executed may still come back; one that failed is over, and needs a new remedy."""


def propose(held: Life, command: ProposeRemedy, rulebook: Rulebook, at: datetime) -> Deed:
    """Within the proposer's own limit it is approved with that; above it somebody else must."""
    remedy = _proposed(held, command, at)
    person = rulebook.organisation.by_id[command.by]
    life = replace(held, remedies=(*held.remedies, remedy))
    if not rulebook.limits.cover(person, remedy.kind, remedy.amount, remedy.currency):
        return Deed(life, reason=f"{remedy.number}: {remedy.kind}")
    return _approved(life, remedy, person.id, rulebook.wallet, at)


def approve(held: Life, command: ApproveRemedy, rulebook: Rulebook, at: datetime) -> Deed:
    remedy = _open_proposal(held, command.remedy)
    if remedy.proposed_by == command.by:
        raise Refused("own-proposal")
    if not rulebook.limits.cover(rulebook.organisation.by_id[command.by], remedy.kind, remedy.amount, remedy.currency):
        raise Refused("above-your-limit")
    return _approved(held, remedy, command.by, rulebook.wallet, at)


def reject(held: Life, command: RejectRemedy, _: Rulebook, __: datetime) -> Deed:
    remedy = _open_proposal(held, command.remedy)
    rejected = replace(remedy, state=RemedyState.REJECTED, decided_by=command.by, why_not=command.reason)
    return Deed(_with(held, rejected), reason=f"{remedy.number}: {command.reason}")


def hear_of_execution(held: Life, event: RemedyReported, at: datetime) -> Decision[Life]:
    """The report of the highest rank counts. A payment that failed after all takes the complaint up again."""
    remedy = next((one for one in held.remedies if one.remedy_id == event.remedy_id), None)
    state = REPORTED[event.state]
    if remedy is None or remedy.state not in RANK:
        return Decision.unchanged(held, "never-asked")
    if RANK[state] <= RANK[remedy.state]:
        return Decision.unchanged(held, "reported-already")
    known = replace(remedy, state=state, reference=event.reference, why_not=event.reason)
    status = EVENTS[RemedyReported][held.status] if state is RemedyState.FAILED else held.status
    what = f"remedy-{state}"
    return Decision(happened(_with(held, known), Event(at, "wallet", what, status, f"{remedy.number}: {remedy.kind}")), what=what)


def ask_again(held: Life, now: datetime, patience: WalletPatience) -> tuple[Life, list[Message]]:
    """Under the same key, so that a second request pays nothing twice."""
    life, emit = held, list[Message]()
    for remedy in held.remedies:
        if remedy.is_with_the_wallet and remedy.answer_by is not None and remedy.answer_by <= now:
            again = _asked(remedy, patience, now)
            life = _with(life, again)
            emit.append(_request(held, again))
    return life, emit


def _proposed(held: Life, command: ProposeRemedy, at: datetime) -> Remedy:
    if command.kind in MONEY and command.amount is None:
        raise Refused("amount-needed")
    transaction = _transaction(held, command)
    if command.kind not in OURS_TO_DO and (transaction is None or transaction.account_id is None):
        raise Refused("account-unknown")
    if command.kind is RemedyKind.REFUND and transaction is not None and not _leaves_room(held, command, transaction):
        raise Refused("more-than-the-transaction")
    number = len(held.remedies) + 1
    return Remedy(
        number,
        f"{held.complaint_id}/{number}",
        command.kind,
        command.reason,
        command.by,
        at,
        amount=command.amount,
        currency=command.currency,
        transaction_id=transaction.transaction_id if transaction else None,
        account_id=transaction.account_id if transaction else None,
    )


def _transaction(held: Life, command: ProposeRemedy) -> Transaction | None:
    """The one that the command names, or the only one that the ledger ever named for this complaint."""
    found = {one.transaction_id: one for lookup in held.lookups for one in lookup.transactions}
    if command.transaction_id is not None:
        return found.get(command.transaction_id)
    return next(iter(found.values())) if len(found) == 1 else None


def _leaves_room(held: Life, command: ProposeRemedy, transaction: Transaction) -> bool:
    refunds = [one for one in held.remedies if one.kind is RemedyKind.REFUND and one.state in COUNTS]
    before = sum(one.amount or 0 for one in refunds if one.transaction_id == transaction.transaction_id)
    return command.currency == transaction.currency and before + (command.amount or 0) <= transaction.amount


def _open_proposal(held: Life, number: int) -> Remedy:
    remedy = next((one for one in held.remedies if one.number == number), None)
    if remedy is None or remedy.state is not RemedyState.PROPOSED:
        raise Refused("nothing-proposed")
    return remedy


def _approved(held: Life, remedy: Remedy, by: AgentId, patience: WalletPatience, at: datetime) -> Deed:
    reason = f"{remedy.number}: {remedy.kind}"
    if remedy.kind in OURS_TO_DO:
        return Deed(_with(held, replace(remedy, state=RemedyState.DONE, decided_by=by)), reason=reason)
    approved = _asked(replace(remedy, state=RemedyState.APPROVED, decided_by=by), patience, at)
    return Deed(_with(held, approved), [_request(held, approved)], reason)


def _asked(remedy: Remedy, patience: WalletPatience, at: datetime) -> Remedy:
    attempt = remedy.attempt + 1
    return replace(remedy, attempt=attempt, answer_by=at + patience.answer_within * min(attempt, LONGEST_WAITS))


def _with(held: Life, remedy: Remedy) -> Life:
    return replace(held, remedies=tuple(remedy if one.number == remedy.number else one for one in held.remedies))


def _request(held: Life, remedy: Remedy) -> ExecuteRemedy:
    assert remedy.account_id is not None
    return ExecuteRemedy(
        complaint_id=held.complaint_id,
        remedy_id=remedy.remedy_id,
        kind=remedy.kind,
        amount=remedy.amount,
        currency=remedy.currency,
        transaction_id=remedy.transaction_id,
        account_id=remedy.account_id,
        attempt=remedy.attempt,
    )
