"""All that casework's rules look up, in one place."""

from dataclasses import dataclass, field

from services.casework.accrual import Compensation
from services.casework.identity_policy import IdentityPolicy
from services.casework.keys import Keys
from services.casework.organisation import Organisation, Permissions, RootCauses, WalletPatience
from services.casework.regimes import Regimes
from services.casework.remedy import Limits
from services.casework.retention import Retention


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
