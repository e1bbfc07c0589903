"""What the teams are told: a clock that runs down, a complaint that moved up. Nothing of the customer's is in it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.notification.correspondence import Correspondence, TeamNoticeRecord, notice_id
from services.notification.promises import Teams
from services.notification.wording import one_line
from shared.contracts import ComplaintEscalated, DeadlineApproaching, TeamNotice
from shared.contracts.vocabulary import Team
from shared.decision import Decision

REASON_LENGTH = 200


def warn_team(held: Correspondence, event: DeadlineApproaching, teams: Teams) -> Decision[Correspondence]:
    team = _responsible(held) or event.team or held.team or teams.default
    clock = event.clock.replace("_", " ")
    due = moment_of(event.due_at, teams)
    record = TeamNoticeRecord(
        notice_id=_next_id(held, "warning"),
        at=event.noticed_at,
        team=team,
        to=teams.address(team),
        about=f"warning/{event.clock}/{event.generation}",
    )
    subject = f"{held.number}: {clock} due {due}"
    lines = (f"Clock: {clock}", f"Due: {due}", f"Policy: {event.policy}", f"Team: {team}")
    return _told(held, record, subject, "The time for this complaint is running out.", *lines)


def tell_escalation(held: Correspondence, event: ComplaintEscalated, teams: Teams) -> Decision[Correspondence]:
    record = TeamNoticeRecord(
        notice_id=_next_id(held, "escalation"),
        at=event.escalated_at,
        team=event.team,
        to=teams.address(event.team),
        about=f"escalation/{event.level}",
        level=event.level,
    )
    subject = f"{held.number}: escalated to {event.team}, level {event.level}"
    lines = (
        f"Reason: {one_line(event.reason)[:REASON_LENGTH]}",
        f"Level: {event.level}",
        f"From: {event.from_team}",
        f"To: {event.team}",
        f"Priority: {event.priority}",
        f"Escalated: {moment_of(event.escalated_at, teams)}",
        f"Received: {moment_of(held.received_at, teams)}",
    )
    return _told(held, record, subject, "This complaint is yours now.", *lines)


def _told(held: Correspondence, record: TeamNoticeRecord, subject: str, first: str, *lines: str) -> Decision[Correspondence]:
    if any(told.about == record.about for told in held.team_notices):
        return Decision.unchanged(held, "already-told")
    text = "\n".join((first, "", f"Complaint: {held.number}", f"Category: {held.category}", *lines))
    message = TeamNotice(notice_id=record.notice_id, to=record.to, subject=one_line(subject), text=text)
    records = (*held.team_notices, record)
    told = held.model_copy(update={"team_notices": records, "team": _last_known_team(records)})
    return Decision(told, emit=[message], what=f"{record.about.partition('/')[0]}-sent-to-team")


def _responsible(held: Correspondence) -> Team | None:
    """After an escalation was told, its team: the watchdog hears of no escalation and still names the one before."""
    return held.team if any(told.level for told in held.team_notices) else None


def _last_known_team(records: tuple[TeamNoticeRecord, ...]) -> Team:
    """Events come in any order: the highest level says who has the complaint, then the latest word."""
    return max(records, key=lambda told: (told.level, told.at, told.team)).team


def _next_id(held: Correspondence, kind: str) -> str:
    return notice_id(held.complaint_id, f"team-{kind}", len(held.team_notices) + 1)


def moment_of(moment: datetime, teams: Teams) -> str:
    return f"{moment.astimezone(ZoneInfo(teams.zone)):%Y-%m-%d %H:%M} {teams.zone}"
