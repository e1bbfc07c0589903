"""What the customer was asked for, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.vocabulary import Material, Personal


class MaterialState(StrEnum):
    OPEN = "open"
    RECEIVED = "received"
    WAIVED = "waived"
    KNOWN = "known"
    """The ledger answered it."""
    UNANSWERED = "unanswered"
    """It did not come within the time that the customer was given."""


@dataclass(frozen=True, slots=True)
class Requested:
    """One thing that the customer was asked for."""

    material: Material
    requested_at: datetime
    state: MaterialState = MaterialState.OPEN
    settled_at: datetime | None = None
    reason: Personal[str | None] = None
