"""The second complaint: a review of what was decided, by somebody who took no part in it (ADR-0024)."""

from typing import ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator

from shared.contracts.base import Event
from shared.contracts.commands import LONGEST_REASON, LONGEST_WORDS, CaseworkCommand
from shared.contracts.complaint import RemedyTold
from shared.contracts.vocabulary import (
    AppealDecision,
    ComplaintId,
    ComplaintNumber,
    Outcome,
    Personal,
    Priority,
    Regime,
    Verdict,
)


class AppealComplaint(CaseworkCommand):
    """The customer does not accept the decision; an agent records it. One that comes too late is answered, not dropped."""

    key: ClassVar[str] = "complaint.appeal.v1"

    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class TakeAppeal(CaseworkCommand):
    """A reviewer takes the open appeal: nobody who took part before, or reports to somebody who did."""

    key: ClassVar[str] = "complaint.take-appeal.v1"


class DecideAppeal(CaseworkCommand):
    """Uphold the first decision, change it, or overturn it. The first decision stays on record as it was."""

    key: ClassVar[str] = "complaint.decide-appeal.v1"

    ruling: AppealDecision
    decision: Verdict | None = Field(default=None, description="on the merits; owed where the first one does not stand")
    outcome: Outcome | None = Field(default=None, description="owed where the first decision does not stand")
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)
    text: Personal[str | None] = Field(default=None, max_length=LONGEST_WORDS, description="what the customer is told")

    @model_validator(mode="after")
    def _a_new_decision_is_named(self) -> Self:
        named = self.decision is not None and self.outcome is not None
        if named is (self.ruling is AppealDecision.UPHOLD):
            raise ValueError("a decision and an outcome are owed where the first decision does not stand, and only there")
        return self


class AppealOpened(Event):
    """A review is owed. Of one that came too late, only an answer."""

    key: ClassVar[str] = "complaint.appeal-opened.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    appeal: int = Field(ge=1, description="which of the complaint's appeals")
    appeal_number: str = Field(description="the complaint's number and a suffix: RD-7K3MQ-2XV9H-5/A1")
    late: bool = False
    regime: Regime = "house"
    outside_body: str | None = Field(default=None, description="who may still be asked; a name of the regimes' file")
    priority: Priority
    by: str = Field(description="an agent's id or `customer`")
    opened_at: AwareDatetime


class AppealDecided(Event):
    """The review is over. `decision` and `outcome` are those that hold now."""

    key: ClassVar[str] = "complaint.appeal-decided.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    appeal: int = Field(ge=1)
    appeal_number: str
    ruling: AppealDecision
    decision: Verdict
    outcome: Outcome
    regime: Regime = "house"
    outside_body: str | None = None
    remedies: tuple[RemedyTold, ...] = Field(default=(), description="what the review brought")
    text: Personal[str | None] = None
    by: str
    decided_at: AwareDatetime
