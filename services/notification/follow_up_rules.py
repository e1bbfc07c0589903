"""What a later message is answered with: the owner hears how things stand, anybody else only how to prove that they are the owner."""

from datetime import datetime
from hashlib import sha256

from services.notification import wording
from services.notification.addresses import is_public, is_reachable
from services.notification.correspondence import Correspondence
from services.notification.drafting import Draft, tell
from services.notification.in_private import hand_over
from services.notification.phrasebook import Phrasebook
from services.notification.progress import progress
from services.notification.standing import Stranger
from shared.contracts import FollowUpReceived, ReplyTo
from shared.contracts.vocabulary import Channel, Language, MessageKind, NoticeKind, Status
from shared.decision import Decision

CONFIRMATIONS = 20
"""Confirmations of follow-ups on one complaint: two programs that answer each other must come to an end."""
STRANGERS = 20
"""Answers to strangers on one complaint, for the same reason."""

QUESTIONS = frozenset({MessageKind.PROGRESS, MessageKind.CHASER})
DECIDED = frozenset({Status.RESOLVED, Status.CLOSED})
BEYOND_WITHDRAWAL = DECIDED | {Status.DUPLICATE}
CONFIRMED = QUESTIONS | {
    MessageKind.COMPLAINT,
    MessageKind.ENQUIRY,
    MessageKind.FOLLOW_UP,
    MessageKind.MATERIAL,
    MessageKind.APPEAL,
    MessageKind.WITHDRAWAL,
}


def tell_follow_up(held: Correspondence, event: FollowUpReceived, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    if not event.owner_known:
        return _tell_stranger(held, event, book, at)
    handed = hand_over(_reached(held, event), book, at)
    confirmed = _confirm(handed.state, event, book, at)
    return Decision(confirmed.state, emit=(*handed.emit, *confirmed.emit), what=confirmed.what)


def language_of(said: Language, otherwise: Language) -> Language:
    return otherwise if said == "und" else said


def _confirm(held: Correspondence, event: FollowUpReceived, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    why_not = _why_not_confirmed(held, event)
    if why_not:
        return Decision.unchanged(held, why_not)
    tongue = book.tongue(language_of(event.language, held.language))
    draft = Draft(
        NoticeKind.PROGRESS,
        tongue.language,
        progress(held, event.kind, tongue, book.promises, at),
        subject=wording.subject("progress", held.number, event.reply_to, tongue),
        number=held.number,
    )
    return tell(held, draft, event.reply_to, at)


def _why_not_confirmed(held: Correspondence, event: FollowUpReceived) -> str | None:
    if event.kind not in CONFIRMED:
        return "needs-no-reply"
    if _has_its_own_letter(held, event.kind):
        return "has-its-own-letter"
    if is_public(event.reply_to):
        return "public-channel"
    if not is_reachable(event.reply_to):
        return "no-address"
    confirmed = sum(notice.kind is NoticeKind.PROGRESS for notice in held.notices) - len(held.strangers)
    return "confirmed-often-enough" if confirmed >= CONFIRMATIONS else None


def _has_its_own_letter(held: Correspondence, kind: MessageKind) -> bool:
    """Who takes a complaint back, or asks for a review, hears just that: not beside it that work goes on."""
    if kind is MessageKind.WITHDRAWAL:
        return held.status not in BEYOND_WITHDRAWAL
    return kind is MessageKind.APPEAL and held.status in DECIDED and not held.reviews


def _tell_stranger(held: Correspondence, event: FollowUpReceived, book: Phrasebook, at: datetime) -> Decision[Correspondence]:
    """Nothing of the complaint, not even its language: a number may have been found, and a sender's address may be forged."""
    stranger = Stranger(who=_hashed(event.reply_to), on=event.received_at.date())
    if event.kind not in QUESTIONS or is_public(event.reply_to) or not is_reachable(event.reply_to):
        return Decision.unchanged(held, "owner-unknown")
    if stranger in held.strangers or len(held.strangers) >= STRANGERS:
        return Decision.unchanged(held, "told-to-prove-it-already")
    tongue = book.tongue(event.language)
    subject = wording.subject("prove_yourself", None, event.reply_to, tongue)
    draft = Draft(NoticeKind.PROGRESS, tongue.language, tongue.write("prove_yourself"), subject=subject)
    known = held.model_copy(update={"strangers": (*held.strangers, stranger)})
    return tell(known, draft, event.reply_to, at)


def _hashed(reply_to: ReplyTo) -> str:
    address = next(filter(None, (reply_to.email, reply_to.handle, reply_to.phone, reply_to.account_id, reply_to.thread_id)), "")
    return sha256(f"{reply_to.adapter}\0{address.casefold()}".encode()).hexdigest()


def _reached(held: Correspondence, event: FollowUpReceived) -> Correspondence:
    """Who complained in public and then wrote in private is answered in private from then on. The earliest such message counts.

    What an outside body writes about it is no word of the customer's: their letters are not for it.
    """
    of_a_body = event.channel is Channel.REFERRAL and held.reply_to.channel is not Channel.REFERRAL
    if of_a_body or is_public(event.reply_to) or not is_reachable(event.reply_to):
        return held
    reachable = is_reachable(held.reply_to) and not is_public(held.reply_to)
    if reachable and (held.private_since is None or held.private_since <= event.received_at):
        return held
    return held.model_copy(update={"reply_to": event.reply_to, "private_since": event.received_at})
