"""What casework is told from outside: who works here, what they may do, and how much they may spend."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.casework.commands.accrual import Compensation
from services.casework.keys import Keys
from services.casework.learning.likeness import Likenesses
from services.casework.policies.identity_policy import IdentityPolicy
from services.casework.policies.organisation import Organisation, Permissions, RootCauses, WalletPatience
from services.casework.policies.regimes import Regimes
from services.casework.policies.retention import Retention
from services.casework.policies.rulebook import Rulebook
from services.casework.records.remedy import Limits
from shared.codes import PURPOSE
from shared.policy import load
from shared.settings import HouseSettings, ServiceSettings

HERE = Path(__file__).parent / "policies"


def keys_of(house: HouseSettings) -> Keys:
    """Raises `ValueError` where the deployment has no secret."""
    return Keys(house.key_for(PURPOSE), house.key_for("accounts"))


class CaseworkSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="CASEWORK_", extra="ignore")

    organisation_file: Path = HERE / "organisation.toml"
    permissions_file: Path = HERE / "permissions.toml"
    root_causes_file: Path = HERE / "root_causes.toml"
    limits_file: Path = HERE / "limits.toml"
    incidents_file: Path = HERE / "incidents.toml"
    regimes_file: Path = HERE / "regimes.toml"
    retention_file: Path = HERE / "retention.toml"
    identity_file: Path = HERE / "identity.toml"
    compensation_file: Path = HERE / "compensation.toml"

    wallet_answer_within_s: float = Field(default=30.0, ge=0.1, le=86_400)
    ledger_attempts: int = Field(default=3, ge=1, le=100)

    def rulebook(self) -> Rulebook:
        """Raises `BadPolicy` with the file and the place, before anything is consumed."""
        return Rulebook(
            load(self.organisation_file, Organisation, {"person": "people"}),
            load(self.permissions_file, Permissions),
            load(self.root_causes_file, RootCauses),
            load(self.limits_file, Limits, {"limit": "limits"}),
            load(self.regimes_file, Regimes, {"regime": "regimes", "body": "bodies"}),
            load(self.retention_file, Retention),
            load(self.identity_file, IdentityPolicy, {"account_action": "account_actions"}),
            load(self.compensation_file, Compensation),
            WalletPatience(timedelta(seconds=self.wallet_answer_within_s), self.ledger_attempts),
        )

    def likenesses(self) -> Likenesses:
        """Raises `BadPolicy` like `rulebook`."""
        return load(self.incidents_file, Likenesses, {"likeness": "likenesses"})
