"""All that casework's rules look up, in one place."""

from dataclasses import dataclass, field

from services.casework.commands.accrual import Compensation
from services.casework.keys import Keys
from services.casework.policies.identity_policy import IdentityPolicy
from services.casework.policies.organisation import Organisation, Permissions, RootCauses, WalletPatience
from services.casework.policies.regimes import Regimes
from services.casework.policies.retention import Retention
from services.casework.records.remedy import Limits


@dataclass(frozen=True, slots=True)
class Rulebook:
    organisation: Organisation
    permissions: Permissions
    root_causes: RootCauses
    limits: Limits
    regimes: Regimes
    retention: Retention
    identity: IdentityPolicy
    compensation: Compensation
    wallet: WalletPatience
    keys: Keys = field(default_factory=Keys)
