"""The customer urges: a complaint becomes more urgent, one step at most in a day, in whatever order the chasers are heard."""

from dataclasses import replace

from services.routing.rules import BY_URGENCY, Assignment, moved_on, times_urged, urgency
from services.routing.table import Table
from shared.contracts import FollowUpReceived, PriorityRaised
from shared.contracts.vocabulary import MessageKind
from shared.decision import Decision

WHY = "the customer urges"
MOST = len(BY_URGENCY) - 1
"""So many steps lead from the lowest priority to the highest: later chasers make no difference, and are not kept."""


def chase(held: Assignment, event: FollowUpReceived, table: Table) -> Decision[Assignment]:
    """A stranger urges nobody."""
    if event.kind is not MessageKind.CHASER:
        return Decision.unchanged(held, "no-chaser")
    if not event.owner_known:
        return Decision.unchanged(held, "owner-unknown")
    if times_urged(held, table) >= MOST:
        return Decision.unchanged(held, "urged-often-enough")
    urged = replace(held, chased=tuple(sorted({*held.chased, event.received_at})))
    priority = urgency(urged, table)
    if priority is held.priority:
        return Decision(urged, what="urged-no-further")
    raised = moved_on(urged, priority, event.received_at, WHY)
    return Decision(raised, emit=[_raised(raised, event, times_urged(raised, table))], what="priority-raised")


def _raised(held: Assignment, event: FollowUpReceived, times: int) -> PriorityRaised:
    return PriorityRaised(
        complaint_id=held.complaint_id,
        number=held.number,
        team=held.team,
        priority=held.priority,
        times=times,
        raised_at=event.received_at,
    )
