"""What routing is told from outside: its table."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from services.routing.table import Table
from shared.policy import load
from shared.settings import ServiceSettings


class RoutingSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="ROUTING_", extra="ignore")

    table_file: Path = Path(__file__).with_name("table.toml")

    def table(self) -> Table:
        """Raises `BadPolicy` with the file and the place, before anything is consumed."""
        return load(self.table_file, Table, {"rule": "rules"})
