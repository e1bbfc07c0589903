"""What complaints of one cause have in common: found in what customers state and the ledger answers, compared by keyed hashes."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from services.casework.life import Life
from services.casework.policies.organisation import Role
from shared.contracts import ComplaintRegistered, LedgerAnswered, Message, SimilarComplaint
from shared.contracts.vocabulary import Category, ComplaintId, FactKind
from shared.decision import Decision

STATED = frozenset({FactKind.ERROR_CODE, FactKind.DEVICE_MODEL, FactKind.APP_VERSION})
"""Facts that travel as they are. Of all others casework sees too little to compare them."""
FROM_THE_LEDGER = frozenset({FactKind.COUNTERPARTY})
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Likeness:
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    fact: FactKind
    within_hours: Annotated[int, Field(ge=1, le=24)]
    at_least: Annotated[int, Field(ge=2)]
    same_category: bool = False
    categories: frozenset[Category] = frozenset()

    def concerns(self, category: Category) -> bool:
        return not self.categories or category in self.categories

    def since(self, moment: datetime) -> datetime:
        """Where the window begins in which the moment lies: the same for all complaints of it, in whatever order they come."""
        at = moment.astimezone(UTC)
        midnight, window = at.replace(hour=0, minute=0, second=0, microsecond=0), timedelta(hours=self.within_hours)
        return midnight + (at - midnight) // window * window


def _comparable(likenesses: tuple[Likeness, ...]) -> tuple[Likeness, ...]:
    names = [one.name for one in likenesses]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise ValueError(f"named twice: {', '.join(twice)}")
    if wrong := sorted({one.fact for one in likenesses} - STATED - FROM_THE_LEDGER):
        raise ValueError(f"cannot be compared: {', '.join(wrong)}; expected one of {', '.join(sorted(STATED | FROM_THE_LEDGER))}")
    return likenesses


@dataclass(frozen=True, slots=True)
class Likenesses:
    version: str
    decided_by: frozenset[Role]
    """Who may confirm an incident, or dismiss it."""
    likenesses: Annotated[tuple[Likeness, ...], AfterValidator(_comparable)] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """Something that a complaint has, and that others may have too."""

    fact: FactKind
    value: str
    shown: str


@dataclass(frozen=True, slots=True)
class Subject:
    complaint_id: ComplaintId
    category: Category
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Alike:
    """The policy, and the key without which nobody finds out a merchant from its hash."""

    policy: Likenesses
    key: bytes = field(repr=False)

    def in_complaint(self, event: ComplaintRegistered) -> list[SimilarComplaint]:
        stated = [Stated(one.kind, str(one.value), str(one.value)[:SHOWN]) for one in event.facts if one.kind in STATED]
        return self._similar(Subject(event.complaint_id, event.category, event.received_at), stated, event.registered_at)

    def at_the_ledger(self, life: Life, event: LedgerAnswered) -> list[SimilarComplaint]:
        """Of the one transaction that is meant; of several nobody knows which."""
        name = event.transactions[0].counterparty if len(event.transactions) == 1 else None
        stated = [Stated(FactKind.COUNTERPARTY, name, f"{name[:1]}…")] if name else []
        return self._similar(Subject(life.complaint_id, life.category, life.received_at), stated, event.answered_at)

    def _similar(self, subject: Subject, stated: Iterable[Stated], at: datetime) -> list[SimilarComplaint]:
        return list({one.signature: one for one in self._found(subject, stated, at)}.values())

    def _found(self, subject: Subject, stated: Iterable[Stated], at: datetime) -> Iterator[SimilarComplaint]:
        for one in stated:
            for likeness in self.policy.likenesses:
                if likeness.fact is one.fact and likeness.concerns(subject.category):
                    yield self._with(likeness, subject, one, at)

    def _with(self, likeness: Likeness, subject: Subject, stated: Stated, at: datetime) -> SimilarComplaint:
        category = subject.category if likeness.same_category else None
        since = likeness.since(subject.received_at)
        whole = "\0".join((likeness.name, stated.value.strip().casefold(), category or "", since.isoformat()))
        return SimilarComplaint(
            complaint_id=subject.complaint_id,
            likeness=likeness.name,
            signature=hmac.digest(self.key, whole.encode(), "sha256").hex()[:32],
            shown=stated.shown,
            category=category,
            at_least=likeness.at_least,
            since=since,
            found_at=at,
        )


def also(decision: Decision[Life], similar: Iterable[Message]) -> Decision[Life]:
    """The same decision, with what makes the complaint similar to others told after it."""
    return Decision(decision.state, emit=(*decision.emit, *similar), what=decision.what, by=decision.by)
