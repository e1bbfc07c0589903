"""All that casework's rules look up, in one place."""

from dataclasses import dataclass

from services.casework.organisation import Organisation, Permissions, RootCauses, WalletPatience
from services.casework.remedy import Limits


@dataclass(frozen=True, slots=True)
class Rulebook:
    organisation: Organisation
    permissions: Permissions
    root_causes: RootCauses
    limits: Limits
    wallet: WalletPatience
