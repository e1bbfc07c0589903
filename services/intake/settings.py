"""What intake is told from outside: the adapters, and the keys that derive from the house's secret."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.intake.identity import Keys
from shared.settings import HouseSettings, ServiceSettings


class IntakeSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore")

    original_kept_days: int = 90
    """How long the exact bytes of an inbound message are kept before their key is dropped."""

    reading_limit_s: float = Field(default=5.0, gt=0)
    """Processor seconds after which the reading of one message is given up."""


def keys(house: HouseSettings) -> Keys:
    return Keys(numbers=house.key_for("numbers"), identities=house.key_for("identities"))
