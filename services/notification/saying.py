"""What is for the customer alone, before it is put into words. It is kept while the customer is known in public only."""

from datetime import date

from pydantic import AwareDatetime, Field

from shared.contracts import Part, Point, RemedyTold
from shared.contracts.vocabulary import AppealDecision, ClockKind, Material, NoticeKind, Personal, Regime, Verdict


class Saying(Part):
    kind: NoticeKind
    text: str = Field(default="", description="which template, where it is not the kind's own")
    words: Personal[str] = Field(default="", description="an agent's")
    materials: tuple[Material, ...] = ()
    clock: ClockKind | None = None
    due_at: AwareDatetime | None = None
    regime: Regime = "house"
    outside_body: str | None = Field(default=None, description="who may be asked next; a name of the bodies' file")
    decision: Verdict | None = None
    ruling: AppealDecision | None = None
    points: tuple[Point, ...] = ()
    remedies: tuple[RemedyTold, ...] = ()
    appeal_until: AwareDatetime | None = None
    appeal_number: str = ""
    review_by: date | None = None
    last: bool = Field(default=False, description="of reminders")

    @property
    def template(self) -> str:
        return self.text or self.kind
