"""What the customer is told of the work on the complaint: answers, questions, more time, the outcome. All of it in private."""

from datetime import datetime

from services.notification.correspondence import Correspondence, Saying
from services.notification.in_private import say
from services.notification.phrasebook import Phrasebook
from services.notification.wording import one_line
from shared.contracts import ComplaintMoved, ComplaintResolved, CustomerAnswered, DeadlineExtended, MaterialRequested
from shared.contracts.vocabulary import NoticeKind, Status
from shared.decision import Decision


def tell_answer(held: Correspondence, event: CustomerAnswered, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    return _pass_on(held, NoticeKind.ANSWER, event.text or "", book, at)


def tell_outcome(held: Correspondence, event: ComplaintResolved, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    words = event.text or book.tongue(held.language).words.outcomes[event.outcome]
    return _pass_on(held, NoticeKind.OUTCOME, words, book, at)


def ask_for_material(held: Correspondence, event: MaterialRequested, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    return say(held, Saying(kind=NoticeKind.MATERIAL_REQUEST, materials=event.materials), book, at)


def tell_extension(held: Correspondence, event: DeadlineExtended, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """A promise is only ever moved on. So the last moment that the customer hears is the right one, in whatever order we hear."""
    promised = held.promised(event.clock)
    if promised is not None and event.due_at <= promised:
        return Decision.unchanged(held, "no-later-than-promised")
    moved = held.model_copy(update={"extended": {**held.extended, event.clock: event.due_at}})
    saying = Saying(kind=NoticeKind.EXTENSION, clock=event.clock, due_at=event.due_at, words=one_line(event.reason))
    return say(moved, saying, book, at)


def tell_move(held: Correspondence, event: ComplaintMoved, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """A withdrawal is confirmed. Any other move is only kept in mind, for when the customer asks how things stand."""
    newer = event.revision > held.revision
    known = held.model_copy(update={"status": event.status, "revision": event.revision}) if newer else held
    if event.status is not Status.WITHDRAWN:
        return Decision(known, what="nothing-to-tell")
    return say(known, Saying(kind=NoticeKind.PROGRESS, text="withdrawn"), book, at)


def _pass_on(held: Correspondence, kind: NoticeKind, words: str, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """An agent's words, as they are."""
    if not words.strip():
        return Decision.unchanged(held, "no-text")
    return say(held, Saying(kind=kind, words=words), book, at)
