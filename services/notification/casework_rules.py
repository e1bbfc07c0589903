"""What the customer is told of the work on the complaint: answers, questions, more time, the outcome. All of it in private."""

from datetime import datetime

from services.notification.bodies import HOUSE
from services.notification.correspondence import Correspondence
from services.notification.in_private import no_private_way, say, say_all
from services.notification.phrasebook import Phrasebook
from services.notification.saying import Saying
from services.notification.standing import Asked, SurveyStep, still_wanted, with_move
from services.notification.wording import one_line
from shared.contracts import ComplaintMoved, ComplaintResolved, CustomerAnswered, DeadlineApproaching, DeadlineExtended, MaterialRequested
from shared.contracts.vocabulary import Channel, NoticeKind, Regime, Status
from shared.decision import Decision

TOLD_AT_ONCE = {Status.WITHDRAWN: "withdrawn", Status.DUPLICATE: "merged"}
"""Which letter."""
LAST_REMINDER = 2
"""Which of the watchdog's warnings is said to be the last."""


def tell_answer(held: Correspondence, event: CustomerAnswered, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """An agent's words, as they are."""
    words = (event.text or "").strip()
    if not words:
        return Decision.unchanged(held, "no-text")
    return say(held, Saying(kind=NoticeKind.ANSWER, words=words), book, at)


def tell_outcome(held: Correspondence, event: ComplaintResolved, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """Who hears the outcome at once is asked how it was; who hears it late, or has said so already, is not."""
    outcome = Saying(
        kind=NoticeKind.OUTCOME,
        words=(event.text or "").strip() or book.tongue(held.language).words.outcomes[event.outcome],
        regime=regime_of(event.regime, held),
        outside_body=event.outside_body,
        decision=event.decision,
        points=event.points,
        remedies=event.remedies,
        appeal_until=event.appeal_until,
    )
    return say_all(held, [outcome, Saying(kind=NoticeKind.SURVEY)] if _may_be_asked(held) else [outcome], book, at)


def ask_for_material(held: Correspondence, event: MaterialRequested, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    asked = (*held.asked, *(Asked(material=one, at=event.requested_at) for one in event.materials))
    return say(held.model_copy(update={"asked": asked}), Saying(kind=NoticeKind.MATERIAL_REQUEST, materials=event.materials), book, at)


def remind(held: Correspondence, event: DeadlineApproaching, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """It is not kept for later: by then it would be wrong."""
    wanted = still_wanted(held.asked, held.moves)
    if not wanted:
        return Decision.unchanged(held, "nothing-wanted")
    if why_not := no_private_way(held):
        return Decision.unchanged(held, why_not)
    last = event.warning >= LAST_REMINDER
    return say(held, Saying(kind=NoticeKind.REMINDER, materials=wanted, due_at=event.due_at, last=last), book, at)


def tell_extension(held: Correspondence, event: DeadlineExtended, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """A promise is only ever moved on. So the last moment that the customer hears is the right one, in whatever order we hear.

    A holding reply is owed by law: the first one goes out in any case, and says what was promised last.
    """
    promised = held.promised(event.clock)
    known = promised is not None and event.due_at <= promised
    if known and not _first_holding_reply(held, event):
        return Decision.unchanged(held, "no-later-than-promised")
    due_at = max(event.due_at, promised) if promised else event.due_at
    moved = held.model_copy(update={"extended": {**held.extended, event.clock: due_at}})
    saying = Saying(
        kind=event.letter,
        clock=event.clock,
        due_at=due_at,
        words=one_line(event.reason),
        regime=regime_of(event.regime, held),
        outside_body=event.outside_body,
    )
    return say(moved, saying, book, at)


def tell_move(held: Correspondence, event: ComplaintMoved, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """A withdrawal is confirmed, and so is that work goes on elsewhere. Any other move is only kept in mind, for when the customer asks."""
    newer = {"status": event.status, "revision": event.revision} if event.revision > held.revision else {}
    known = held.model_copy(update={"moves": with_move(held.moves, event), **newer})
    if event.status not in TOLD_AT_ONCE:
        return Decision(known, what="nothing-to-tell")
    return say(known, Saying(kind=NoticeKind.PROGRESS, text=TOLD_AT_ONCE[event.status]), book, at)


def regime_of(said: Regime, held: Correspondence) -> Regime:
    """Where an event knows the house's rules only, those under which the complaint came still hold for what we write."""
    return held.regime if said == HOUSE else said


def _may_be_asked(held: Correspondence) -> bool:
    """Outside bodies that referred a complaint are not customers."""
    told_now = no_private_way(held) is None and held.reply_to.channel is not Channel.REFERRAL
    return told_now and held.survey is SurveyStep.NOT_ANSWERED


def _first_holding_reply(held: Correspondence, event: DeadlineExtended) -> bool:
    said = {*(one.kind for one in held.notices), *(one.kind for one in held.withheld)}
    return event.letter is NoticeKind.HOLDING_REPLY and NoticeKind.HOLDING_REPLY not in said
