"""What is said of a review: to the customer that it is owed or comes too late, to the reviewers that it waits, and how it ended."""

from datetime import datetime

from services.notification.casework_rules import regime_of
from services.notification.correspondence import Correspondence
from services.notification.in_private import say
from services.notification.phrasebook import Phrasebook
from services.notification.promises import Teams
from services.notification.saying import Saying
from services.notification.standing import Review, with_review
from services.notification.team_rules import tell_reviewers
from shared.contracts import AppealDecided, AppealOpened
from shared.contracts.vocabulary import NoticeKind
from shared.decision import Decision


def tell_appeal(held: Correspondence, event: AppealOpened, book: Phrasebook, teams: Teams, at: datetime) -> Decision[Correspondence]:
    if event.late:
        return say(held, _receipt(held, event, "appeal_late"), book, at)
    by = book.promises.review_by(event.opened_at, held.zone)
    review = Review(appeal=event.appeal, number=event.appeal_number, by=by)
    known = held.model_copy(update={"reviews": with_review(held.reviews, review)})
    told = say(known, _receipt(held, event, "").model_copy(update={"review_by": by}), book, at)
    passed_on = tell_reviewers(told.state, event, by, teams)
    return Decision(passed_on.state, emit=(*told.emit, *passed_on.emit), what=told.what)


def tell_ruling(held: Correspondence, event: AppealDecided, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    over = Review(appeal=event.appeal, number=event.appeal_number)
    known = held.model_copy(update={"reviews": with_review(held.reviews, over)})
    saying = Saying(
        kind=NoticeKind.APPEAL_OUTCOME,
        words=(event.text or "").strip(),
        regime=regime_of(event.regime, held),
        outside_body=event.outside_body,
        decision=event.decision,
        ruling=event.ruling,
        remedies=event.remedies,
        appeal_number=event.appeal_number,
    )
    return say(known, saying, book, at)


def _receipt(held: Correspondence, event: AppealOpened, text: str) -> Saying:
    return Saying(
        kind=NoticeKind.APPEAL_RECEIPT,
        text=text,
        regime=regime_of(event.regime, held),
        outside_body=event.outside_body,
        appeal_number=event.appeal_number,
    )
