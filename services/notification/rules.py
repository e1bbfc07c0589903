"""What the customer is told, where, and what never is. See casework_rules.py for what agents do, team_rules.py for what teams hear."""

from datetime import datetime

from services.notification import wording
from services.notification.casework_rules import ask_for_material, tell_answer, tell_extension, tell_move, tell_outcome
from services.notification.correspondence import Correspondence, RefusalNotice, is_public, is_reachable, notice_id
from services.notification.delivery import record_delivery, record_refusal_delivery
from services.notification.drafting import Draft, addressed, recorded, tell
from services.notification.in_private import hand_over
from services.notification.phrasebook import Phrasebook
from services.notification.team_rules import tell_escalation, warn_team
from shared.contracts import ComplaintRegistered, FollowUpReceived, InboundRefused
from shared.contracts.vocabulary import Language, MessageKind, NoticeKind
from shared.decision import Decision

__all__ = [
    "acknowledge",
    "ask_for_material",
    "record_delivery",
    "record_refusal_delivery",
    "refuse",
    "tell_answer",
    "tell_escalation",
    "tell_extension",
    "tell_follow_up",
    "tell_move",
    "tell_outcome",
    "warn_team",
]

CONFIRMATIONS = 20
"""Confirmations of follow-ups on one complaint: two programs that answer each other must come to an end."""

CONFIRMED = frozenset(
    {
        MessageKind.COMPLAINT,
        MessageKind.ENQUIRY,
        MessageKind.FOLLOW_UP,
        MessageKind.CHASER,
        MessageKind.PROGRESS,
        MessageKind.MATERIAL,
        MessageKind.APPEAL,
        MessageKind.WITHDRAWAL,
    }
)


def acknowledge(event: ComplaintRegistered, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    begun = _begun(event, book)
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


def tell_follow_up(held: Correspondence, event: FollowUpReceived, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    if not event.owner_known:
        return Decision.unchanged(held, "owner-unknown")
    handed = hand_over(_reached(held, event), book, at)
    confirmed = _confirm(handed.state, event, book, at)
    return Decision(confirmed.state, emit=(*handed.emit, *confirmed.emit), what=confirmed.what)


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


def _begun(event: ComplaintRegistered, book: Phrasebook) -> Correspondence:
    return Correspondence(
        complaint_id=event.complaint_id,
        number=event.number,
        language=_language(event.language, book.promises.language(event.country)),
        category=event.category,
        reply_to=event.reply_to,
        received_at=event.received_at,
        zone=book.promises.zone(event.legal_entity, event.country),
        answer_by=book.promises.answer_by(event.received_at),
        promise=book.promises.label,
    )


def _confirm(held: Correspondence, event: FollowUpReceived, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    why_not = _why_not_confirmed(held, event)
    if why_not:
        return Decision.unchanged(held, why_not)
    tongue = book.tongue(_language(event.language, held.language))
    draft = Draft(
        NoticeKind.PROGRESS,
        tongue.language,
        wording.progress(held, tongue),
        subject=wording.subject("progress", held.number, event.reply_to, tongue),
        number=held.number,
    )
    return tell(held, draft, event.reply_to, at)


def _language(said: Language, otherwise: Language) -> Language:
    return otherwise if said == "und" else said


def _why_not_confirmed(held: Correspondence, event: FollowUpReceived) -> str | None:
    if event.kind not in CONFIRMED:
        return "needs-no-reply"
    if is_public(event.reply_to):
        return "public-channel"
    if not is_reachable(event.reply_to):
        return "no-address"
    confirmed = sum(notice.kind is NoticeKind.PROGRESS for notice in held.notices)
    return "confirmed-often-enough" if confirmed >= CONFIRMATIONS else None


def _reached(held: Correspondence, event: FollowUpReceived) -> Correspondence:
    """Who complained in public and then wrote in private is answered in private from then on. The earliest such message counts."""
    if is_public(event.reply_to) or not is_reachable(event.reply_to):
        return held
    reachable = is_reachable(held.reply_to) and not is_public(held.reply_to)
    if reachable and (held.private_since is None or held.private_since <= event.received_at):
        return held
    return held.model_copy(update={"reply_to": event.reply_to, "private_since": event.received_at})
