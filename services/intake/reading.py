"""From a message to what intake makes of it: its parts told apart, then understood with what the adapter stands for."""

from services.intake.channels import parse
from services.intake.complaint import Parsed, Understanding
from services.intake.understanding import understand
from shared.adapters import AdapterEntry
from shared.contracts import Inbound


def read(message: Inbound, adapter: AdapterEntry) -> tuple[Parsed, Understanding]:
    """Raises `ValueError` where the channel's part cannot be read at all."""
    parsed = parse(message)
    understood = understand(
        parsed,
        channel=message.channel,
        language_hint=message.language or adapter.language,
        country=message.country or adapter.country,
        zone=adapter.zone,
        received_at=message.received_at,
    )
    return parsed, understood
