"""The one complaint that all builders speak of unless told otherwise: its ids and its times."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.intake.numbers import number_for
from shared.contracts.vocabulary import ComplaintId, ComplaintNumber

RECEIVED_AT = datetime(2026, 11, 22, 2, 0, 5, tzinfo=UTC)
REGISTERED_AT = RECEIVED_AT + timedelta(seconds=2)
ROUTED_AT = REGISTERED_AT + timedelta(seconds=1)
FIRST_RESPONSE_DUE = RECEIVED_AT + timedelta(hours=24)


def a_complaint_id(name: str = "chat-0001") -> ComplaintId:
    """Another name gives another complaint."""
    return ComplaintId(str(uuid5(NAMESPACE_URL, f"complaint:{name}")))


def number_of(complaint_id: str) -> ComplaintNumber:
    """A well-formed number of its own for every complaint."""
    return number_for(ComplaintId(complaint_id), b"the key of the builders", 0)


def identified(changes: dict[str, Any]) -> dict[str, Any]:
    """The complaint's id and the number that belongs to it."""
    complaint_id = changes.get("complaint_id", a_complaint_id())
    return {"complaint_id": complaint_id, "number": number_of(complaint_id)}
