"""What became of a notice. Reports come late, twice, and in any order: `settled` makes that harmless."""

from datetime import datetime
from typing import TypeVar

from services.notification.bodies import HOUSE
from services.notification.correspondence import Correspondence, Dispatch, NoticeState, RefusalNotice, settled
from shared.contracts import DeliveryReported, LetterReported
from shared.contracts.vocabulary import NoticeKind
from shared.decision import Decision

D = TypeVar("D", bound=Dispatch)


LEGAL_LETTERS = frozenset({NoticeKind.OUTCOME, NoticeKind.HOLDING_REPLY, NoticeKind.EXTENSION, NoticeKind.APPEAL_OUTCOME})
"""A legal clock is met when one of these leaves, and not before."""


def record_delivery(held: Correspondence, report: DeliveryReported, at: datetime) -> Decision[Correspondence]:
    if all(known.notice_id != report.notice_id for known in (*held.notices, *held.team_notices)):
        return Decision.unchanged(held, "unknown-notice")
    notices, team_notices = _settled(held.notices, report), _settled(held.team_notices, report)
    if (notices, team_notices) == (held.notices, held.team_notices):
        return Decision.unchanged(held, "already-known")
    known = held.model_copy(update={"notices": notices, "team_notices": team_notices})
    return Decision(known, emit=_letters_reported(held, known, at), what=f"notice-{report.state}")


def hear_of_delivery(held: Correspondence, report: DeliveryReported, adapter: str, at: datetime) -> Decision[Correspondence]:
    """What became of a notice only the adapter says that was given it: a legal deadline hangs on its word."""
    if any(known.notice_id == report.notice_id and known.adapter != adapter for known in held.notices):
        return Decision.unchanged(held, "another-adapters-notice")
    return record_delivery(held, report, at)


def record_refusal_delivery(held: RefusalNotice, report: DeliveryReported) -> Decision[RefusalNotice]:
    if held.notice is None or held.notice.notice_id != report.notice_id:
        return Decision.unchanged(held, "unknown-notice")
    notice = settled(held.notice, report)
    if notice == held.notice:
        return Decision.unchanged(held, "already-known")
    return Decision(held.model_copy(update={"notice": notice}), what=f"notice-{report.state}")


def _letters_reported(before: Correspondence, after: Correspondence, at: datetime) -> list[LetterReported]:
    """Of the house's own rules no clock waits for a letter. What never left cannot come back."""
    if after.regime == HOUSE:
        return []
    moved = [(old, new) for old, new in zip(before.notices, after.notices, strict=True) if new.state is not old.state]
    return [
        LetterReported(
            complaint_id=after.complaint_id,
            number=after.number,
            notice_id=new.notice_id,
            letter=new.kind,
            dispatched_at=new.at if new.state is NoticeState.DELIVERED else None,
            reported_at=at,
        )
        for old, new in moved
        if new.kind in LEGAL_LETTERS and NoticeState.DELIVERED in {old.state, new.state}
    ]


def _settled(dispatches: tuple[D, ...], report: DeliveryReported) -> tuple[D, ...]:
    return tuple(settled(known, report) if known.notice_id == report.notice_id else known for known in dispatches)
