"""Complaints of one cause, found by what they have in common: counted, proposed to people, and told to all concerned at once."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Command, Event
from shared.contracts.vocabulary import AgentId, Category, ComplaintId, Personal

LONGEST_NOTICE = 1_000
"""Characters. It travels once for each complaint concerned, and fifty of them in one step."""


class SimilarComplaint(Event):
    """A complaint shares something with others that policy counts: an error code, a merchant."""

    key: ClassVar[str] = "complaint.similar.v1"

    complaint_id: ComplaintId
    likeness: str = Field(description="which of the policy's likenesses")
    signature: str = Field(description="keyed hash of what they share, and of the time window: equal for complaints of one incident")
    shown: str = Field(description="as people may see it: `E1001`, `L…`")
    category: Category | None = Field(default=None, description="where the complaints share that too")
    at_least: int = Field(ge=1, description="how many of them policy makes an incident of")
    since: AwareDatetime = Field(description="when the time window begins")
    found_at: AwareDatetime


class IncidentProposed(Event):
    """So many complaints share something that a person should look whether they have one cause."""

    key: ClassVar[str] = "incident.proposed.v1"

    incident_id: str
    likeness: str
    shown: str
    category: Category | None = None
    complaints: int = Field(ge=1, description="how many, when it was proposed")
    since: AwareDatetime
    proposed_at: AwareDatetime


class IncidentTold(Event):
    """A confirmed incident concerns this complaint: the customer is told once, in private."""

    key: ClassVar[str] = "incident.told.v1"

    complaint_id: ComplaintId
    incident_id: str
    text: Personal[str] = Field(description="the words of whoever confirmed it")
    told_at: AwareDatetime


class IncidentPartlyTold(Event):
    """So many of the complaints concerned have their notice; the next ones follow."""

    key: ClassVar[str] = "incident.partly-told.v1"

    incident_id: str
    told: int = Field(ge=1)


class IncidentCommand(Command):
    incident_id: str = Field(pattern=r"^inc-[0-9a-f]{12}$")
    by: AgentId = Field(description="who asks; the organisation's file says what they may")


class ConfirmIncident(IncidentCommand):
    """These complaints have one cause. All concerned get one notice, and so does whoever complains of it later."""

    key: ClassVar[str] = "incident.confirm.v1"

    text: Personal[str] = Field(min_length=3, max_length=LONGEST_NOTICE, description="what the customers are told")


class DismissIncident(IncidentCommand):
    """These complaints have nothing to do with each other. Nobody is told."""

    key: ClassVar[str] = "incident.dismiss.v1"

    reason: Personal[str] = Field(min_length=3, max_length=500)
