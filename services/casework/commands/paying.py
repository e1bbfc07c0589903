"""Having the wallet execute a remedy exactly once: asked under one key until it answers, and what its reports mean."""

from dataclasses import replace
from datetime import datetime

from services.casework.life import Happening, Life, happened, in_its_place, taken_up_again
from services.casework.policies.organisation import WalletPatience
from services.casework.records.remedy import Remedy, RemedyState
from services.casework.steps import EVENTS
from shared.contracts import ExecuteRemedy, Execution, Message, RemedyMoved, RemedyReported
from shared.contracts.vocabulary import RemedyStep
from shared.decision import Decision

STEP = {RemedyState.DONE: RemedyStep.DONE, RemedyState.FAILED: RemedyStep.FAILED}
REPORTED = {Execution.PENDING: RemedyState.PENDING, Execution.EXECUTED: RemedyState.DONE, Execution.FAILED: RemedyState.FAILED}
RANK = {RemedyState.APPROVED: 0, RemedyState.PENDING: 1, RemedyState.DONE: 2, RemedyState.FAILED: 3}
"""Reports come in any order. A payment that was executed may still come back; one that failed is over, and needs a new remedy."""


def hear_of_execution(held: Life, event: RemedyReported, at: datetime) -> Decision[Life]:
    """The report of the highest rank counts. A payment that failed after all takes the complaint up again."""
    remedy = next((one for one in held.remedies if one.remedy_id == event.remedy_id), None)
    state = REPORTED[event.state]
    if remedy is None or remedy.state not in RANK:
        return Decision.unchanged(held, "never-asked")
    if RANK[state] <= RANK[remedy.state]:
        return Decision.unchanged(held, "reported-already")
    known = replace(
        remedy, state=state, reference=event.reference or remedy.reference, why_not=event.reason or remedy.why_not, settled_at=at
    )
    reopens = state is RemedyState.FAILED and not _of_open_appeal(held, remedy)
    life = with_remedy(taken_up_again(held) if reopens else held, known)
    status = EVENTS[RemedyReported][held.status] if reopens else held.status
    what = f"remedy-{state}"
    tell = [moved(held, known, STEP[state], at)] if state in STEP else []
    return Decision(happened(life, Happening(at, "wallet", what, status, f"{remedy.number}: {remedy.kind}")), emit=tell, what=what)


def ask_again(held: Life, now: datetime, patience: WalletPatience) -> tuple[Life, list[Message]]:
    """Under the same key, so that a second request pays nothing twice."""
    life, emit = held, list[Message]()
    for remedy in held.remedies:
        if remedy.is_with_the_wallet and remedy.answer_by is not None and remedy.answer_by <= now:
            again = asked(remedy, patience, now)
            life = with_remedy(life, again)
            emit.append(request(held, again))
    return life, emit


def _of_open_appeal(held: Life, remedy: Remedy) -> bool:
    return held.open_appeal is not None and remedy.appeal == held.open_appeal.number


def moved(held: Life, remedy: Remedy, step: RemedyStep, at: datetime) -> RemedyMoved:
    return RemedyMoved(
        complaint_id=held.complaint_id,
        number=held.number,
        remedy=remedy.number,
        kind=remedy.kind,
        amount=remedy.amount,
        currency=remedy.currency,
        step=step,
        moved_at=at,
    )


def asked(remedy: Remedy, patience: WalletPatience, at: datetime) -> Remedy:
    attempt = remedy.attempt + 1
    return replace(remedy, attempt=attempt, answer_by=patience.until(attempt, at))


def with_remedy(held: Life, remedy: Remedy) -> Life:
    return replace(held, remedies=in_its_place(held.remedies, remedy))


def request(held: Life, remedy: Remedy) -> ExecuteRemedy:
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
