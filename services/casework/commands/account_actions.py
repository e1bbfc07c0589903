"""Having the wallet core freeze an account, lift a block, or reset what opens it: asked once under one key, and for as long as it takes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.commands.identity import account_of
from services.casework.commands.permission import has_it
from services.casework.life import Happening, Life, happened, in_its_place
from services.casework.policies.identity_policy import Terms
from services.casework.policies.organisation import Person, WalletPatience
from services.casework.policies.rulebook import Rulebook
from services.casework.records.errand import Errand, ErrandState
from services.casework.steps import EVENTS
from shared.contracts import AccountActionReported, ExecuteAccountAction, Execution, Message, RequestAccountAction
from shared.contracts.vocabulary import IdentityLevel
from shared.decision import Decision

REPORTED: Mapping[Execution, ErrandState] = {
    Execution.PENDING: ErrandState.PENDING,
    Execution.EXECUTED: ErrandState.DONE,
    Execution.FAILED: ErrandState.FAILED,
}
RANK: Mapping[ErrandState, int] = {one: rank for rank, one in enumerate(ErrandState)}
"""Reports come in any order; the furthest counts."""


def request(held: Life, command: RequestAccountAction, rulebook: Rulebook, at: datetime) -> Deed:
    terms = rulebook.identity.terms(command.action)
    _may_ask(held, rulebook.organisation.by_id[command.by], terms)
    if held.identity.level.rank < terms.level.rank:
        raise Refused("identity-not-proved", needs=terms.level)
    account = held.identity.account_id if terms.level is not IdentityLevel.NONE else account_of(held)
    if account is None:
        raise Refused("account-unknown")
    if any(one.action is command.action and one.is_with_the_wallet for one in held.account_actions):
        raise Refused("with-the-wallet-already")
    number = len(held.account_actions) + 1
    # With the moment, as a remedy's: after a restored back-up the number may come again.
    key = f"{held.complaint_id}/account/{number}-{at:%Y%m%dT%H%M%S}"
    errand = _asked(Errand(number, key, command.action, command.reason, command.by, at, account), rulebook.wallet, at)
    life = replace(held, account_actions=(*held.account_actions, errand))
    return Deed(life, [_order(held, errand)], reason=f"{number}: {command.action}")


def hear(held: Life, event: AccountActionReported, at: datetime) -> Decision[Life]:
    errand = next((one for one in held.account_actions if one.action_id == event.action_id), None)
    if errand is None:
        return Decision.unchanged(held, "never-asked")
    state = REPORTED[event.state]
    if RANK[state] <= RANK[errand.state]:
        return Decision.unchanged(held, "reported-already")
    known = replace(
        errand, state=state, settled_at=at, reference=event.reference or errand.reference, why_not=event.reason or errand.why_not
    )
    what = f"account-action-{state}"
    line = Happening(at, "wallet", what, EVENTS[AccountActionReported][held.status], f"{errand.number}: {errand.action}")
    return Decision(happened(_with(held, known), line), what=what)


def ask_again(held: Life, now: datetime, patience: WalletPatience) -> tuple[Life, list[Message]]:
    """Under the same key, so that a second request does nothing twice."""
    life, emit = held, list[Message]()
    for errand in held.account_actions:
        if errand.is_with_the_wallet and errand.answer_by is not None and errand.answer_by <= now:
            again = _asked(errand, patience, now)
            life = _with(life, again)
            emit.append(_order(held, again))
    return life, emit


def _may_ask(held: Life, person: Person, terms: Terms) -> None:
    if held.category in terms.at_once_on:
        return
    if person.role not in terms.roles:
        raise Refused("not-permitted")
    if not has_it(held, person):
        raise Refused("not-yours")


def _asked(errand: Errand, patience: WalletPatience, at: datetime) -> Errand:
    attempt = errand.attempt + 1
    return replace(errand, attempt=attempt, answer_by=patience.until(attempt, at))


def _with(held: Life, errand: Errand) -> Life:
    return replace(held, account_actions=in_its_place(held.account_actions, errand))


def _order(held: Life, errand: Errand) -> ExecuteAccountAction:
    return ExecuteAccountAction(
        complaint_id=held.complaint_id,
        action_id=errand.action_id,
        action=errand.action,
        account_id=errand.account_id,
        attempt=errand.attempt,
        requested_at=errand.requested_at,
    )
