"""What the customer is told, where, and what never is. See casework_rules.py for what agents do, team_rules.py for what teams hear."""

from datetime import datetime

from services.notification import wording
from services.notification.addresses import is_public, is_reachable
from services.notification.appeal_rules import tell_appeal, tell_ruling
from services.notification.casework_rules import ask_for_material, remind, tell_answer, tell_extension, tell_move, tell_outcome
from services.notification.correspondence import Correspondence, RefusalNotice, notice_id
from services.notification.delivery import hear_of_delivery, record_delivery, record_refusal_delivery
from services.notification.drafting import Draft, addressed, recorded, tell
from services.notification.follow_up_rules import language_of, tell_follow_up
from services.notification.phrasebook import Phrasebook
from services.notification.survey_rules import thank
from services.notification.team_rules import tell_escalation, tell_urgency, warn_team
from shared.contracts import ComplaintRegistered, InboundRefused
from shared.contracts.vocabulary import NoticeKind
from shared.decision import Decision

__all__ = [
    "acknowledge",
    "ask_for_material",
    "hear_of_delivery",
    "record_delivery",
    "record_refusal_delivery",
    "refuse",
    "remind",
    "tell_answer",
    "tell_appeal",
    "tell_escalation",
    "tell_extension",
    "tell_follow_up",
    "tell_move",
    "tell_outcome",
    "tell_ruling",
    "tell_urgency",
    "thank",
    "warn_team",
]


def acknowledge(event: ComplaintRegistered, book: Phrasebook, at: datetime, complaints: int = 0) -> Decision[Correspondence]:
    """`complaints`: how many came within the last ten minutes; the promise follows them."""
    begun = _begun(event, book, complaints)
    if not is_reachable(event.reply_to):
        return Decision(begun, what="no-address")
    tongue = book.tongue(begun.language)
    if is_public(event.reply_to):
        return tell(begun, Draft(NoticeKind.RECEIPT, tongue.language, tongue.write("invitation")), event.reply_to, at)
    draft = Draft(
        NoticeKind.RECEIPT,
        tongue.language,
        wording.receipt(event, begun, book),
        subject=wording.subject(wording.receipt_text(event), event.number, event.reply_to, tongue),
        number=event.number,
    )
    return tell(begun, draft, event.reply_to, at)


def refuse(event: InboundRefused, book: Phrasebook, at: datetime) -> Decision[RefusalNotice]:
    untold = RefusalNotice(inbound_id=event.inbound_id, reason=event.reason)
    tongue = book.tongue(event.language)
    why = tongue.words.refusals.get(event.reason)
    # Answering a program starts a loop, answering a forged sender writes to a stranger: only reasons that have words are told.
    if why is None or is_public(event.reply_to):
        return Decision.unchanged(untold, "not-safe-to-tell")
    if not is_reachable(event.reply_to):
        return Decision.unchanged(untold, "no-address")
    subject = wording.subject("refusal", None, event.reply_to, tongue)
    draft = Draft(NoticeKind.RECEIPT, tongue.language, tongue.write("refusal", reason=why), subject=subject)
    message = addressed(notice_id(event.inbound_id, "refusal", 1), draft, event.reply_to)
    return Decision(untold.model_copy(update={"notice": recorded(message, at)}), emit=[message], what="refusal-told")


def _begun(event: ComplaintRegistered, book: Phrasebook, complaints: int) -> Correspondence:
    return Correspondence(
        complaint_id=event.complaint_id,
        number=event.number,
        language=language_of(event.language, book.promises.language(event.country)),
        category=event.category,
        reply_to=event.reply_to,
        received_at=event.received_at,
        zone=book.promises.zone(event.legal_entity, event.country),
        answer_by=book.promises.answer_by(event.received_at, complaints),
        promise=book.promises.label,
        regime=event.regime,
    )
