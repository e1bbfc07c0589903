"""When a target that starts now is due. Real hours only so far: the house's targets run day and night (policies/house.toml)."""

from datetime import datetime, timedelta


def due(started_at: datetime, target: timedelta) -> datetime:
    return started_at + target


def approaching(started_at: datetime, due_at: datetime, share: float) -> datetime:
    """The moment at which `share` of the time is used up."""
    return started_at + (due_at - started_at) * share
