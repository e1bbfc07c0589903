"""What the customer's later messages do: they withdraw, appeal, rate, send what was asked for, or only add something."""

from datetime import datetime

from services.casework.commands import appealing, handling, referring, surveying
from services.casework.commands.deed import Deed
from services.casework.life import CUSTOMER, Happening, Life, happened, let_go, settled
from services.casework.policies.regimes import Regimes
from services.casework.records.aftermath import Appeal, Survey
from services.casework.records.material import MaterialState
from services.casework.steps import DECIDED, EVENTS, OPEN, WITHDRAWAL, name_of
from shared.contracts import FollowUpReceived, RequestHigherLevel
from shared.contracts.vocabulary import Channel, MessageKind, Priority, Status
from shared.decision import Decision

NO_ANSWER = frozenset({MessageKind.CHASER, MessageKind.PROGRESS, MessageKind.THANKS, MessageKind.SURVEY_ANSWER, MessageKind.WITHDRAWAL})
"""They bring nothing of what the customer was asked for."""
HIGHER = name_of(RequestHigherLevel)


def hear_the_customer(held: Life, event: FollowUpReceived, regimes: Regimes, at: datetime) -> Decision[Life]:
    """A stranger's message ends nothing: a person must look at it first."""
    if not event.owner_known and event.channel is not Channel.REFERRAL:
        return Decision.unchanged(held, "owner-unknown")
    what, deed, status = _deed_of(held, event, regimes, at)
    by = event.adapter if event.channel is Channel.REFERRAL else CUSTOMER
    life = happened(deed.life, Happening(at, by, what, status, deed.reason))
    return Decision(life, emit=deed.emit, what=what)


def _deed_of(held: Life, event: FollowUpReceived, regimes: Regimes, at: datetime) -> tuple[str, Deed, Status]:
    """What it is called, what it does, and the status it leaves."""
    stays = held.status
    match event.kind:
        case _ if event.channel is Channel.REFERRAL:
            deed = referring.hear(held, event, regimes)
            return "referral", deed, stays
        case MessageKind.WITHDRAWAL:
            ends = WITHDRAWAL[stays]
            return "withdraw", Deed(let_go(held, at, "withdrawn") if ends is not stays else held), ends
        case MessageKind.APPEAL if stays in DECIDED and not (held.appeal_of_newest or held.open_appeal):
            return "appeal", appealing.opened(held, Appeal(0, 0, CUSTOMER, event.received_at, Priority.NORMAL), regimes), stays
        case MessageKind.APPEAL if stays in OPEN and not _asked_for_higher(held):
            return HIGHER, handling.asked_for_higher(held, CUSTOMER, at), stays
        case MessageKind.SURVEY_ANSWER | MessageKind.THANKS if event.survey and stays in DECIDED:
            said = Survey(len(held.resolutions), event.received_at, CUSTOMER, event.survey.solved, event.survey.attitude)
            return "survey", surveying.answered(held, said, regimes), stays
        case _:
            return _something_more(held, event.kind, at)


def _something_more(held: Life, kind: MessageKind, at: datetime) -> tuple[str, Deed, Status]:
    if held.open_materials and kind not in NO_ANSWER:
        answered = settled(held, held.open_materials, MaterialState.RECEIVED, at)
        return "material-received", Deed(answered), EVENTS[FollowUpReceived][held.status]
    return "follow-up", Deed(held, reason=kind), held.status


def _asked_for_higher(held: Life) -> bool:
    """Once is enough: who repeats it does not climb with every message."""
    return any(one.what == HIGHER for one in held.history)
