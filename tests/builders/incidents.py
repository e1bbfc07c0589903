"""Complaints that share an error code, and the incident that comes of them."""

from datetime import timedelta
from typing import Any

from shared.contracts import (
    ConfirmIncident,
    DismissIncident,
    IncidentPartlyTold,
    IncidentProposed,
    IncidentTold,
    SimilarComplaint,
)
from tests.builders.moments import RECEIVED_AT, REGISTERED_AT, a_complaint_id

SINCE = RECEIVED_AT.replace(hour=0, minute=0, second=0)
AN_INCIDENT = "inc-0123456789ab"


def a_similar_complaint(**changes: Any) -> SimilarComplaint:
    return SimilarComplaint(
        **{
            "complaint_id": a_complaint_id(),
            "likeness": "error-code",
            "signature": "5" * 32,
            "shown": "E1001",
            "at_least": 5,
            "since": SINCE,
            "found_at": REGISTERED_AT,
        }
        | changes
    )


def an_incident_proposed(**changes: Any) -> IncidentProposed:
    return IncidentProposed(
        **{
            "incident_id": AN_INCIDENT,
            "likeness": "error-code",
            "shown": "E1001",
            "complaints": 5,
            "since": SINCE,
            "proposed_at": REGISTERED_AT + timedelta(hours=1),
        }
        | changes
    )


def an_incident_told(**changes: Any) -> IncidentTold:
    return IncidentTold(
        **{
            "complaint_id": a_complaint_id(),
            "incident_id": AN_INCIDENT,
            "text": "银行系统故障,款项今日全部到账。",
            "told_at": REGISTERED_AT + timedelta(hours=2),
        }
        | changes
    )


def an_incident_partly_told(**changes: Any) -> IncidentPartlyTold:
    return IncidentPartlyTold(**{"incident_id": AN_INCIDENT, "told": 50} | changes)


def a_confirmation(**changes: Any) -> ConfirmIncident:
    return ConfirmIncident(**{"incident_id": AN_INCIDENT, "by": "supervisor-1", "text": "银行系统故障,款项今日全部到账。"} | changes)


def a_dismissal(**changes: Any) -> DismissIncident:
    return DismissIncident(**{"incident_id": AN_INCIDENT, "by": "supervisor-1", "reason": "five different banks"} | changes)
