"""What becomes of an inbound message: a new complaint, a follow-up, set aside, or refused."""

from services.intake.complaint import Complaint, Declined, FollowUp
from services.intake.identity import Keys, identities
from services.intake.masking import masked, signals
from services.intake.numbers import number_for
from services.intake.reading import Understood
from services.intake.regime import regime_of
from services.intake.threads import owner_known
from services.intake.understanding.follow_up import without_marks
from shared.adapters import AdapterEntry, Adapters
from shared.contracts import ComplaintRegistered, FollowUpReceived, Inbound, InboundRefused
from shared.contracts.vocabulary import Category, ComplaintId, MessageKind
from shared.decision import Decision
from shared.envelope import Envelope
from shared.errors import RuleViolation

SET_ASIDE = {
    MessageKind.AUTOMATIC: "automatic-mail",
    MessageKind.BOUNCE: "bounce",
    MessageKind.FEEDBACK_REPORT: "feedback-report",
    MessageKind.NEWSLETTER: "newsletter",
}
NOTHING_TO_READ = "nothing-to-read"
ATTACHMENT_TOO_LARGE = "attachment-too-large"
LARGEST_ATTACHMENT_BYTES = 25 * 1024 * 1024


def vouched(message: Inbound, envelope: Envelope, adapters: Adapters) -> AdapterEntry:
    """The adapter is who the broker says it is: its user, its routing key and the body must agree."""
    entry = adapters.by_name.get(message.adapter)
    if entry is None:
        raise RuleViolation("unknown-adapter", f"adapter {message.adapter!r} is not listed in the adapters file")
    if envelope.routing_key != message.routing_key or entry.channel is not message.channel:
        raise RuleViolation("adapter-mismatch", f"routing key {envelope.routing_key!r}, but the body is of {message.routing_key!r}")
    if envelope.sender not in ("", message.adapter):
        raise RuleViolation("adapter-mismatch", f"published by {envelope.sender!r}, but the body is of {message.adapter!r}")
    if envelope.message_id != message.source_id:
        raise RuleViolation("source-id-mismatch", "message_id and the body's source_id differ")
    return entry


def declined(understood: Understood) -> Decision[Declined] | None:
    """Set aside without a word, refused with one, or None where a person should see it."""
    kind = understood.understanding.kind
    if kind in SET_ASIDE:
        return Decision(_declined(understood, "set_aside", SET_ASIDE[kind]), what=SET_ASIDE[kind])
    if (reason := _refusal(understood)) is not None:
        refused = InboundRefused(
            inbound_id=understood.inbound_id,
            channel=understood.message.channel,
            adapter=understood.message.adapter,
            reason=reason,
            language=understood.language,
            reply_to=understood.reply_to,
            received_at=understood.received_at,
        )
        return Decision(_declined(understood, "refused", reason), emit=[refused], what=reason)
    return None


def _refusal(understood: Understood) -> str | None:
    if any(one.size > (understood.adapter.max_attachment_bytes or LARGEST_ATTACHMENT_BYTES) for one in understood.parsed.evidence):
        return ATTACHMENT_TOO_LARGE
    says_something = understood.understanding.text.strip() or (understood.understanding.subject or "").strip() or understood.parsed.evidence
    return None if says_something else NOTHING_TO_READ


def register(understood: Understood, keys: Keys, salt: int) -> Decision[Complaint]:
    message, understanding = understood.message, understood.understanding
    complaint = Complaint(
        complaint_id=understood.inbound_id,
        number=number_for(understood.inbound_id, keys.numbers, salt),
        number_key=keys.version,
        legal_entity=understood.adapter.legal_entity,
        country=message.country or understood.adapter.country,
        regime=regime_of(understanding.kind, understanding.facts, understood.adapter),
        reference=understood.reference,
        answer_due_at=understood.parsed.answer_due_at,
        channel=message.channel,
        adapter=message.adapter,
        source_id=message.source_id,
        thread_id=understood.parsed.thread_id,
        kind=understanding.kind,
        language=understood.language,
        subject=understanding.subject,
        text=understanding.text,
        quoted=understanding.quoted,
        sender=understood.sender,
        identities=identities(understood.parsed.sender, message.adapter, keys),
        public=understood.parsed.public,
        category=understanding.category,
        confidence=understanding.confidence,
        categories=understanding.categories,
        why=understanding.why,
        facts=understanding.facts,
        missing=understanding.missing,
        evidence=understood.evidence,
        redacted=understanding.redacted,
        reply_to=understood.reply_to,
        received_at=understood.received_at,
        received_in_future=message.received_at > understood.at,
        registered_at=understood.at,
    )
    return Decision(complaint, emit=[_registered(complaint)], what="registered")


def repeat(complaint: Complaint, earlier: str) -> Decision[Complaint]:
    """The same registration, as the repeat of another one."""
    repeated = complaint.model_copy(update={"repeat_of": ComplaintId(earlier)})
    return Decision(repeated, emit=[_registered(repeated)], what="registered")


def link(held: Complaint, understood: Understood, keys: Keys) -> Decision[Complaint]:
    """Add a later message to its complaint. Whether a stranger wrote it is said, not decided: people look before they act on it."""
    message, understanding = understood.message, understood.understanding
    known = owner_known(held, message, understood.parsed, keys)
    kind, _, survey = understood.later
    follow_up = FollowUp(
        inbound_id=understood.inbound_id,
        source_id=message.source_id,
        adapter=message.adapter,
        channel=message.channel,
        kind=kind,
        language=understood.language,
        subject=understanding.subject,
        text=understanding.text,
        facts=without_marks(understanding.facts, understanding.text) if survey else understanding.facts,
        evidence=understood.evidence,
        redacted=understanding.redacted,
        owner_known=known,
        survey=survey,
        reference=understood.reference,
        answer_due_at=understood.parsed.answer_due_at,
        received_at=understood.received_at,
    )
    received = FollowUpReceived(
        complaint_id=held.complaint_id,
        number=held.number,
        kind=kind,
        channel=message.channel,
        adapter=message.adapter,
        language=follow_up.language,
        owner_known=known,
        reply_to=understood.reply_to,
        survey=follow_up.survey,
        reference=follow_up.reference,
        answer_due_at=follow_up.answer_due_at,
        received_at=understood.received_at,
    )
    later = tuple(sorted((*held.follow_ups, follow_up), key=lambda one: (one.received_at, one.inbound_id)))
    return Decision(held.model_copy(update={"follow_ups": later}), emit=[received], what="linked")


def _declined(understood: Understood, result: str, reason: str) -> Declined:
    return Declined(
        inbound_id=understood.inbound_id,
        adapter=understood.message.adapter,
        channel=understood.message.channel,
        source_id=understood.message.source_id,
        result=result,
        kind=understood.understanding.kind,
        reason=reason,
        declined_at=understood.at,
    )


def _registered(complaint: Complaint) -> ComplaintRegistered:
    return ComplaintRegistered(
        complaint_id=complaint.complaint_id,
        number=complaint.number,
        legal_entity=complaint.legal_entity,
        country=complaint.country,
        channel=complaint.channel,
        adapter=complaint.adapter,
        kind=complaint.kind,
        language=complaint.language,
        category=complaint.category,
        topic=_topic(complaint),
        confidence=complaint.confidence,
        signals=signals(complaint.facts),
        facts=masked(complaint.facts),
        missing=complaint.missing,
        reply_to=complaint.reply_to,
        regime=complaint.regime,
        repeat_of=complaint.repeat_of,
        reference=complaint.reference,
        answer_due_at=complaint.answer_due_at,
        received_at=complaint.received_at,
        registered_at=complaint.registered_at,
    )


def _topic(complaint: Complaint) -> Category | None:
    return next((one for one, _ in complaint.categories if one not in _WITHOUT_A_TOPIC), None)


_WITHOUT_A_TOPIC = frozenset({Category.ENQUIRY, Category.SUGGESTION, Category.OTHER})
