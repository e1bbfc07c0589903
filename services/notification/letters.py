"""What a letter about the work says: the values that its template is given, in the customer's language and zone."""

from collections.abc import Iterable
from datetime import datetime

from services.notification.correspondence import Correspondence
from services.notification.phrasebook import Tongue
from services.notification.saying import Saying
from services.notification.wording import one_line
from shared.contracts import Point, RemedyTold
from shared.contracts.vocabulary import Material


def letter(saying: Saying, held: Correspondence, tongue: Tongue) -> str:
    return tongue.template(saying.template, saying.regime).render(values(saying, held, tongue))


def values(saying: Saying, held: Correspondence, tongue: Tongue) -> dict[str, object]:
    """Every letter is given the same; docs/letters.md lists them. What it was not told is empty."""
    words = tongue.words
    return {
        "number": held.number,
        "words": saying.words.strip(),
        "materials": materials(saying.materials, tongue),
        "last": saying.last,
        "what": words.clocks[saying.clock] if saying.clock else None,
        "due_at": shown(saying.due_at, held.zone, tongue),
        "review_by": tongue.moments.write_day(saying.review_by) if saying.review_by else None,
        "verdict": saying.decision,
        "decision": words.verdicts[saying.decision] if saying.decision else None,
        "ruling": words.rulings[saying.ruling] if saying.ruling else None,
        "points": [_in_lines(one) for one in saying.points],
        "remedies": [remedy(one, tongue) for one in saying.remedies],
        "appeal_until": shown(saying.appeal_until, held.zone, tongue),
        "appeal_number": saying.appeal_number,
        "body": tongue.body(saying.outside_body, saying.regime),
    }


def materials(wanted: Iterable[Material], tongue: Tongue) -> list[str]:
    return [tongue.words.materials[one] for one in dict.fromkeys(wanted)]


def remedy(done: RemedyTold, tongue: Tongue) -> str:
    """An amount is paid: casework tells of none that the wallet has not confirmed."""
    what = tongue.words.remedies[done.kind]
    if done.amount is None or done.currency is None:
        return what
    return tongue.words.paid.format(what=what, amount=tongue.money.write(done.amount, done.currency))


def shown(moment: datetime | None, zone: str, tongue: Tongue) -> str | None:
    return tongue.moments.write(moment, zone) if moment else None


def _in_lines(point: Point) -> dict[str, str]:
    return {"about": one_line(point.about), "answer": point.answer.strip()}
