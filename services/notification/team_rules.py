"""What the teams are told: a clock that runs down, a complaint that moved up. Nothing of the customer's is in it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.notification.correspondence import Correspondence, TeamNoticeRecord, notice_id
from services.notification.promises import Teams
from services.notification.wording import one_line
from shared.contracts import AppealOpened, ComplaintEscalated, DeadlineApproaching, PriorityRaised, TeamNotice
from shared.contracts.vocabulary import ClockKind, Team
from shared.decision import Decision

REASON_LENGTH = 200
REVIEWS = Team("reviews")
"""They decide appeals, whichever team has the complaint."""


def warn_team(held: Correspondence, event: DeadlineApproaching, teams: Teams) -> Decision[Correspondence]:
    team = REVIEWS if event.clock is ClockKind.APPEAL_REVIEW else _responsible(held) or event.team or held.team or teams.default
    clock = f"{event.clock.replace('_', ' ')} {event.about}".strip()
    due = moment_of(event.due_at, teams)
    record = TeamNoticeRecord(
        notice_id=_next_id(held, "warning"),
        at=event.noticed_at,
        team=team,
        to=teams.address(team),
        about=_warning(event),
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


def tell_urgency(held: Correspondence, event: PriorityRaised, teams: Teams) -> Decision[Correspondence]:
    record = TeamNoticeRecord(
        notice_id=_next_id(held, "urgency"),
        at=event.raised_at,
        team=event.team,
        to=teams.address(event.team),
        about=f"urgency/{event.times}",
    )
    subject = f"{held.number}: the customer urges, priority {event.priority}"
    lines = (f"Priority: {event.priority}", f"Times: {event.times}", f"Received: {moment_of(held.received_at, teams)}")
    return _told(held, record, subject, "The customer asks again, and this complaint is more urgent now.", *lines)


def tell_reviewers(held: Correspondence, event: AppealOpened, by: date, teams: Teams) -> Decision[Correspondence]:
    """The complaint stays with its team: that one is told nothing."""
    record = TeamNoticeRecord(
        notice_id=_next_id(held, "review"),
        at=event.opened_at,
        team=REVIEWS,
        to=teams.address(REVIEWS),
        about=f"review/{event.appeal}",
    )
    subject = f"{event.appeal_number}: a review is asked for, promised by {by}"
    lines = (f"Review: {event.appeal_number}", f"Promised by: {by}", f"Priority: {event.priority}")
    return _told(held, record, subject, "Somebody who took no part in the decision is to review it.", *lines)


def _warning(event: DeadlineApproaching) -> str:
    """`warning/first_response/1`; more only where a clock has several warnings, or a complaint several such clocks."""
    further = (event.about, f"warning-{event.warning}" if event.warning > 1 else "")
    return "/".join(("warning", event.clock, str(event.generation), *filter(None, further)))


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


def _last_known_team(records: tuple[TeamNoticeRecord, ...]) -> Team | None:
    """Events come in any order: the highest level says who has the complaint, then the latest word. Reviewers never have it."""
    of_teams = [told for told in records if told.team != REVIEWS]
    return max(of_teams, key=lambda told: (told.level, told.at, told.team)).team if of_teams else None


def _next_id(held: Correspondence, kind: str) -> str:
    return notice_id(held.complaint_id, f"team-{kind}", len(held.team_notices) + 1)


def moment_of(moment: datetime, teams: Teams) -> str:
    return f"{moment.astimezone(ZoneInfo(teams.zone)):%Y-%m-%d %H:%M} {teams.zone}"
