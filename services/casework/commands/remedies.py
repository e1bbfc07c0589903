"""Proposing a remedy, and approving it by somebody else above one's limit. `paying.py` has the wallet execute it."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.accrual import reckoned
from services.casework.commands.appealing import took_part
from services.casework.commands.deed import Deed, Refused
from services.casework.commands.investigation import findings
from services.casework.commands.paying import asked, moved, request, with_remedy
from services.casework.life import Life
from services.casework.policies.rulebook import Rulebook
from services.casework.records.remedy import COUNTS, MONEY, OURS_TO_DO, Remedy, RemedyState
from services.casework.steps import DECIDED
from shared.contracts import (
    ApproveRemedy,
    ProposeRemedy,
    RejectRemedy,
    Transaction,
    TransactionState,
)
from shared.contracts.vocabulary import AgentId, Currency, RemedyKind, RemedyStep
from shared.contracts.wallet import GIVES_BACK


def propose(held: Life, command: ProposeRemedy, rulebook: Rulebook, at: datetime) -> Deed:
    """Within the proposer's own limit it is approved with that; above it, where the ledger does not bear the customer out, or where
    another complaint may have brought the same, somebody else must.
    """
    _worked_on(held)
    if is_for_review(held) and held.open_appeal and held.open_appeal.reviewer != command.by:
        raise Refused("not-yours")
    transaction = _transaction(held, command)
    remedy = _proposed(held, reckoned(held, command, transaction, rulebook.compensation, at), transaction, at)
    if remedy.account_id is not None:
        remedy = replace(remedy, payee=rulebook.keys.account(remedy.account_id))
    life = replace(held, remedies=(*held.remedies, remedy))
    nobody_else_need_look = _is_the_customers(held, transaction) and not _may_be_given_elsewhere(held, remedy)
    if _covered(life, remedy, rulebook, command.by) and (remedy.kind in OURS_TO_DO or nobody_else_need_look):
        return _approved(life, remedy, command.by, rulebook, at)
    return Deed(life, reason=f"{remedy.number}: {remedy.kind}")


def approve(held: Life, command: ApproveRemedy, rulebook: Rulebook, at: datetime) -> Deed:
    _worked_on(held)
    remedy = _of(held, command.remedy, RemedyState.PROPOSED)
    if remedy.proposed_by == command.by:
        raise Refused("own-proposal")
    if is_for_review(held) and command.by in took_part(held):
        raise Refused("took-part")
    if not _covered(held, remedy, rulebook, command.by):
        raise Refused("above-your-limit")
    _still_so(held, remedy)
    return _approved(held, remedy, command.by, rulebook, at)


def reject(held: Life, command: RejectRemedy, _: Rulebook, at: datetime) -> Deed:
    """What was proposed is not done; what failed is set aside."""
    _worked_on(held)
    remedy = _of(held, command.remedy, RemedyState.PROPOSED, RemedyState.FAILED)
    rejected = replace(remedy, state=RemedyState.REJECTED, decided_by=command.by, why_not=command.reason, settled_at=at)
    tell = [moved(held, rejected, RemedyStep.REJECTED, at)] if remedy.state is RemedyState.FAILED else []
    return Deed(with_remedy(held, rejected), tell, f"{remedy.number}: {command.reason}")


def is_for_review(held: Life) -> bool:
    return held.status in DECIDED and held.open_appeal is not None


def _worked_on(held: Life) -> None:
    """After the decision money moves for a review only."""
    if not held.is_worked_on:
        raise Refused("no-open-appeal")


def _proposed(held: Life, command: ProposeRemedy, transaction: Transaction | None, at: datetime) -> Remedy:
    """Whatever the wallet executes goes to the account that the ledger knows."""
    amount, currency = _sum(command, transaction)
    if command.kind not in OURS_TO_DO:
        if transaction is None or transaction.account_id is None:
            raise Refused("account-unknown")
        if command.kind in GIVES_BACK and transaction.state is TransactionState.REVERSED:
            raise Refused("reversed-already")
        if command.kind in GIVES_BACK and not _leaves_room(held, (amount or 0, currency), transaction):
            raise Refused("more-than-the-transaction")
    number = len(held.remedies) + 1
    return Remedy(
        number,
        # With the moment: after a restored back-up the number may come again, and must not meet an older payment.
        f"{held.complaint_id}/{number}-{at:%Y%m%dT%H%M%S}",
        command.kind,
        command.reason,
        command.by,
        at,
        amount=amount,
        currency=currency,
        transaction_id=transaction.transaction_id if transaction else None,
        account_id=transaction.account_id if transaction else None,
        appeal=held.open_appeal.number if held.open_appeal and is_for_review(held) else None,
    )


def _still_so(held: Life, remedy: Remedy) -> None:
    """What the ledger has said since it was proposed counts."""
    if remedy.kind in OURS_TO_DO:
        return
    transaction = _known(held, remedy.transaction_id)
    if transaction is None or transaction.account_id != remedy.account_id:
        raise Refused("account-unknown")
    if remedy.kind in GIVES_BACK and transaction.state is TransactionState.REVERSED:
        raise Refused("reversed-already")


def _sum(command: ProposeRemedy, transaction: Transaction | None) -> tuple[int | None, Currency | None]:
    """A repeated transaction moves what it moved; money needs an amount, and words have none."""
    if command.kind is RemedyKind.REPEAT_TRANSACTION and transaction is not None:
        return transaction.amount, transaction.currency
    if command.kind in MONEY and command.amount is None:
        raise Refused("amount-needed")
    if command.kind in OURS_TO_DO and command.amount is not None:
        raise Refused("no-money-in-this")
    return command.amount, command.currency


def _transaction(held: Life, command: ProposeRemedy) -> Transaction | None:
    """The one that the command names, or the only one that the ledger ever named."""
    named = {one.transaction_id for lookup in held.lookups for one in lookup.transactions}
    return _known(held, command.transaction_id or (next(iter(named)) if len(named) == 1 else None))


def _known(held: Life, transaction_id: str | None) -> Transaction | None:
    """As the ledger answered last. Not one of which it named two accounts."""
    answers = sorted((one for one in held.lookups if one.answered_at), key=lambda one: one.answered_at or one.asked_at)
    every = [one for lookup in answers for one in lookup.transactions if one.transaction_id == transaction_id]
    return every[-1] if every and len({one.account_id for one in every}) == 1 else None


def _is_the_customers(held: Life, transaction: Transaction | None) -> bool:
    """The ledger confirms something that the customer said, contradicts nothing, and has the transaction at its end; and it is on the
    account that the customer has proved to be theirs, where they have proved any.
    """
    if transaction is None or transaction.state is TransactionState.PENDING:
        return False
    if held.identity.account_id not in {None, transaction.account_id}:
        return False
    found = findings(held.facts, (transaction,))
    return bool(found) and all(one.confirmed for one in found)


def _may_be_given_elsewhere(held: Life, remedy: Remedy) -> bool:
    """What comes back of a transaction the wallet adds up over all complaints; compensation and goodwill nobody does but people."""
    return remedy.kind not in GIVES_BACK and bool(held.repeat_of or held.linked or held.duplicates)


def _leaves_room(held: Life, asked: tuple[int, Currency | None], transaction: Transaction) -> bool:
    amount, currency = asked
    given = [one for one in held.remedies if one.kind in GIVES_BACK and one.state in COUNTS]
    before = sum(one.amount or 0 for one in given if one.transaction_id == transaction.transaction_id)
    return currency == transaction.currency and before + amount <= transaction.amount


def _covered(held: Life, remedy: Remedy, rulebook: Rulebook, by: AgentId) -> bool:
    others = [one for one in held.remedies if one.number != remedy.number]
    return rulebook.limits.cover(rulebook.organisation.by_id[by], remedy, others)


def _of(held: Life, number: int, *states: RemedyState) -> Remedy:
    remedy = next((one for one in held.remedies if one.number == number), None)
    if remedy is None or remedy.state not in states:
        raise Refused("nothing-proposed")
    return remedy


def _approved(held: Life, remedy: Remedy, by: AgentId, rulebook: Rulebook, at: datetime) -> Deed:
    reason, decided = f"{remedy.number}: {remedy.kind}", replace(remedy, decided_by=by, limits=rulebook.limits.version)
    if remedy.kind in OURS_TO_DO:
        return Deed(with_remedy(held, replace(decided, state=RemedyState.DONE, settled_at=at)), reason=reason)
    approved = asked(replace(decided, state=RemedyState.APPROVED), rulebook.wallet, at)
    return Deed(with_remedy(held, approved), [request(held, approved), moved(held, approved, RemedyStep.APPROVED, at)], reason)
