"""Who complains again: a complaint within thirty days of another one of the same customer is its repeat. ADR-0003.

A customer's first complaint claims each of their identities for ever. Who finds one claimed claims the day as well, so that two
complaints of one day are linked whichever comes first, and then looks among the days around. First-time customers cost no read.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, timedelta

from services.intake import rules
from services.intake.complaint import Complaint
from services.intake.identity import customer_name
from services.intake.regime import CONTENT
from shared.contracts.vocabulary import Channel
from shared.decision import Claim, Create, Decision, Owned, Reaction, Recall

REPEATED_WITHIN = timedelta(days=30)
"""Rating and learning, "repeat complaint within 30 days": by when the company received them, whichever was read first."""


def counts(complaint: Complaint) -> bool:
    """Questions, ideas and praise do not, and an outside body that writes for many customers is none of them."""
    return bool(complaint.identities) and complaint.kind not in CONTENT and complaint.channel is not Channel.REFERRAL


def registering(decision: Decision[Complaint]) -> Reaction:
    """Registers it as what it turns out to be: the customer's only one lately, or a repeat."""
    mine = decision.state
    claims = [Claim(customer_name(one), lambda _: _returning(decision), at=mine.received_at) for one in mine.identities]
    return Create(mine.complaint_id, decision, claims=claims)


def _returning(decision: Decision[Complaint]) -> Reaction:
    mine = decision.state
    today = mine.received_at.astimezone(UTC).date()
    claims = [Claim(customer_name(one, today), lambda owner: _repeated(decision, owner), at=mine.received_at) for one in mine.identities]
    return Create(mine.complaint_id, decision, claims=claims, granted=lambda: _among_days(decision, today))


def _among_days(decision: Decision[Complaint], today: date) -> Reaction:
    def then(found: Mapping[str, Owned]) -> Reaction:
        nearest = _nearest(decision.state, found)
        return _repeated(decision, nearest) if nearest else Create(decision.state.complaint_id, decision)

    return Recall([name for one in decision.state.identities for name in _names_around(one, today)], then)


def _names_around(identity: str, today: date) -> Iterator[str]:
    yield customer_name(identity)
    for days in range(-REPEATED_WITHIN.days, REPEATED_WITHIN.days + 1):
        yield customer_name(identity, today + timedelta(days=days))


def _nearest(mine: Complaint, found: Mapping[str, Owned]) -> str | None:
    others = [(abs(one.at - mine.received_at), one.owner) for one in found.values() if one.owner != mine.complaint_id]
    distance, owner = min(others, default=(REPEATED_WITHIN, ""))
    return owner if owner and distance <= REPEATED_WITHIN else None


def _repeated(decision: Decision[Complaint], owner: str) -> Reaction:
    return Create(decision.state.complaint_id, rules.repeat(decision.state, owner))
