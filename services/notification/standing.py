"""How a complaint stands, as far as notification has heard. Whatever the order of what it hears, it knows the same in the end."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, Field

from shared.contracts import ComplaintMoved, Part
from shared.contracts.vocabulary import Material, Personal, Priority, Status

WAITING = frozenset({Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY})
"""The time for a decision stands still in these."""


class Move(Part):
    revision: int
    status: Status
    priority: Priority | None = None
    at: AwareDatetime


class Asked(Part):
    material: Material
    at: AwareDatetime


class Review(Part):
    """Of a decision. One that is over has no day any more by which it is promised."""

    appeal: int
    number: str
    by: date | None = None


class SurveyStep(StrEnum):
    NOT_ANSWERED = "not_answered"
    ANSWERED = "answered"
    OFFERED = "offered"
    """Answered, and the customer was offered the review."""


class Stranger(Part):
    """Somebody not known as the complaint's owner, who was told how to prove themselves; once a day."""

    who: Personal[str] = Field(description="a hash of the address")
    on: date


def with_move(moves: Sequence[Move], event: ComplaintMoved) -> tuple[Move, ...]:
    fresh = Move(revision=event.revision, status=event.status, priority=event.priority, at=event.moved_at)
    return tuple(sorted({*moves, fresh}, key=lambda one: (one.revision, one.at)))


def first_priority(moves: Sequence[Move]) -> Priority | None:
    """A promise once given is not shortened because the complaint became more urgent."""
    return next((one.priority for one in moves if one.priority), None)


def waited(moves: Sequence[Move], until: datetime) -> timedelta:
    """For how long the complaint has waited for somebody outside."""
    ends = [*(one.at for one in moves[1:]), until]
    spans = (max(end - one.at, timedelta()) for one, end in zip(moves, ends, strict=False) if one.status in WAITING)
    return sum(spans, timedelta())


def still_wanted(asked: Sequence[Asked], moves: Sequence[Move]) -> tuple[Material, ...]:
    """What was asked for since the work last went on."""
    answered_at = max((left.at for left, _ in _left_waiting(moves)), default=None)
    return tuple(dict.fromkeys(one.material for one in asked if answered_at is None or one.at >= answered_at))


def with_review(reviews: Sequence[Review], fresh: Review) -> tuple[Review, ...]:
    """One that is over does not begin again, in whatever order we hear."""
    of_it = [one for one in (*reviews, fresh) if one.appeal == fresh.appeal]
    kept = next((one for one in of_it if one.by is None), fresh)
    return tuple(sorted((*(one for one in reviews if one.appeal != fresh.appeal), kept), key=lambda one: one.appeal))


def _left_waiting(moves: Sequence[Move]) -> list[tuple[Move, Move]]:
    pairs = zip(moves[1:], moves, strict=False)
    return [(after, before) for after, before in pairs if before.status is Status.WAITING_FOR_CUSTOMER is not after.status]
