"""How it was, in the customer's eyes: solved? attitude? anything to do better?"""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event
from shared.contracts.commands import LONGEST_REASON, CaseworkCommand
from shared.contracts.vocabulary import ComplaintId, ComplaintNumber, Personal

ATTITUDE = Field(default=None, ge=1, le=5, description="1 is very bad, 5 is very good")


class RecordSurvey(CaseworkCommand):
    """The customer's answers, given to an agent. Answers by message come through intake."""

    key: ClassVar[str] = "complaint.survey.v1"

    solved: bool | None = None
    attitude: int | None = ATTITUDE
    suggestion: Personal[str | None] = Field(default=None, max_length=LONGEST_REASON)


class SurveyAnswered(Event):
    """The first answers count, and what a later one adds. Somebody whose trouble is not solved is offered the appeal."""

    key: ClassVar[str] = "complaint.survey-answered.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    solved: bool | None = None
    attitude: int | None = ATTITUDE
    appeal_until: AwareDatetime | None = Field(default=None, description="where an appeal is still open to the customer")
    by: str
    answered_at: AwareDatetime
