"""Which proofs count, who may take them, and which level an account action needs. Data: identity.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from services.casework.policies.organisation import Role
from shared.contracts.vocabulary import AccountAction, AdapterName, Category, IdentityLevel, ProofWay


@dataclass(frozen=True, slots=True)
class Terms:
    """Of one account action."""

    action: AccountAction
    level: IdentityLevel
    roles: frozenset[Role]
    at_once_on: frozenset[Category] = frozenset()
    """On a complaint of these anybody may who may ask for account actions at all, whoever has the complaint."""


def _each_way(ways: Mapping[ProofWay, frozenset[Role]]) -> Mapping[ProofWay, frozenset[Role]]:
    if missing := sorted(set(ProofWay) - set(ways)):
        raise ValueError(f"each way to prove oneself is named; missing: {', '.join(missing)}")
    return ways


def _each_action_once(terms: tuple[Terms, ...]) -> tuple[Terms, ...]:
    if sorted(one.action for one in terms) != sorted(AccountAction):
        raise ValueError(f"each of these is named once: {', '.join(AccountAction)}")
    return terms


@dataclass(frozen=True, slots=True)
class IdentityPolicy:
    version: str
    logged_in_by: frozenset[AdapterName]
    """Adapters that log their senders in: the account that they name is its owner's."""
    ways: Annotated[Mapping[ProofWay, frozenset[Role]], AfterValidator(_each_way)]
    account_actions: Annotated[tuple[Terms, ...], AfterValidator(_each_action_once)]

    def terms(self, action: AccountAction) -> Terms:
        return next(one for one in self.account_actions if one.action is action)
