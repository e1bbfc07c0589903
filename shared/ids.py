"""Ids that follow from what they name: the same cause gives the same id, on every replica and for ever."""

from uuid import UUID, uuid5

NAMESPACE = UUID("6f1dfb39-7a5e-5b0e-9d0a-5d6c2d1f7c11")
"""Makes our uuid5 ids ours. It never changes: ids that were given stay."""


def event_id(service: str, aggregate_id: str, cause_id: str, kind: str, position: int) -> str:
    """The same cause always gives the same ids, so whoever hears an event twice can drop it."""
    return str(uuid5(NAMESPACE, "\0".join((service, aggregate_id, cause_id, kind, str(position)))))
