"""What the watchdog is told from outside: its targets."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from services.sla_watchdog.targets import HOUSE, House, Law, Targets
from shared.policy import BadPolicy, load
from shared.settings import ServiceSettings


class SlaWatchdogSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SLA_WATCHDOG_", extra="ignore")

    policies_dir: Path = Path(__file__).with_name("policies")

    def targets(self) -> Targets:
        """Of `house.toml` and a file for each regime. Raises `BadPolicy` with the file and the place, before anything is consumed."""
        files = {one.stem: one for one in sorted(self.policies_dir.glob("*.toml"))}
        if HOUSE not in files:
            raise BadPolicy(f"{self.policies_dir}: no {HOUSE}.toml")
        return Targets(load(files.pop(HOUSE), House), {name: load(file, Law) for name, file in files.items()})
