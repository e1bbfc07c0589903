"""When a customer may be erased, what stands against it and until when; legal holds; and who sees what is behind the dots."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from services.casework.commands.deed import Deed, Refused
from services.casework.life import Hold, Life
from services.casework.policies.retention import Retention
from services.casework.policies.rulebook import Rulebook
from services.casework.records.remedy import OWED
from shared.blanking import ERASED, blanked
from shared.contracts import CustomerErased, EraseCustomer, LiftLegalHold, SetLegalHold, UnmaskComplaint
from shared.contracts.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a customer may not be erased yet. `until` where time alone removes it."""

    why: Refused
    until: datetime | None = None
    source: str | None = None


def obstacles(held: Life, retention: Retention, at: datetime) -> Iterator[Obstacle]:
    """All of them, for whoever asks why."""
    if held.is_worked_on or held.status is Status.RESOLVED:
        yield Obstacle(Refused("still-open"))
    if any(one.state in OWED for one in held.remedies):
        yield Obstacle(Refused("remedy-owed"))
    if any(one.is_with_the_wallet for one in held.account_actions):
        yield Obstacle(Refused("with-the-wallet-already"))
    if any(one.answered_at is None for one in held.referrals):
        yield Obstacle(Refused("referral-open"))
    if held.legal_hold is not None:
        yield Obstacle(Refused("legal-hold"))
    keep = retention.of(held.regime)
    until = keep.until(held.received_at, _ended_at(held))
    if at < until:
        yield Obstacle(Refused("kept-by-law"), until, keep.source)


def erase(held: Life, _: EraseCustomer, rulebook: Rulebook, at: datetime) -> Deed:
    """The reason goes with everything else that people wrote; that it was erased, by whom and when, stays."""
    if held.erased_at is not None:
        raise Refused("erased-already")
    for obstacle in obstacles(held, rulebook.retention, at):
        raise obstacle.why
    erased = CustomerErased(complaint_id=held.complaint_id, number=held.number, erased_at=at)
    return Deed(blanked(replace(held, erased_at=at), ERASED), [erased], erases=True)


def hold(held: Life, command: SetLegalHold, _: Rulebook, at: datetime) -> Deed:
    if held.legal_hold is not None:
        raise Refused("held-already")
    return Deed(replace(held, legal_hold=Hold(command.by, at, command.reason)), reason=command.reason)


def lift(held: Life, command: LiftLegalHold, _: Rulebook, __: datetime) -> Deed:
    if held.legal_hold is None:
        raise Refused("not-held")
    return Deed(replace(held, legal_hold=None), reason=command.reason)


def unmask(held: Life, command: UnmaskComplaint, _: Rulebook, __: datetime) -> Deed:
    """Nothing changes but the record of it: the views look for it."""
    return Deed(held, reason=command.reason)


def _ended_at(held: Life) -> datetime:
    """Since when it has stood where it stands; a review or an outside body may have gone on after that."""
    since = held.received_at
    for before, after in pairwise(held.history):
        since = after.at if after.status is not before.status else since
    later = (*(one.decided_at for one in held.appeals), *(one.answered_at for one in held.referrals))
    return max([since, *filter(None, later)])
