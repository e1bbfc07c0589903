"""What the watchdog is told from outside: its targets."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from services.sla_watchdog.targets import Targets
from shared.policy import load
from shared.settings import ServiceSettings


class SlaWatchdogSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SLA_WATCHDOG_", extra="ignore")

    policy_file: Path = Path(__file__).parent / "policies" / "house.toml"

    def targets(self) -> Targets:
        """Raises `BadPolicy` with the file and the place, before anything is consumed."""
        return load(self.policy_file, Targets)
