"""What became of a notice. Reports come late, twice, and in any order: `settled` makes that harmless."""

from typing import TypeVar

from services.notification.correspondence import Correspondence, Dispatch, RefusalNotice, settled
from shared.contracts import DeliveryReported
from shared.decision import Decision

D = TypeVar("D", bound=Dispatch)


def record_delivery(held: Correspondence, report: DeliveryReported) -> Decision[Correspondence]:
    if all(known.notice_id != report.notice_id for known in (*held.notices, *held.team_notices)):
        return Decision.unchanged(held, "unknown-notice")
    notices, team_notices = _settled(held.notices, report), _settled(held.team_notices, report)
    if (notices, team_notices) == (held.notices, held.team_notices):
        return Decision.unchanged(held, "already-known")
    return Decision(held.model_copy(update={"notices": notices, "team_notices": team_notices}), what=f"notice-{report.state}")


def record_refusal_delivery(held: RefusalNotice, report: DeliveryReported) -> Decision[RefusalNotice]:
    if held.notice is None or held.notice.notice_id != report.notice_id:
        return Decision.unchanged(held, "unknown-notice")
    notice = settled(held.notice, report)
    if notice == held.notice:
        return Decision.unchanged(held, "already-known")
    return Decision(held.model_copy(update={"notice": notice}), what=f"notice-{report.state}")


def _settled(dispatches: tuple[D, ...], report: DeliveryReported) -> tuple[D, ...]:
    return tuple(settled(known, report) if known.notice_id == report.notice_id else known for known in dispatches)
