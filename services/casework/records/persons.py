"""Who is who about one complaint: how sure we are of the customer, who acts for them, and who must keep away."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.vocabulary import AgentId, IdentityLevel, Personal, Relation

TRIES = 5
CODE_LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Code:
    """One that was sent. Its digits stand nowhere: they derive from `code_id` (`shared/codes.py`)."""

    code_id: str
    account_id: Personal[str]
    issued_by: AgentId
    issued_at: datetime
    wrong: int = 0
    """How often another one was told."""
    used_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        return self.issued_at + CODE_LASTS

    def may_be_tried(self, at: datetime) -> bool:
        return self.used_at is None and self.wrong < TRIES and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Identity:
    """What is proved, and of which account's owner. Nothing is proved of any other account."""

    level: IdentityLevel = IdentityLevel.NONE
    account_id: Personal[str | None] = None
    how: Personal[str] = ""
    by: str = ""
    at: datetime | None = None
    codes: tuple[Code, ...] = ()


UNPROVED = Identity()


@dataclass(frozen=True, slots=True)
class Representative:
    """Somebody who acts for the customer, and by what."""

    number: int
    name: Personal[str]
    relation: Relation
    authority: Personal[str]
    by: AgentId
    at: datetime
    until: datetime | None = None
    revoked_by: AgentId | None = None
    revoked_at: datetime | None = None
    why_revoked: Personal[str | None] = None


@dataclass(frozen=True, slots=True)
class Recusal:
    """An agent who has nothing to do with the complaint from then on."""

    agent: AgentId
    by: AgentId
    at: datetime
    reason: Personal[str]
