"""How a complaint stands, for the customer who asks: where it is, what comes next, until when."""

from datetime import datetime

from services.notification.correspondence import LOST, Correspondence
from services.notification.letters import materials, shown
from services.notification.phrasebook import Tongue
from services.notification.promises import Promises
from services.notification.standing import WAITING, Review, first_priority, still_wanted, waited
from shared.contracts.vocabulary import ClockKind, MessageKind, NoticeKind, Status

ANSWERS = frozenset({NoticeKind.ANSWER, NoticeKind.OUTCOME})
UNDER_WAY = frozenset({Status.REGISTERED, Status.ROUTED, Status.IN_PROGRESS})
DECISION_CLOCKS = (ClockKind.RESOLUTION, ClockKind.FINAL_RESPONSE)


def progress(held: Correspondence, kind: MessageKind, tongue: Tongue, promises: Promises, at: datetime) -> str:
    status = held.status or (Status.RESOLVED if _last(held, NoticeKind.OUTCOME) else Status.REGISTERED)
    answer_by, decide_by = _answer_by(held), _decide_by(held, status, promises, at)
    promised = answer_by or decide_by
    return tongue.write(
        "progress",
        number=held.number,
        kind=kind,
        status=tongue.words.statuses[status],
        next_step=tongue.words.next_steps[status],
        materials=materials(still_wanted(held.asked, held.moves), tongue) if status is Status.WAITING_FOR_CUSTOMER else [],
        review=_review(held, tongue),
        outcome_at=shown(_last(held, NoticeKind.OUTCOME), held.zone, tongue),
        answer_at=shown(_last(held, NoticeKind.ANSWER), held.zone, tongue),
        answer_by=shown(answer_by, held.zone, tongue),
        decide_by=shown(decide_by, held.zone, tongue),
        late=promised is not None and at > promised,
    )


def _answer_by(held: Correspondence) -> datetime | None:
    """The first promise, until a person has answered or nobody is owed an answer any more."""
    owed = held.status is None or held.status in UNDER_WAY | WAITING
    answered = any(one.kind in ANSWERS and one.state not in LOST for one in held.notices)
    return held.promised(ClockKind.FIRST_RESPONSE) if owed and not answered else None


def _decide_by(held: Correspondence, status: Status, promises: Promises, at: datetime) -> datetime | None:
    """While somebody outside is waited for there is no such moment."""
    if status not in UNDER_WAY:
        return None
    if moved := [held.extended[one] for one in DECISION_CLOCKS if one in held.extended]:
        return max(moved)
    priority = first_priority(held.moves)
    if priority is None:
        return None
    return held.received_at + promises.decision_within(held.category, priority) + waited(held.moves, at)


def _review(held: Correspondence, tongue: Tongue) -> dict[str, str] | None:
    under_way: Review | None = next((one for one in held.reviews if one.by), None)
    if under_way is None or under_way.by is None:
        return None
    return {"number": under_way.number, "by": tongue.moments.write_day(under_way.by)}


def _last(held: Correspondence, kind: NoticeKind) -> datetime | None:
    return max((one.told_at for one in held.notices if one.kind is kind and one.state not in LOST), default=None)
