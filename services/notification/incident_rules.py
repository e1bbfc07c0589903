"""What people hear of incidents: supervisors when one is proposed, each customer concerned once it is confirmed."""

from datetime import datetime

from services.notification.correspondence import Correspondence, IncidentNotice, TeamNoticeRecord, notice_id, settled
from services.notification.in_private import say
from services.notification.phrasebook import Phrasebook
from services.notification.promises import Teams
from services.notification.saying import Saying
from services.notification.team_rules import moment_of
from services.notification.wording import one_line
from shared.contracts import DeliveryReported, IncidentProposed, IncidentTold, TeamNotice
from shared.contracts.vocabulary import NoticeKind, Status, Team
from shared.decision import Decision

DECIDES = Team("supervisors")
KIND = "incident"


def propose(event: IncidentProposed, teams: Teams) -> Decision[IncidentNotice]:
    record = TeamNoticeRecord(
        notice_id=notice_id(event.incident_id, KIND, 1),
        at=event.proposed_at,
        team=DECIDES,
        to=teams.address(DECIDES),
        about=f"{KIND}/{event.incident_id}",
    )
    lines = (
        f"{event.complaints} complaints share the same {event.likeness.replace('-', ' ')}, and may have one cause.",
        "",
        f"Incident: {event.incident_id}",
        f"Shared: {one_line(event.shown)}",
        *((f"Category: {event.category}",) if event.category else ()),
        f"Since: {moment_of(event.since, teams)}",
        "",
        f"redress incident show {event.incident_id}",
    )
    subject = f"{event.incident_id}: {event.complaints} complaints of one cause?"
    message = TeamNotice(notice_id=record.notice_id, to=record.to, subject=subject, text="\n".join(lines))
    return Decision(IncidentNotice(incident_id=event.incident_id, notice=record), emit=[message], what="incident-sent-to-team")


def tell_incident(held: Correspondence, event: IncidentTold, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """Who took the complaint back wants to hear no more of it; of a duplicate the other complaint hears."""
    if held.status in {Status.WITHDRAWN, Status.DUPLICATE}:
        return Decision.unchanged(held, "nothing-to-tell")
    return say(held, Saying(kind=NoticeKind.PROGRESS, text=KIND, words=event.text), book, at)


def record_incident_delivery(held: IncidentNotice, report: DeliveryReported) -> Decision[IncidentNotice]:
    notice = settled(held.notice, report)
    if notice == held.notice:
        return Decision.unchanged(held, "already-known")
    return Decision(held.model_copy(update={"notice": notice}), what=f"notice-{report.state}")
