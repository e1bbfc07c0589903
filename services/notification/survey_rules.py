"""What is said to a customer who answered the survey: thanks, and where the problem is not solved the way to a review. Each once."""

from datetime import datetime

from services.notification.correspondence import Correspondence
from services.notification.in_private import no_private_way, say
from services.notification.phrasebook import Phrasebook
from services.notification.saying import Saying
from services.notification.standing import SurveyStep
from shared.contracts import SurveyAnswered
from shared.contracts.vocabulary import NoticeKind
from shared.decision import Decision


def thank(held: Correspondence, event: SurveyAnswered, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    step = SurveyStep.OFFERED if event.solved is False and event.appeal_until else SurveyStep.ANSWERED
    if held.survey in {SurveyStep.OFFERED, step}:
        return Decision.unchanged(held, "thanked-already")
    known = held.model_copy(update={"survey": step})
    if why_not := no_private_way(held):
        return Decision(known, what=why_not)
    text = "survey_offer" if step is SurveyStep.OFFERED else "survey_thanks"
    return say(known, Saying(kind=NoticeKind.PROGRESS, text=text, appeal_until=event.appeal_until), book, at)
